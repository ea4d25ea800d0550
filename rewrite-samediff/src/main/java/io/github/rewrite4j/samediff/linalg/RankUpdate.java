package io.github.rewrite4j.samediff.linalg;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;

/**
 * Symmetric rank-k updates over native memory, summed on the Java heap in float64.
 *
 * <p>Products pile up natively over at most {@link #BLOCK} keys before they are moved to a float64 sum, whatever the size
 * of a map: large maps are cut, small maps are joined. Only the upper triangle is computed. The native product is kept for
 * the next batch, since fresh memory costs more than a small update.
 */
abstract class RankUpdate implements AutoCloseable {
    static final int BLOCK = 4096;

    final int dimension;
    private int pending;

    private RankUpdate(int dimension) {
        this.dimension = dimension;
    }

    static RankUpdate float32(int dimension) {
        return new Narrow(dimension);
    }

    static RankUpdate float64(int dimension) {
        return new Wide(dimension);
    }

    /** Forgets what was not moved to a sum. */
    void start() {
        pending = 0;
    }

    /**
     * Adds {@code count} keys that start at an element offset, as columns of [d, count] or rows of [count, d].
     *
     * @param full called when the product holds {@link #BLOCK} keys and more are to come: has to move it
     */
    void add(Pointer data, long offset, int count, boolean columns, Runnable full) {
        for (int from = 0; from < count; ) {
            if (pending == BLOCK) {
                full.run();
            }
            int block = Math.min(count - from, BLOCK - pending);
            long start = offset + (columns ? from : (long) from * dimension);
            double keep = pending == 0 ? 0 : 1;
            int transposition = columns ? OpenBlas.NO_TRANSPOSE : OpenBlas.TRANSPOSE;
            int stride = columns ? count : dimension;
            OpenBlas.blas(() -> update(transposition, block, data, start, stride, keep));
            pending += block;
            from += block;
        }
    }

    /** The first channel whose mean square is not finite in the native product, or -1. */
    int firstNotFinite() {
        for (int i = 0; pending > 0 && i < dimension; i++) {
            if (!Double.isFinite(at((long) i * dimension + i))) {
                return i;
            }
        }
        return -1;
    }

    /** Adds the upper triangle of the native product to a sum and starts anew. */
    void moveTo(double[] sum) {
        if (pending > 0) {
            for (int i = 0; i < dimension; i++) {
                addRow(i, sum);
            }
            pending = 0;
        }
    }

    /** Adds keys to the native product, or starts it anew when {@code keep} is 0. */
    abstract void update(int transposition, int count, Pointer data, long start, int stride, double keep);

    /** An element of the native product. */
    abstract double at(long element);

    /** Adds row i from its diagonal on. */
    abstract void addRow(int i, double[] sum);

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
        double at(long element) {
            return product.get(element);
        }

        @Override
        void addRow(int i, double[] sum) {
            int length = dimension - i;
            int start = i * dimension + i;
            product.position(start).get(single, 0, length);
            product.position(0);
            for (int j = 0; j < length; j++) {
                sum[start + j] += single[j];
            }
        }

        @Override
        public void close() {
            product.close();
        }
    }

    private static final class Wide extends RankUpdate {
        private final DoublePointer product;
        private final double[] row;

        Wide(int dimension) {
            super(dimension);
            product = new DoublePointer((long) dimension * dimension);
            row = new double[dimension];
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
        double at(long element) {
            return product.get(element);
        }

        @Override
        void addRow(int i, double[] sum) {
            int length = dimension - i;
            int start = i * dimension + i;
            product.position(start).get(row, 0, length);
            product.position(0);
            for (int j = 0; j < length; j++) {
                sum[start + j] += row[j];
            }
        }

        @Override
        public void close() {
            product.close();
        }
    }
}
