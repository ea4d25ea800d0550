package io.github.rewrite4j.samediff.engine.plan;

import java.util.Arrays;
import java.util.List;

/**
 * Copies numbers to other places: slices, padding, repetition, reversal, permutation, change of order, whatever goes axis by
 * axis.
 */
final class MoveStep extends Step {
    static final int NONE = Integer.MIN_VALUE;

    private final Slot source;
    private final Slot result;
    private final float fill;
    /** Offsets in the source along each axis of the result, slowest first. */
    private final int[][] offsets;

    private final int[] counts;
    private final int run;
    private final boolean contiguous;

    /**
     * @param axes offsets in the source along each axis of the result, in the order of its shape; {@link #NONE} for places that
     *     nothing comes to
     * @param fill for those
     */
    MoveStep(Slot source, Slot result, int[][] axes, float fill) {
        super(List.of(source), List.of(result));
        this.source = source;
        this.result = result;
        this.fill = fill;
        int[] order = result.axesAsTheyLie();
        int[][] all = new int[order.length][];
        for (int i = 0; i < order.length; i++) {
            all[i] = axes[order[i]];
        }
        this.offsets = merged(all);
        this.counts = Arrays.stream(offsets).mapToInt(o -> o.length).toArray();
        this.run = offsets[offsets.length - 1].length;
        this.contiguous = isRun(offsets[offsets.length - 1]);
    }

    /** Offsets of all places of an axis. */
    static int[] whole(int size, int stride) {
        int[] offsets = new int[size];
        Arrays.setAll(offsets, i -> i * stride);
        return offsets;
    }

    /** Offsets of places of an axis; negative ones are none. */
    static int[] at(int[] places, int stride) {
        int[] offsets = new int[places.length];
        Arrays.setAll(offsets, i -> places[i] < 0 ? NONE : places[i] * stride);
        return offsets;
    }

    /** Joins neighbouring axes that go through the source in one run. */
    private static int[][] merged(int[][] all) {
        int[][] kept = new int[all.length][];
        int count = 0;
        for (int[] next : all) {
            if (next.length == 1 && next[0] == 0 && count > 0) {
                continue;
            }
            kept[count++] = next;
        }
        if (count == 0) {
            return new int[][] {{0}};
        }
        while (count > 1 && isRun(kept[count - 1]) && isSteps(kept[count - 2], kept[count - 1].length)) {
            int[] joined = new int[kept[count - 2].length * kept[count - 1].length];
            Arrays.setAll(joined, i -> i);
            kept[count - 2] = joined;
            count--;
        }
        return Arrays.copyOf(kept, count);
    }

    private static boolean isRun(int[] offsets) {
        return isSteps(offsets, 1);
    }

    private static boolean isSteps(int[] offsets, int step) {
        for (int i = 0; i < offsets.length; i++) {
            if (offsets[i] != i * step) {
                return false;
            }
        }
        return true;
    }

    @Override
    void forward() {
        walk(0, 0, 0);
    }

    @Override
    void backward() {
        gather(0, 0, 0);
    }

    /** Numbers behind one place of an axis. */
    private int behind(int axis) {
        int count = 1;
        for (int i = axis + 1; i < counts.length; i++) {
            count *= counts[i];
        }
        return count;
    }

    private void walk(int axis, int from, int to) {
        if (axis == offsets.length - 1) {
            copy(from, to);
            return;
        }
        int step = behind(axis);
        int[] places = offsets[axis];
        for (int i = 0; i < places.length; i++) {
            int at = to + i * step;
            if (places[i] == NONE) {
                Arrays.fill(result.value(), at, at + step, fill);
            } else if (i > 0 && places[i] == places[i - 1]) {
                block(result.value(), at - step, result.value(), at, step);
            } else {
                walk(axis + 1, from + places[i], at);
            }
        }
    }

    /** Adds; the gradient of the result is worked in. Of blocks that came from one place the first gets the sum. */
    private void gather(int axis, int from, int to) {
        if (axis == offsets.length - 1) {
            add(from, to);
            return;
        }
        int step = behind(axis);
        int[] places = offsets[axis];
        for (int i = 0; i < places.length; i++) {
            if (places[i] == NONE) {
                continue;
            }
            int at = to + i * step;
            int first = i;
            for (; i + 1 < places.length && places[i + 1] == places[first]; i++) {
                addBlock(result.gradient(), to + (i + 1) * step, at, step);
            }
            gather(axis + 1, from + places[first], at);
        }
    }

    private static void addBlock(float[] numbers, int from, int to, int count) {
        for (int i = 0; i < count; i++) {
            numbers[to + i] += numbers[from + i];
        }
    }

    private static void block(float[] x, int from, float[] y, int to, int count) {
        if (count > 12) {
            System.arraycopy(x, from, y, to, count);
        } else {
            for (int i = 0; i < count; i++) {
                y[to + i] = x[from + i];
            }
        }
    }

    private void copy(int from, int to) {
        float[] x = source.value();
        float[] y = result.value();
        if (contiguous) {
            block(x, from, y, to, run);
            return;
        }
        int[] inner = offsets[offsets.length - 1];
        for (int i = 0; i < run; i++) {
            y[to + i] = inner[i] == NONE ? fill : x[from + inner[i]];
        }
    }

    private void add(int from, int to) {
        float[] x = source.gradient();
        float[] y = result.gradient();
        if (contiguous) {
            for (int i = 0; i < run; i++) {
                x[from + i] += y[to + i];
            }
            return;
        }
        int[] inner = offsets[offsets.length - 1];
        for (int i = 0; i < run; i++) {
            if (inner[i] != NONE) {
                x[from + inner[i]] += y[to + i];
            }
        }
    }
}
