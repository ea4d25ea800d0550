package io.github.rewrite4j.samediff.linalg;

import io.github.rewrite4j.RewriteException;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Collects the uncentred second moment {@code E[k k']} of keys that pass by, in O(d^2) memory.
 *
 * <p>Symmetric rank-k updates read a key map {@code [C, h*w]} where it lies: nothing is permuted, no key is kept, and
 * the result is exactly symmetric. Cost: {@code d^2} multiplications and additions per key.
 *
 * <p>An addition that fails leaves the sum as it was. Not safe for concurrent use: collect in one per thread and
 * {@link io.github.rewrite4j.stats.KeyCovariance#merge merge}.
 */
public final class SecondMoment {
    private final int dimension;
    private final Precision precision;
    private final double[] sum;
    private long count;

    private @Nullable RankUpdate narrowUpdate;
    private @Nullable RankUpdate wideUpdate;

    private SecondMoment(int dimension, Precision precision) {
        if (dimension < 1) {
            throw new IllegalArgumentException("Keys need at least one channel, not " + dimension + ".");
        }
        this.dimension = dimension;
        this.precision = precision;
        this.sum = new double[Math.multiplyExact(dimension, dimension)];
    }

    /** An empty sum for keys of the given length, in {@link Precision#FLOAT32_IN_BLOCKS}. */
    public static SecondMoment ofDimension(int dimension) {
        return new SecondMoment(dimension, Precision.FLOAT32_IN_BLOCKS);
    }

    /** An empty sum for keys of the given length. */
    public static SecondMoment ofDimension(int dimension, Precision precision) {
        return new SecondMoment(dimension, precision);
    }

    /** Length of a key. */
    public int dimension() {
        return dimension;
    }

    /** Number of keys so far. */
    public long count() {
        return count;
    }

    /**
     * Adds every location of a batch of key maps as one key.
     *
     * @param keys [N, d, h, w]; read where they lie if they fill their memory from its beginning, channels first or last,
     *     in the precision of the products; else from a copy
     * @throws RewriteException if a key is NaN or infinite
     */
    public SecondMoment add(INDArray keys) {
        requireShape(keys, 4, 1, "key maps [N, " + dimension + ", h, w]");
        long cells = keys.size(2) * keys.size(3);
        INDArray channelsLast = keys.permute(0, 2, 3, 1);
        // Where in its memory an array begins must not decide how it is summed: it varies between runs, and bits with
        // it.
        if (isPacked(channelsLast)) {
            INDArray rows = channelsLast.reshape('c', keys.size(0) * cells, dimension);
            return add(rows, keys.shape(), 1, Math.toIntExact(rows.size(0)), false);
        }
        return add(keys, keys.shape(), keys.size(0), Math.toIntExact(cells), true);
    }

    /** Adds keys that are the columns of a matrix [d, N]. */
    public SecondMoment addColumns(INDArray keys) {
        requireShape(keys, 2, 0, "keys as columns [" + dimension + ", N]");
        return add(keys, keys.shape(), 1, Math.toIntExact(keys.size(1)), true);
    }

    /** Adds keys that are the rows of a matrix [N, d]. */
    public SecondMoment addRows(INDArray keys) {
        requireShape(keys, 2, 1, "keys as rows [N, " + dimension + "]");
        return add(keys, keys.shape(), 1, Math.toIntExact(keys.size(0)), false);
    }

    /** As keys lie; the shape is that of what the caller gave. */
    private SecondMoment add(INDArray keys, long[] shape, long maps, int cells, boolean columns) {
        boolean wide = precision == Precision.FLOAT64 || keys.dataType() == DataType.DOUBLE;
        INDArray plain = contiguous(keys, wide ? DataType.DOUBLE : DataType.FLOAT);
        RankUpdate update = update(wide);
        long total = Math.multiplyExact(maps, (long) cells);
        // What fits one block goes straight into the sum; of more, nothing does before all of it is known to be finite.
        double[] target = total <= RankUpdate.BLOCK ? sum : new double[sum.length];
        try {
            update.start();
            Pointer data = plain.data().addressPointer();
            for (long map = 0; map < maps; map++) {
                update.add(data, map * dimension * cells, cells, columns, () -> {
                    requireFinite(update, shape);
                    update.moveTo(target);
                });
            }
        } finally {
            Reference.reachabilityFence(plain);
        }
        requireFinite(update, shape);
        update.moveTo(target);
        for (int i = 0; target != sum && i < sum.length; i++) {
            sum[i] += target[i];
        }
        if (plain != keys) {
            plain.close();
        }
        count = Math.addExact(count, total);
        return this;
    }

    /** Its native product is kept until the average is asked for. */
    private RankUpdate update(boolean wide) {
        RankUpdate kept = wide ? wideUpdate : narrowUpdate;
        if (kept != null) {
            return kept;
        }
        RankUpdate made = wide ? RankUpdate.float64(dimension) : RankUpdate.float32(dimension);
        if (wide) {
            wideUpdate = made;
        } else {
            narrowUpdate = made;
        }
        return made;
    }

    private static void requireFinite(RankUpdate update, long... shape) {
        int channel = update.firstNotFinite();
        if (channel >= 0) {
            throw new RewriteException("Channel " + channel + " of the keys of shape " + Arrays.toString(shape)
                    + " holds NaN, infinity or numbers too large to square; nothing was added."
                    + " Check the inputs and weights of the layers before it.");
        }
    }

    /** Whether the numbers lie row by row without gaps. */
    private static boolean isPacked(INDArray array) {
        return Arrays.equals(array.stride(), Nd4j.getStrides(array.shape(), 'c'));
    }

    /** Whether the numbers lie row by row from the beginning of the array's memory. */
    private static boolean isDense(INDArray array) {
        return array.offset() == 0 && isPacked(array);
    }

    /** The array itself where native code can read it as it lies, else a copy. */
    private static INDArray contiguous(INDArray keys, DataType type) {
        INDArray typed = keys.castTo(type);
        INDArray readable = isDense(typed) ? typed : typed.dup('c');
        if (readable != typed && typed != keys) {
            typed.close();
        }
        Nd4j.getAffinityManager().ensureLocation(readable, AffinityManager.Location.HOST);
        return readable;
    }

    /**
     * The average so far.
     *
     * @throws IllegalStateException if no key was added
     */
    public StreamedKeyCovariance toCovariance() {
        if (count == 0) {
            throw new IllegalStateException("No key was added, so there is nothing to average; call add(...) first.");
        }
        release();
        double[] mean = new double[sum.length];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = sum[i] / count;
        }
        Matrix.mirrorUpper(mean, dimension);
        return StreamedKeyCovariance.of(new Matrix(dimension, dimension, mean), count);
    }

    /** The sum so far, without the mirrored half, to be sent and added up elsewhere. */
    public PackedMoment packed() {
        release();
        double[] upper = new double[PackedMoment.length(dimension)];
        for (int row = 0, next = 0; row < dimension; row++) {
            int columns = dimension - row;
            System.arraycopy(sum, row * dimension + row, upper, next, columns);
            next += columns;
        }
        return new PackedMoment(dimension, count, upper);
    }

    private void release() {
        if (narrowUpdate != null) {
            narrowUpdate.close();
            narrowUpdate = null;
        }
        if (wideUpdate != null) {
            wideUpdate.close();
            wideUpdate = null;
        }
    }

    private void requireShape(INDArray keys, int rank, int axis, String expected) {
        if (keys.isEmpty() || keys.rank() != rank || keys.size(axis) != dimension) {
            throw new IllegalArgumentException(
                    "Expected " + expected + ", got an array of shape " + Arrays.toString(keys.shape()) + ".");
        }
    }
}
