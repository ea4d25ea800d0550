package io.github.rewrite4j.benchmarks.measure;

import java.util.function.LongConsumer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;

/**
 * What this machine can do with this BLAS and this number of threads: the best of several runs.
 *
 * @param ssyrk float32 operations per second of a symmetric rank-k update, half a product counted
 * @param sgemm float32 operations per second of a product of square matrices
 * @param dgemm the same in float64
 * @param copy bytes read and written per second by copying memory
 */
record Peaks(double ssyrk, double sgemm, double dgemm, double copy) {
    /** Order of the matrices, and length of the update. */
    static final int ORDER = 512;

    static final int KEYS = 4096;

    private static final int ROW_MAJOR = 101;
    private static final int NO_TRANSPOSE = 111;
    private static final int TRANSPOSE = 112;
    private static final int UPPER = 121;
    private static final long COPIED = 64L << 20;

    /** Measures with the number of threads as it is set. */
    static Peaks measure(int rounds) {
        try (FloatPointer keys = filled(ORDER * KEYS);
                FloatPointer square = filled(ORDER * ORDER);
                FloatPointer product = filled(ORDER * ORDER);
                DoublePointer wide = new DoublePointer(new double[ORDER * ORDER]);
                DoublePointer wideProduct = new DoublePointer(new double[ORDER * ORDER]);
                Pointer from = new FloatPointer(COPIED / Float.BYTES);
                Pointer to = new FloatPointer(COPIED / Float.BYTES)) {
            Pointer.memset(from, 1, COPIED);
            double cube = 2.0 * ORDER * ORDER * ORDER;
            return new Peaks(
                    best(rounds, syrkOperations(ORDER, KEYS), n -> ssyrk(keys, product, ORDER, KEYS)),
                    best(
                            rounds,
                            cube,
                            n -> openblas.cblas_sgemm(
                                    ROW_MAJOR,
                                    NO_TRANSPOSE,
                                    NO_TRANSPOSE,
                                    ORDER,
                                    ORDER,
                                    ORDER,
                                    1,
                                    square,
                                    ORDER,
                                    square,
                                    ORDER,
                                    0,
                                    product,
                                    ORDER)),
                    best(
                            rounds,
                            cube,
                            n -> openblas.cblas_dgemm(
                                    ROW_MAJOR,
                                    NO_TRANSPOSE,
                                    NO_TRANSPOSE,
                                    ORDER,
                                    ORDER,
                                    ORDER,
                                    1,
                                    wide,
                                    ORDER,
                                    wide,
                                    ORDER,
                                    0,
                                    wideProduct,
                                    ORDER)),
                    best(rounds, 2.0 * COPIED, n -> Pointer.memcpy(to, from, COPIED)));
        }
    }

    /** product = keys' keys for keys [n, order], upper triangle. */
    static void ssyrk(FloatPointer keys, FloatPointer product, int order, int n) {
        openblas.cblas_ssyrk(ROW_MAJOR, UPPER, TRANSPOSE, order, n, 1, keys, order, 0, product, order);
    }

    /** Multiplications and additions of a symmetric rank-k update. */
    static double syrkOperations(long order, long keys) {
        return (double) order * (order + 1) * keys;
    }

    static FloatPointer filled(int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) Math.sin(i);
        }
        return new FloatPointer(values);
    }

    private static double best(int rounds, double work, LongConsumer task) {
        task.accept(0);
        double best = 0;
        for (int i = 0; i < rounds; i++) {
            long started = System.nanoTime();
            task.accept(i);
            best = Math.max(best, work / ((System.nanoTime() - started) / 1e9));
        }
        return best;
    }
}
