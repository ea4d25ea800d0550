package io.github.rewrite4j.samediff.engine.plan;

import io.github.rewrite4j.samediff.engine.kernel.MapKernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the steps of a plan: every operation of a graph becomes some of what this offers. Steps whose operands are all known
 * are done at once.
 */
final class Builder {
    private final MapKernels kernels;
    private final List<Step> steps = new ArrayList<>();
    private final Map<Slot, Slot> plain = new HashMap<>();
    private final Map<Slot, Slot> last = new HashMap<>();
    private final Rewrites rewrites = new Rewrites(this);
    private final Groups groups = new Groups();

    Builder(MapKernels kernels) {
        this.kernels = kernels;
    }

    MapKernels kernels() {
        return kernels;
    }

    List<Step> steps() {
        return steps;
    }

    /** Adds a step; gives its first result. */
    Slot emit(Step step) {
        return emit(step, true);
    }

    private Slot emit(Step step, boolean slopes) {
        if (step.inputs().stream().allMatch(Slot::isKnown)) {
            step.outputs().forEach(output -> output.lie(new float[output.length()]));
            step.prepare();
            step.forward();
            step.outputs().forEach(output -> output.know(output.value()));
            step.close();
        } else {
            if (slopes && step.inputs().stream().anyMatch(Slot::tracked)) {
                step.outputs().forEach(Slot::track);
            }
            steps.add(step);
        }
        return step.outputs().get(0);
    }

    /** One number. */
    Slot number(double value) {
        return Slot.known(new float[] {(float) value});
    }

    /** The value row-major. */
    Slot plain(Slot x) {
        if (x.order() == Order.PLAIN) {
            return x;
        }
        if (x.liesBothWays()) {
            return x.view(Order.PLAIN, 0, x.shape());
        }
        if (x.order() == Order.FOLDED) {
            return plain(unfolded(x)).view(Order.PLAIN, 0, x.shape());
        }
        return plain.computeIfAbsent(x, from -> reordered(from, Order.PLAIN));
    }

    /** The value of four axes with the channels last. */
    Slot last(Slot x) {
        if (x.order() == Order.LAST) {
            return x;
        }
        if (x.liesBothWays()) {
            return x.view(Order.LAST, 0, x.shape());
        }
        if (x.order() == Order.FOLDED) {
            return last(plain(x));
        }
        return last.computeIfAbsent(x, from -> reordered(from, Order.LAST));
    }

    private Slot reordered(Slot x, Order order) {
        Slot result = Slot.of(order, x.shape());
        return emit(new MoveStep(x, result, wholes(x), 0));
    }

    private static int[][] wholes(Slot x) {
        int[] strides = x.strides();
        int[][] axes = new int[x.rank()][];
        Arrays.setAll(axes, i -> MoveStep.whole(x.size(i), strides[i]));
        return axes;
    }

    /** Folded planes as the maps that they are planes of. */
    Slot unfolded(Slot x) {
        int c = x.fold();
        return x.view(Order.LAST, 0, x.size(0) / c, c, x.size(2), x.size(3));
    }

    /** The value in an order that has strides: folded planes as they are without folding. */
    Slot strided(Slot x) {
        return x.order() == Order.FOLDED ? plain(x) : x;
    }

    /** An operation on single numbers. */
    Slot apply(Kind kind, Slot x) {
        return apply(kind, x, 0);
    }

    /** An operation on single numbers with a parameter. */
    Slot apply(Kind kind, Slot x, double p) {
        if (x.order() == Order.FOLDED) {
            return apply(kind, unfolded(x), p).view(Order.FOLDED, x.fold(), x.shape());
        }
        Slot result = Slot.of(x.order(), x.shape());
        Slot made = emit(PointwiseStep.of(kind, x, x, (float) p, result), !kind.isFlat());
        rewrites.remember(made, kind, x, p);
        return made;
    }

    /** An operation on pairs of numbers, with sizes of one repeated. */
    Slot apply(Kind kind, Slot x, Slot y) {
        if (x.order() == Order.FOLDED && y.length() == 1) {
            return apply(kind, unfolded(x), y).view(Order.FOLDED, x.fold(), x.shape());
        }
        Slot cheaper = rewrites.of(kind, x, y);
        if (cheaper != null) {
            return cheaper;
        }
        int[] shape = broadcast(x.shape(), y.shape());
        Slot a = strided(x);
        Slot b = strided(y);
        Slot over = Slot.of(Order.PLAIN, shape);
        boolean channelsLast = shape.length == 4 && (isLast(a, over) || isLast(b, over));
        Slot result = channelsLast ? Slot.of(Order.LAST, shape) : over;
        return emit(PointwiseStep.of(kind, fit(a, result), fit(b, result), 0, result), !kind.isFlat());
    }

