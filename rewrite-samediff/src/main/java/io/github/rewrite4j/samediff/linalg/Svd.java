package io.github.rewrite4j.samediff.linalg;

import io.github.rewrite4j.RewriteException;
import org.bytedeco.openblas.global.openblas;

/**
 * Thin singular value decomposition {@code A = U diag(s) V'}, O(m n min(m, n)).
 *
 * <p>With k = min(m, n): U is [m, k], s has k values, largest first, V' is [k, n]. Bidiagonalisation, divide and
 * conquer, back transformation (LAPACK dgebrd, dbdsdc, dormbr). The last step is held to its unblocked form by the
 * smallest workspace: the blocked form, and so dgesdd, rests on dtrmm, see {@link Cholesky}. The result is checked on
 * one vector.
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
        if (matrix.rows() > matrix.columns()) {
            Svd turned = of(matrix.transpose());
            return new Svd(turned.right.transpose(), turned.values, turned.left.transpose());
        }
        // Row by row, a wide A is what LAPACK reads column by column as the tall A' = V diag(s) U'.
        int m = matrix.columns();
        int n = matrix.rows();
        double[] reflectors = matrix.toRowMajor();
        double[] s = new double[n];
        double[] beside = new double[Math.max(1, n - 1)];
        double[] tauQ = new double[n];
        double[] tauP = new double[n];
        double[] square = new double[n * n];
        double[] u = new double[n * n];
        double[] vt = new double[Math.multiplyExact(n, m)];
        OpenBlas.lapack(
                "dgebrd",
                () -> openblas.LAPACKE_dgebrd(OpenBlas.COLUMN_MAJOR, m, n, reflectors, m, s, beside, tauQ, tauP));
        int info = OpenBlas.lapack(
                "dbdsdc",
                () -> openblas.LAPACKE_dbdsdc(
                        OpenBlas.COLUMN_MAJOR,
                        (byte) 'U',
                        (byte) 'I',
                        n,
                        s,
                        beside,
                        square,
                        n,
                        u,
                        n,
                        new double[1],
                        new int[1]));
        if (info > 0) {
            throw new RewriteException("The singular values of a " + matrix.shape()
                    + " matrix did not converge; scale it to entries near one and try again.");
        }
        for (int i = 0; i < n; i++) {
            System.arraycopy(square, i * n, vt, i * m, n);
        }
        transform('Q', 'L', 'N', m, reflectors, tauQ, vt);
        transform('P', 'R', 'T', n, reflectors, tauP, u);
        Svd svd = new Svd(new Matrix(n, n, u), s, new Matrix(n, m, vt));
        Matrix probe = OpenBlas.probe(m);
        Matrix rebuilt = svd.left.multiply(svd.right.multiply(probe).scaleRows(s));
        OpenBlas.requireAgreement("singular values", rebuilt, matrix.multiply(probe), s[0]);
        return svd;
    }

    /** Applies the reflectors of a bidiagonalisation to c, [rows, n] column by column. */
    private static void transform(
            char factor, char side, char form, int rows, double[] reflectors, double[] tau, double[] c) {
        int n = tau.length;
        int stride = reflectors.length / n;
        OpenBlas.lapack(
                "dormbr",
                () -> openblas.LAPACKE_dormbr_work(
                        OpenBlas.COLUMN_MAJOR,
                        (byte) factor,
                        (byte) side,
                        (byte) form,
                        rows,
                        n,
                        n,
                        reflectors,
                        stride,
                        tau,
                        c,
                        rows,
                        new double[Math.max(n, rows)],
                        n));
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
