package io.github.rewrite4j.samediff.engine.kernel;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Products of a row-major matrix of samples by another matrix, in which the bits of a row do not depend on how many rows there
 * are, nor on which of them it is.
 *
 * <p>Native code takes other kernels for other numbers of rows, and other orders of summation in the rows that are left over.
 * It gives the same bits wherever the number of rows is a multiple of 24 that is not above 192, which is what it is asked
 * for; rows of zeros fill up. Small matrices are multiplied row by row in Java, as no native kernel is quick with single rows.
 * Without oneDNN's natives, rows depend on their number.
 */
public final class RowProducts {
    /** Numbers of the other matrix up to which Java is used, with rows of one sample each. */
    private static final int IN_CACHE = 1 << 18;

    /** The same where a sample has many rows. */
    private static final int SMALL = 1 << 14;

    private static final int GRAIN = 24;
    private static final int TOGETHER = 8 * GRAIN;

    private RowProducts() {}

    /**
     * Adds factor a b to c.
     *
     * @param many whether a sample has many rows, as sentences have tokens
     * @param turnB whether b lies as [n, k]
     * @param m rows of a and c
     * @param n columns of c
     * @param k columns of a and rows of b
     */
    public static void add(
            boolean many, boolean turnB, int m, int n, int k, float factor, float[] a, float[] b, float[] c) {
        if ((long) n * k <= (many ? SMALL : IN_CACHE)) {
            HeapProducts.fewRows(false, m, n, k, factor, a, turnB ? turned(b, n, k) : b, c);
        } else if (OneDnn.available()) {
            inGrains(turnB, m, n, k, factor, a, b, c);
        } else {
            HeapProducts.add(false, turnB, m, n, k, factor, a, b, c);
        }
    }

    private static float[] turned(float[] b, int n, int k) {
        float[] turned = new float[n * k];
        for (int j = 0; j < n; j++) {
            for (int l = 0; l < k; l++) {
                turned[l * n + j] = b[j * k + l];
            }
        }
        return turned;
    }

    private static void inGrains(boolean turnB, int m, int n, int k, float factor, float[] a, float[] b, float[] c) {
        int most = Math.min(TOGETHER, filled(m));
        float[] row = new float[n];
        try (FloatPointer left = new FloatPointer((long) most * k);
                FloatPointer right = new FloatPointer((long) n * k);
                FloatPointer results = new FloatPointer((long) most * n)) {
            right.put(b, 0, n * k);
            for (int first = 0; first < m; first += most) {
                int count = Math.min(most, m - first);
                int rows = filled(count);
                left.position(0).put(a, first * k, count * k);
                if (rows > count) {
                    left.position((long) count * k).put(new float[(rows - count) * k]);
                }
                multiply(turnB, rows, n, k, factor, left.position(0), right, results.position(0));
                for (int i = 0; i < count; i++) {
                    results.position((long) i * n).get(row);
                    PitchedCopies.add(row, 0, c, (first + i) * n, n);
                }
            }
            results.position(0);
            left.position(0);
        }
    }

    private static int filled(int rows) {
        return (rows + GRAIN - 1) / GRAIN * GRAIN;
    }

    private static void multiply(
            boolean turnB, int rows, int n, int k, float factor, FloatPointer a, FloatPointer b, FloatPointer c) {
        byte turned = (byte) (turnB ? 'T' : 'N');
        int status = dnnl.dnnl_sgemm((byte) 'N', turned, rows, n, k, factor, a, k, b, turnB ? k : n, 0, c, n);
        if (status != dnnl.dnnl_success) {
            throw HeapProducts.failed(rows, n, k, status);
        }
    }
}
