package io.github.rewrite4j.samediff.engine.kernel;

import org.bytedeco.dnnl.global.dnnl;

/** Products of row-major matrices on the heap: small ones in Java, others in oneDNN. */
public final class HeapProducts {
    /** Multiplications from which a native call pays. */
    private static final long LARGE = 8192;

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
        if ((long) m * n * k < LARGE) {
            small(turnA, turnB, m, n, k, factor, a, b, c);
            return;
        }
        int status = dnnl.dnnl_sgemm(
                letter(turnA), letter(turnB), m, n, k, factor, a, turnA ? m : k, b, turnB ? k : n, 1, c, n);
        if (status != dnnl.dnnl_success) {
            throw new IllegalStateException(
                    "oneDNN cannot multiply " + m + " x " + k + " by " + k + " x " + n + ": status " + status + ".");
        }
    }

    private static byte letter(boolean turned) {
        return (byte) (turned ? 'T' : 'N');
    }

    private static void small(
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
