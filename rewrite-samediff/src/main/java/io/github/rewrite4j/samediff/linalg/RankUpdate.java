package io.github.rewrite4j.samediff.linalg;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;

/**
 * Symmetric rank-k updates over native memory, summed on the Java heap in float64.
 *
 * <p>Products pile up natively over at most {@link #BLOCK} keys before they are moved to the float64 sum, whatever the
 * size of a map: large maps are cut, small maps are joined. Only the upper triangle is computed.
 */
abstract class RankUpdate implements AutoCloseable {
    static final int BLOCK = 4096;

    final int dimension;
    private final double[] sum;
    private int pending;

    private RankUpdate(int dimension) {
        this.dimension = dimension;
        this.sum = new double[dimension * dimension];
    }

    static RankUpdate float32(int dimension) {
        return new Narrow(dimension);
    }

    static RankUpdate float64(int dimension) {
        return new Wide(dimension);
    }

    /**
     * Adds {@code count} keys that start at an element offset, as columns of [d, count] or rows of [count, d].
     */
    void add(Pointer data, long offset, int count, boolean columns) {
        for (int from = 0; from < count; ) {
            int block = Math.min(count - from, BLOCK - pending);
            long start = offset + (columns ? from : (long) from * dimension);
            double keep = pending == 0 ? 0 : 1;
            int transposition = columns ? OpenBlas.NO_TRANSPOSE : OpenBlas.TRANSPOSE;
            int stride = columns ? count : dimension;
            OpenBlas.blas(() -> update(transposition, block, data, start, stride, keep));
            pending += block;
            from += block;
            if (pending == BLOCK) {
                flush();
            }
        }
    }

    /** The sum so far; the upper triangle is valid. */
    double[] sum() {
        flush();
        return sum.clone();
    }

    private void flush() {
        if (pending > 0) {
            double[] row = new double[dimension];
            for (int i = 0; i < dimension; i++) {
                read((long) i * dimension, row);
                for (int j = i; j < dimension; j++) {
                    sum[i * dimension + j] += row[j];
                }
            }
            pending = 0;
        }
    }

    /** Adds keys to the native product, or starts it anew when {@code keep} is 0. */
    abstract void update(int transposition, int count, Pointer data, long start, int stride, double keep);

    /** Copies one row of the native product, from its element {@code start}. */
    abstract void read(long start, double[] row);

    @Override
    public abstract void close();

    private static final class Narrow extends RankUpdate {
        private final FloatPointer product;
        private final float[] single;

        Narrow(int dimension) {
            super(dimension);
            product = new FloatPointer((long) dimension * dimension);
            single = new float[dimension];
        }

        @Override
        void update(int transposition, int count, Pointer data, long start, int stride, double keep) {
            FloatPointer keys = new FloatPointer(data).position(start);
            openblas.cblas_ssyrk(
                    OpenBlas.ROW_MAJOR,
                    OpenBlas.UPPER,
                    transposition,
                    dimension,
                    count,
                    1,
                    keys,
                    stride,
                    (float) keep,
                    product,
                    dimension);
        }

        @Override
        void read(long start, double[] row) {
            product.position(start).get(single);
            product.position(0);
            for (int j = 0; j < row.length; j++) {
                row[j] = single[j];
            }
        }

        @Override
        public void close() {
            product.close();
        }
    }

    private static final class Wide extends RankUpdate {
        private final DoublePointer product;

        Wide(int dimension) {
            super(dimension);
            product = new DoublePointer((long) dimension * dimension);
        }

        @Override
        void update(int transposition, int count, Pointer data, long start, int stride, double keep) {
            DoublePointer keys = new DoublePointer(data).position(start);
            openblas.cblas_dsyrk(
                    OpenBlas.ROW_MAJOR,
                    OpenBlas.UPPER,
                    transposition,
                    dimension,
                    count,
                    1,
                    keys,
                    stride,
                    keep,
                    product,
                    dimension);
        }

        @Override
        void read(long start, double[] row) {
            product.position(start).get(row);
            product.position(0);
        }

        @Override
        public void close() {
            product.close();
        }
    }
}
