package io.github.rewrite4j.samediff.engine.kernel;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.openblas.global.openblas;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Products of row-major matrices on the heap: small ones in Java, others in oneDNN, or in OpenBLAS where that is missing. */
public final class HeapProducts {
    private static final Logger LOG = LoggerFactory.getLogger(HeapProducts.class);

    private static final Large LARGE_ONES = OneDnn.available() ? HeapProducts::byOneDnn : elsewhere();

    /** Multiplications from which a native call pays. */
    private static final long LARGE = 8192;

    /** Rows up to which the other matrix is read once more for each. */
    private static final int FEW = 2;

    /** Rows that are computed side by side. */
    private static final int ROWS = 16;

    private HeapProducts() {}

    /**
     * Adds factor a b to c, for matrices that begin at the start of their arrays.
     *
     * @param turnA whether a lies as [k, m]
     * @param turnB whether b lies as [n, k]
     * @param m rows of c
     * @param n columns of c
     * @param k columns of a and rows of b
     */
    public static void add(
            boolean turnA, boolean turnB, int m, int n, int k, float factor, float[] a, float[] b, float[] c) {
        if (m <= FEW && !turnB) {
            fewRows(turnA, m, n, k, factor, a, b, c);
        } else if ((long) m * n * k < LARGE) {
            small(turnA, turnB, m, n, k, factor, a, b, c);
        } else {
            LARGE_ONES.add(turnA, turnB, m, n, k, factor, a, b, c);
        }
    }

    @FunctionalInterface
    private interface Large {
        void add(boolean turnA, boolean turnB, int m, int n, int k, float factor, float[] a, float[] b, float[] c);
    }

    private static Large elsewhere() {
        try {
            openblas.blas_get_num_threads();
            return HeapProducts::byOpenBlas;
        } catch (LinkageError missing) {
            LOG.debug("Matrices are multiplied in Java: OpenBLAS has no natives on the class path.", missing);
            return HeapProducts::small;
        }
    }

    private static void byOneDnn(
            boolean turnA, boolean turnB, int m, int n, int k, float factor, float[] a, float[] b, float[] c) {
        int status = dnnl.dnnl_sgemm(
                letter(turnA), letter(turnB), m, n, k, factor, a, turnA ? m : k, b, turnB ? k : n, 1, c, n);
        if (status != dnnl.dnnl_success) {
            throw failed(m, n, k, status);
        }
    }

    static IllegalStateException failed(int m, int n, int k, int status) {
        return new IllegalStateException(
                "oneDNN cannot multiply " + m + " x " + k + " by " + k + " x " + n + ": status " + status + ".");
    }

    static void byOpenBlas(
            boolean turnA, boolean turnB, int m, int n, int k, float factor, float[] a, float[] b, float[] c) {
        openblas.cblas_sgemm(
                openblas.CblasRowMajor,
                turnA ? openblas.CblasTrans : openblas.CblasNoTrans,
                turnB ? openblas.CblasTrans : openblas.CblasNoTrans,
                m,
                n,
                k,
                factor,
                a,
                turnA ? m : k,
                b,
                turnB ? k : n,
                1,
                c,
                n);
    }

    private static byte letter(boolean turned) {
        return (byte) (turned ? 'T' : 'N');
    }

    /**
     * Row by row: four rows of b at a time, all with the same index, are vector code in Java 17. Some rows of a use what is read
     * of b.
     */
    static void fewRows(boolean turnA, int m, int n, int k, float factor, float[] a, float[] b, float[] c) {
        for (int first = 0; first < m; first += ROWS) {
            int last = Math.min(m, first + ROWS);
            int l = 0;
            for (; l + 4 <= k; l += 4) {
                for (int i = first; i < last; i++) {
                    int x = turnA ? l * m + i : i * k + l;
                    int step = turnA ? m : 1;
                    float p = factor * a[x];
                    float q = factor * a[x + step];
                    float r = factor * a[x + 2 * step];
                    addFour(c, i * n, n, b, l * n, p, q, r, factor * a[x + 3 * step]);
                }
            }
            for (; l < k; l++) {
                for (int i = first; i < last; i++) {
                    addOne(c, i * n, n, b, l * n, factor * a[turnA ? l * m + i : i * k + l]);
                }
            }
        }
    }

    private static void addFour(float[] c, int to, int n, float[] b, int at, float p, float q, float r, float s) {
        for (int j = 0; j < n; j++) {
            c[to + j] += p * b[at + j] + q * b[at + n + j] + (r * b[at + 2 * n + j] + s * b[at + 3 * n + j]);
        }
    }

    private static void addOne(float[] c, int to, int n, float[] b, int at, float p) {
        for (int j = 0; j < n; j++) {
            c[to + j] += p * b[at + j];
        }
    }

    static void small(
            boolean turnA, boolean turnB, int m, int n, int k, float factor, float[] a, float[] b, float[] c) {
        for (int i = 0; i < m; i++) {
            for (int l = 0; l < k; l++) {
                float x = factor * (turnA ? a[l * m + i] : a[i * k + l]);
                for (int j = 0; j < n; j++) {
                    c[i * n + j] += x * (turnB ? b[j * k + l] : b[l * n + j]);
                }
            }
        }
    }
}