    private static boolean isLast(Slot x, Slot over) {
        return x.order() == Order.LAST && !x.liesBothWays() && x.length() == over.length();
    }

    /** Operands of full size lie as the result does. */
    private Slot fit(Slot x, Slot result) {
        if (x.length() != result.length() || x.rank() != result.rank()) {
            return x;
        }
        return result.order() == Order.LAST ? last(x) : plain(x);
    }

    static int[] broadcast(int[] a, int[] b) {
        int rank = Math.max(a.length, b.length);
        int[] shape = new int[rank];
        for (int i = 0; i < rank; i++) {
            int x = i + a.length < rank ? 1 : a[i + a.length - rank];
            int y = i + b.length < rank ? 1 : b[i + b.length - rank];
            if (x != y && x != 1 && y != 1) {
                throw new NoPlanException(
                        "the sizes " + Arrays.toString(a) + " and " + Arrays.toString(b) + " do not fit.");
            }
            shape[i] = x == 1 ? y : x;
        }
        return shape;
    }

    Slot add(Slot x, Slot y) {
        return apply(Kind.ADD, x, y);
    }

    Slot subtract(Slot x, Slot y) {
        return apply(Kind.SUBTRACT, x, y);
    }

    Slot multiply(Slot x, Slot y) {
        return apply(Kind.MULTIPLY, x, y);
    }

    /** The same numbers in another shape. */
    Slot reshape(Slot x, int... shape) {
        if (Arrays.equals(x.shape(), shape)) {
            return x;
        }
        if (shape.length == 4 && x.rank() == 4 && shape[2] == x.size(2) && shape[3] == x.size(3)) {
            boolean planes = shape[1] == 1 && shape[0] == x.size(0) * x.size(1);
            if (planes && x.order() == Order.LAST && !x.liesBothWays()) {
                return x.view(Order.FOLDED, x.size(1), shape);
            }
            if (x.order() == Order.FOLDED && shape[1] == x.fold()) {
                return unfolded(x);
            }
        }
        return plain(x).view(Order.PLAIN, 0, shape);
    }

    /** Axes in another order. */
    Slot permute(Slot from, int... axes) {
        Slot x = strided(from);
        int[] shape = new int[axes.length];
        Arrays.setAll(shape, i -> x.size(axes[i]));
        if (x.order() == Order.LAST && Arrays.equals(axes, new int[] {0, 2, 3, 1})) {
            return x.view(Order.PLAIN, 0, shape);
        }
        if (x.order() == Order.PLAIN && Arrays.equals(axes, new int[] {0, 3, 1, 2})) {
            return x.view(Order.LAST, 0, shape);
        }
        boolean kept = true;
        for (int i = 0; i < axes.length; i++) {
            kept &= axes[i] == i;
        }
        if (kept) {
            return x;
        }
        int[] strides = x.strides();
        int[][] offsets = new int[axes.length][];
        Arrays.setAll(offsets, i -> MoveStep.whole(x.size(axes[i]), strides[axes[i]]));
        return emit(new MoveStep(x, Slot.of(Order.PLAIN, shape), offsets, 0));
    }

    /**
     * Places of each axis to other ones; the order is kept.
     *
     * @param places for each axis, which place of the source comes there; -1 for none; an empty array for an axis that stays
     * @param fill where nothing comes
     */
    Slot move(Slot from, int[][] places, double fill) {
        Slot x = strided(from);
        int[] strides = x.strides();
        int[] shape = new int[x.rank()];
        int[][] offsets = new int[x.rank()][];
        boolean same = true;
        for (int i = 0; i < shape.length; i++) {
            boolean stays = places[i].length == 0;
            offsets[i] = stays ? MoveStep.whole(x.size(i), strides[i]) : MoveStep.at(places[i], strides[i]);
            shape[i] = offsets[i].length;
            same &= stays;
        }
        if (same) {
            return x;
        }
        Slot moved = emit(new MoveStep(x, Slot.of(x.order(), shape), offsets, (float) fill));
        groups.moved(moved, from, places);
        return moved;
    }

    Rewrites rewrites() {
        return rewrites;
    }

    Groups groups() {
        return groups;
    }

    /** Places of each axis several times, one after the other; otherwise as {@link #move(Slot, int[][], double)}. */
    Slot repeat(Slot x, int[][] places) {
        Slot made = move(x, places, 0);
        rewrites.remember(made, x, places);
        return made;
    }

