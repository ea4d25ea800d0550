package io.github.rewrite4j.samediff.generator.onnx;

import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;
import org.nd4j.autodiff.samediff.SDVariable;

/** Broadcasting, and slices of variables along one axis. */
final class Shapes {
    private Shapes() {}

    /** What operands of these shapes give together, aligned at their last axes. */
    static long[] broadcast(long[] a, long[] b) {
        int rank = Math.max(a.length, b.length);
        long[] result = new long[rank];
        for (int i = 0; i < rank; i++) {
            long left = from(a, i, rank);
            long right = from(b, i, rank);
            if (left != right && left != 1 && right != 1) {
                throw new OnnxException(
                        "its operands " + Size.text(a) + " and " + Size.text(b) + " do not broadcast to one shape.");
            }
            result[i] = left == 1 ? right : left;
        }
        return result;
    }

    private static long from(long[] shape, int axis, int rank) {
        int own = axis - (rank - shape.length);
        return own < 0 ? 1 : shape[own];
    }

    /** A variable with leading axes of size one up to a rank. */
    static SDVariable aligned(OnnxGraph graph, SDVariable variable, long[] shape, int rank) {
        if (shape.length == rank) {
            return variable;
        }
        long[] padded = new long[rank];
        Arrays.fill(padded, 1);
        System.arraycopy(shape, 0, padded, rank - shape.length, shape.length);
        return reshape(graph, variable, padded);
    }

    static SDVariable reshape(OnnxGraph graph, SDVariable variable, long... shape) {
        return graph.graph().reshape(variable, Size.forReshape(shape));
    }

    /** The part from begin (with) to end (without) of one axis, each {@code step}-th, step at least 1. */
    static SDVariable slice(OnnxGraph graph, SDVariable variable, int rank, int axis, long begin, long end, long step) {
        long[] from = new long[rank];
        long[] to = new long[rank];
        long[] by = new long[rank];
        Arrays.fill(by, 1);
        int whole = 0;
        for (int i = 0; i < rank; i++) {
            if (i != axis) {
                whole |= 1 << i;
            }
        }
        from[axis] = begin;
        to[axis] = end;
        by[axis] = step;
        return graph.graph().stridedSlice(variable, from, to, by, whole, whole, 0, 0, 0);
    }

    static SDVariable permute(OnnxGraph graph, SDVariable variable, int... axes) {
        boolean same = IntStream.range(0, axes.length).allMatch(i -> axes[i] == i);
        return same ? variable : graph.graph().permute(variable, axes);
    }

    static long[] permuted(long[] shape, int... axes) {
        return Arrays.stream(axes).mapToLong(axis -> shape[axis]).toArray();
    }

    /** The axes with two exchanged. */
    static int[] exchanged(int rank, int a, int b) {
        int[] axes = IntStream.range(0, rank).toArray();
        axes[a] = b;
        axes[b] = a;
        return axes;
    }

    static long[] with(long[] shape, int axis, long size) {
        long[] changed = shape.clone();
        changed[axis] = size;
        return changed;
    }

    /** A picture-like value: [N, C, H, W] with a known size. */
    static Value image(Value value, String what) {
        if (value.rank() != 4) {
            throw new OnnxException(what + " has the shape " + Size.text(value.shape())
                    + ", but only maps [N, C, H, W] are possible there.");
        }
        for (int i = 1; i < 4; i++) {
            if (Size.isFree(value.size(i))) {
                throw new OnnxException(
                        what + " has the shape " + Size.text(value.shape()) + ", whose size is not known.");
            }
        }
        return value;
    }

    /** Constant numbers along the second axis, ready to be joined with maps of a rank. */
    static SDVariable perChannel(OnnxGraph graph, float[] numbers, int rank) {
        long[] shape = new long[rank];
        Arrays.fill(shape, 1);
        shape[1] = numbers.length;
        return Objects.requireNonNull(graph.graph())
                .constant(Constant.reals(numbers, shape).array());
    }
}
