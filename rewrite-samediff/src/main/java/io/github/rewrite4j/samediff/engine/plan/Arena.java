package io.github.rewrite4j.samediff.engine.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Gives every value and gradient of a plan an array, the same one to values that are never needed at the same time. */
final class Arena {
    private final Map<Slot, int[]> values = new HashMap<>();
    private final Map<Slot, int[]> gradients = new HashMap<>();
    private final List<List<Slot>> starting = new ArrayList<>();
    private long length;

    private record Span(int from, int to, int length, Slot root, boolean gradient) {}

    @SuppressWarnings("ArrayRecordComponent") // Scratch of this class, compared with nothing.
    private record Free(float[] array, int from) {}

    /**
     * Lays out.
     *
     * @param steps in order
     * @param fed values that are there before the first step
     * @param wanted values that are read after the last one
     * @param slopes whether gradients are computed as well
     * @param kept values whose gradients are read at the end
     */
    Arena(List<Step> steps, Set<Slot> fed, Set<Slot> wanted, boolean slopes, Set<Slot> kept) {
        int count = steps.size();
        int end = slopes ? 2 * count + 1 : count;
        fed.forEach(slot -> live(values, slot, -1));
        for (int i = 0; i < count; i++) {
            Step step = steps.get(i);
            int at = i;
            step.outputs().forEach(slot -> live(values, slot, at));
            step.inputs().forEach(slot -> live(values, slot, at));
            if (slopes && step.outputs().stream().anyMatch(Slot::tracked)) {
                int back = 2 * count - i;
                step.readBackward().forEach(slot -> live(values, slot, back));
                step.outputs().forEach(slot -> live(gradients, slot, back));
                step.inputs().stream().filter(Slot::tracked).forEach(slot -> live(gradients, slot, back));
            }
        }
        wanted.forEach(slot -> live(values, slot, end));
        if (slopes) {
            wanted.stream().filter(Slot::tracked).forEach(slot -> live(gradients, slot, count));
            kept.forEach(slot -> live(gradients, slot, count));
            kept.forEach(slot -> live(gradients, slot, end));
        }
        for (int i = 0; i <= end; i++) {
            starting.add(new ArrayList<>());
        }
        layOut();
    }

    private static void live(Map<Slot, int[]> spans, Slot slot, int at) {
        int[] span = spans.computeIfAbsent(slot.root(), s -> new int[] {at, at});
        span[0] = Math.min(span[0], at);
        span[1] = Math.max(span[1], at);
    }

    private void layOut() {
        List<Span> spans = new ArrayList<>();
        values.forEach((root, span) -> {
            if (!root.isKnown()) {
                spans.add(new Span(span[0], span[1], root.length(), root, false));
            }
        });
        gradients.forEach((root, span) -> {
            spans.add(new Span(span[0], span[1], root.length(), root, true));
            starting.get(span[0]).add(root);
        });
        // Ties are broken by size alone, which decides no more than which array is used.
        spans.sort(Comparator.comparingInt(Span::from).thenComparing(Span::length, Comparator.reverseOrder()));
        List<Free> free = new ArrayList<>();
        for (Span span : spans) {
            Free best = null;
            for (Free one : free) {
                if (one.from() <= span.from()
                        && one.array().length >= span.length()
                        && (best == null || one.array().length < best.array().length)) {
                    best = one;
                }
            }
            float[] array;
            if (best == null) {
                array = new float[span.length()];
                length += span.length();
            } else {
                free.remove(best);
                array = best.array();
            }
            free.add(new Free(array, span.to() + 1));
            if (span.gradient()) {
                span.root().lieGradient(array);
            } else {
                span.root().lie(array);
            }
        }
    }

    /** Roots whose gradients begin at a time: the number of steps is before the last one's adjoint, and so on. */
    List<Slot> startingAt(int time) {
        return starting.get(time);
    }

    /** Numbers of all arrays. */
    long length() {
        return length;
    }
}