    /** Places of one axis. */
    Slot move(Slot x, int axis, int[] places) {
        int[][] all = new int[x.rank()][0];
        all[axis] = places;
        return move(x, all, 0);
    }

    /** Joins along an axis. */
    Slot concat(int axis, List<Slot> parts) {
        Groups.Found found = groups.joined(this, axis, parts);
        if (found != null) {
            return MapReaders.grouped(this, found);
        }
        List<Slot> all = parts.stream().map(this::strided).toList();
        boolean channelsLast = all.stream().anyMatch(p -> p.order() == Order.LAST && !p.liesBothWays());
        List<Slot> ordered =
                all.stream().map(channelsLast ? this::last : this::plain).toList();
        int[] shape = ordered.get(0).shape().clone();
        shape[axis] = ordered.stream().mapToInt(p -> p.size(axis)).sum();
        Slot result = Slot.of(channelsLast ? Order.LAST : Order.PLAIN, shape);
        return emit(new ConcatStep(ordered, result, axis));
    }

    /** Sum along axes. */
    Slot sum(Slot x, boolean[] axes, boolean keep) {
        return reduce(x, axes, keep, false);
    }

    /** The largest along axes. */
    Slot largest(Slot x, boolean[] axes, boolean keep) {
        return reduce(x, axes, keep, true);
    }

    /** Mean along axes. */
    Slot mean(Slot x, boolean[] axes, boolean keep) {
        return apply(Kind.TIMES, sum(x, axes, keep), 1.0 / count(x, axes));
    }

    /** How many numbers become one. */
    static int count(Slot x, boolean[] axes) {
        int count = 1;
        for (int i = 0; i < axes.length; i++) {
            count *= axes[i] ? x.size(i) : 1;
        }
        return count;
    }

    private Slot reduce(Slot from, boolean[] axes, boolean keep, boolean largest) {
        Slot x = strided(from);
        int[] kept = x.shape().clone();
        for (int i = 0; i < kept.length; i++) {
            kept[i] = axes[i] ? 1 : kept[i];
        }
        // Kept maps stay in their order, and so does what has lost no axis of four.
        Slot result = Slot.of(x.order(), kept);
        Slot reduced = emit(new ReduceStep(x, result, axes, largest));
        if (keep) {
            return reduced;
        }
        int[] shape = new int[x.rank()];
        int rank = 0;
        for (int i = 0; i < axes.length; i++) {
            if (!axes[i]) {
                shape[rank++] = kept[i];
            }
        }
        return reshape(reduced, Arrays.copyOf(shape, rank));
    }

    /** Product of matrices, or of as many pairs of them as there are. */
    Slot product(Slot first, Slot second, boolean turnA, boolean turnB, double factor) {
        Slot a = plain(first);
        Slot b = plain(second);
        if (a.rank() > 2 && b.rank() == 2 && !turnA) {
            int[] shape = a.shape().clone();
            int k = shape[shape.length - 1];
            Slot flat = product(reshape(a, a.length() / k, k), b, false, turnB, factor);
            shape[shape.length - 1] = flat.size(1);
            return reshape(flat, shape);
        }
        int rank = a.rank();
        if (rank < 2 || b.rank() != rank) {
            throw new NoPlanException("it multiplies " + a + " by " + b + ".");
        }
        int[] shape = a.shape().clone();
        for (int i = 0; i < rank - 2; i++) {
            if (a.size(i) != b.size(i)) {
                throw new NoPlanException("it multiplies " + a + " by " + b + ".");
            }
        }
        int k = a.size(turnA ? rank - 2 : rank - 1);
        shape[rank - 2] = a.size(turnA ? rank - 1 : rank - 2);
        shape[rank - 1] = b.size(turnB ? rank - 2 : rank - 1);
        if (k != b.size(turnB ? rank - 1 : rank - 2)) {
            throw new NoPlanException("it multiplies " + a + " by " + b + ".");
        }
        return emit(new ProductStep(a, b, Slot.of(Order.PLAIN, shape), turnA, turnB, k, (float) factor));
    }

    /** Mixtures along an axis. */
    Slot resample(Slot from, int axis, float[][] matrix) {
        Slot x = strided(from);
        int[] shape = x.shape().clone();
        shape[axis] = matrix.length;
        int outer = 1;
        int inner = 1;
        boolean before = true;
        for (int a : x.axesAsTheyLie()) {
            if (a == axis) {
                before = false;
            } else if (before) {
                outer *= x.size(a);
            } else {
                inner *= x.size(a);
            }
        }
        return emit(new ResampleStep(x, Slot.of(x.order(), shape), outer, inner, matrix));
    }
}
