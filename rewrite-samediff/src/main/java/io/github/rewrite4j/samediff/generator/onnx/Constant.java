package io.github.rewrite4j.samediff.generator.onnx;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A tensor whose numbers are known while the graph is built: weights, and everything that shapes are computed of. Row-major.
 * Whole numbers may be {@link Size sizes} in which the batch is free.
 */
final class Constant {
    /** More numbers than any layer of an image network has; a file that asks for more is hostile. */
    static final long MOST = 1L << 28;

    /** Numbers moved at once, each from a cache line of its own. */
    private static final int RUN = 32;

    private final Kind kind;
    private final long[] shape;
    private final float[] reals;
    private final long[] wholes;

    private Constant(Kind kind, long[] shape, float[] reals, long[] wholes) {
        this.kind = kind;
        this.shape = shape.clone();
        this.reals = reals;
        this.wholes = wholes;
    }

    /** Takes the array over. */
    static Constant reals(float[] values, long... shape) {
        require(values.length, shape);
        return new Constant(Kind.REAL, shape, values, new long[0]);
    }

    /** Takes the array over. */
    static Constant wholes(Kind kind, long[] values, long... shape) {
        require(values.length, shape);
        return new Constant(kind, shape, new float[0], values);
    }

    static Constant vector(long... values) {
        return wholes(Kind.WHOLE, values, values.length);
    }

    private static void require(int length, long[] shape) {
        if (count(shape) != length) {
            throw new OnnxException("it has " + length + " numbers, but its shape is " + Arrays.toString(shape) + ".");
        }
    }

    /** Numbers that a few bytes of a file may ask for: more than any network computes beforehand. */
    private static final int MADE = 1 << 22;

    /**
     * How many numbers a shape holds that is made of other numbers while a network is built.
     *
     * @param of how many numbers it is made of
     */
    static int made(int of, long... shape) {
        int count = count(shape);
        if (count > Math.max(MADE, 4L * of)) {
            throw new OnnxException("it makes " + count + " fixed numbers out of " + of
                    + ", more than any network needs. The file is damaged or made to fill the memory.");
        }
        return count;
    }

    /** How many numbers a shape holds. */
    static int count(long... shape) {
        long count = 1;
        for (long size : shape) {
            if (size < 0) {
                throw new OnnxException("its shape " + Size.text(shape) + " has a size that is negative or not known.");
            }
            count = size == 0 ? 0 : count * size;
            if (count > MOST) {
                throw new OnnxException(
                        "its shape " + Arrays.toString(shape) + " holds more than " + MOST + " numbers.");
            }
        }
        return (int) count;
    }

    Kind kind() {
        return kind;
    }

    long[] shape() {
        return shape.clone();
    }

    int rank() {
        return shape.length;
    }

    int length() {
        return kind == Kind.REAL ? reals.length : wholes.length;
    }

    /** A copy of all numbers, in float32. */
    float[] floats() {
        float[] all = new float[length()];
        for (int i = 0; i < all.length; i++) {
            all[i] = real(i);
        }
        return all;
    }

    float real(int index) {
        return kind == Kind.REAL ? reals[index] : known(wholes[index]);
    }

    long whole(int index) {
        return kind == Kind.REAL ? (long) reals[index] : wholes[index];
    }

    long[] allWholes() {
        if (kind == Kind.REAL) {
            throw new OnnxException("it is given real numbers where it takes whole ones.");
        }
        long[] all = new long[length()];
        Arrays.setAll(all, this::whole);
        return all;
    }

    float[] allReals() {
        if (kind == Kind.REAL) {
            return reals.clone();
        }
        float[] all = new float[length()];
        for (int i = 0; i < all.length; i++) {
            all[i] = real(i);
        }
        return all;
    }

    /** The only number. */
    float onlyReal() {
        requireOne();
        return real(0);
    }

