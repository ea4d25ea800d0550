package io.github.rewrite4j.samediff.engine.plan;

import java.util.List;

/** Joins values of one order along an axis. */
final class ConcatStep extends Step {
    private final Slot result;
    private final int outer;
    private final int[] inner;
    private final int whole;

    ConcatStep(List<Slot> parts, Slot result, int axis) {
        super(parts, List.of(result));
        this.result = result;
        int[] lie = result.axesAsTheyLie();
        int before = 1;
        int place = 0;
        while (lie[place] != axis) {
            before *= result.size(lie[place++]);
        }
        this.outer = before;
        this.inner = parts.stream().mapToInt(part -> part.length() / outer).toArray();
        this.whole = result.length() / outer;
    }

    @Override
    void forward() {
        int at = 0;
        for (int k = 0; k < inner.length; k++) {
            float[] part = inputs().get(k).value();
            for (int i = 0; i < outer; i++) {
                System.arraycopy(part, i * inner[k], result.value(), i * whole + at, inner[k]);
            }
            at += inner[k];
        }
    }

    @Override
    void backward() {
        int at = 0;
        for (int k = 0; k < inner.length; k++) {
            if (inputs().get(k).tracked()) {
                float[] part = inputs().get(k).gradient();
                for (int i = 0; i < outer; i++) {
                    add(result.gradient(), i * whole + at, part, i * inner[k], inner[k]);
                }
            }
            at += inner[k];
        }
    }

    private static void add(float[] from, int start, float[] to, int at, int count) {
        for (int i = 0; i < count; i++) {
            to[at + i] += from[start + i];
        }
    }
}
