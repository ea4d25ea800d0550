package io.github.rewrite4j.samediff.linalg;

import io.github.rewrite4j.RewriteException;
import org.bytedeco.openblas.global.openblas;

/**
 * Thin singular value decomposition {@code A = U diag(s) V'} by LAPACK dgesdd, O(m n min(m, n)).
 *
 * <p>With k = min(m, n): U is [m, k], s has k values, largest first, V' is [k, n].
 */
public final class Svd {
    private final Matrix left;
    private final double[] values;
    private final Matrix right;

    private Svd(Matrix left, double[] values, Matrix right) {
        this.left = left;
        this.values = values;
        this.right = right;
    }

    /** Decomposes a matrix. */
    public static Svd of(Matrix matrix) {
        int m = matrix.rows();
        int n = matrix.columns();
        int k = Math.min(m, n);
        double[] work = matrix.toRowMajor();
        double[] s = new double[k];
        double[] u = new double[Math.multiplyExact(m, k)];
        double[] vt = new double[Math.multiplyExact(k, n)];
        // Row by row, A is what LAPACK reads column by column as A' = V diag(s) U': swap the factors, transpose
        // nothing.
        int info = OpenBlas.lapack(
                "dgesdd",
                () -> openblas.LAPACKE_dgesdd(OpenBlas.COLUMN_MAJOR, (byte) 'S', n, m, work, n, s, vt, n, u, k));
        if (info > 0) {
            throw new RewriteException("The singular values of a " + matrix.shape()
                    + " matrix did not converge; scale it to entries near one and try again.");
        }
        return new Svd(new Matrix(m, k, u), s, new Matrix(k, n, vt));
    }

    /** Left singular vectors as columns, [m, k]. */
    public Matrix left() {
        return left;
    }

    /** Singular values, largest first; a copy. */
    public double[] values() {
        return values.clone();
    }

    /** Right singular vectors as rows, [k, n]. */
    public Matrix right() {
        return right;
    }

    /** Number of singular values above {@code relative * largest}. */
    public int rank(double relative) {
        int rank = 0;
        while (rank < values.length && values[rank] > relative * values[0]) {
            rank++;
        }
        return rank;
    }

    /** Moore-Penrose pseudo-inverse [n, m]; singular values up to {@code relative * largest} count as zero. */
    public Matrix pseudoInverse(double relative) {
        int rank = rank(relative);
        double[] inverse = new double[values.length];
        for (int i = 0; i < rank; i++) {
            inverse[i] = 1 / values[i];
        }
        return right.transposeMultiply(left.transpose().scaleRows(inverse));
    }
}