    /** The only number. */
    long onlyWhole() {
        requireOne();
        return whole(0);
    }

    private void requireOne() {
        if (length() != 1) {
            throw new OnnxException("a single number is needed, but there are " + length() + ".");
        }
    }

    private static float known(long whole) {
        if (Size.isFree(whole)) {
            throw new OnnxException("it computes fractions of its batch.");
        }
        return whole;
    }

    Constant reshaped(long... to) {
        require(length(), to);
        return new Constant(kind, to, reals, wholes);
    }

    /**
     * Another tensor of these numbers.
     *
     * @param to its shape
     * @param source which number goes to each place
     */
    Constant rearranged(long[] to, IntToLongFunction source) {
        int length = made(length(), to);
        if (kind == Kind.REAL) {
            float[] moved = new float[length];
            for (int i = 0; i < length; i++) {
                moved[i] = reals[(int) source.applyAsLong(i)];
            }
            return reals(moved, to);
        }
        long[] moved = new long[length];
        for (int i = 0; i < length; i++) {
            moved[i] = wholes[(int) source.applyAsLong(i)];
        }
        return wholes(kind, moved, to);
    }

    Constant permuted(int... axes) {
        int rank = axes.length;
        long[] to = new long[rank];
        long[] steps = new long[rank];
        long[] own = strides(shape);
        for (int i = 0; i < rank; i++) {
            to[i] = shape[axes[i]];
            steps[i] = own[axes[i]];
        }
        if (kind == Kind.REAL) {
            float[] moved = new float[made(length(), to)];
            if (moved.length > 0) {
                move(to, steps, moved);
            }
            return reals(moved, to);
        }
        long[] targets = strides(to);
        return rearranged(to, index -> {
            long source = 0;
            for (int i = 0; i < rank; i++) {
                source += index / targets[i] % to[i] * steps[i];
            }
            return source;
        });
    }

    /**
     * Moves numbers of weights, of which there are tens of millions: runs of the last axis, as many as their sources fit in the
     * nearest cache, while the other axes follow the source.
     */
    private void move(long[] to, long[] steps, float[] moved) {
        int last = to.length - 1;
        int[] others = IntStream.range(0, Math.max(0, last))
                .boxed()
                .sorted(Comparator.comparingLong((Integer axis) -> -steps[axis]))
                .mapToInt(Integer::intValue)
                .toArray();
        long[] targets = strides(to);
        int length = last < 0 ? 1 : (int) to[last];
        int step = last < 0 ? 0 : (int) steps[last];
        for (int from = 0; from < length; from += RUN) {
            int until = Math.min(length, from + RUN);
            int[] at = new int[others.length];
            int source = 0;
            int target = 0;
            int turned;
            do {
                for (int i = from, read = source + from * step; i < until; i++, read += step) {
                    moved[target + i] = reals[read];
                }
                turned = others.length - 1;
                for (; turned >= 0; turned--) {
                    int axis = others[turned];
                    source += (int) steps[axis];
                    target += (int) targets[axis];
                    if (++at[turned] < to[axis]) {
                        break;
                    }
                    source -= (int) (steps[axis] * to[axis]);
                    target -= (int) (targets[axis] * to[axis]);
                    at[turned] = 0;
                }
            } while (turned >= 0);
        }
    }

    /** Row-major strides. */
    static long[] strides(long[] shape) {
        long[] strides = new long[shape.length];
        long step = 1;
        for (int i = shape.length - 1; i >= 0; i--) {
            strides[i] = step;
            step *= Math.max(1, shape[i]);
        }
        return strides;
    }

    /** A FLOAT array of the caller's own. */
    INDArray array() {
        if (length() == 0) {
            throw new OnnxException("a tensor of no numbers reaches the graph.");
        }
        return rank() == 0 ? Nd4j.scalar(real(0)) : Nd4j.create(kind == Kind.REAL ? reals : allReals(), shape, 'c');
    }
}
