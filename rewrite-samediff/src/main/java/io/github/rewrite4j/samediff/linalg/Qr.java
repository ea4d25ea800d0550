package io.github.rewrite4j.samediff.linalg;

import org.bytedeco.openblas.global.openblas;

/**
 * Orthonormal bases by Householder QR (LAPACK dgeqrf and dorgqr), O(m n^2), in their unblocked form for the reason
 * given at {@link Cholesky}, and checked on one vector.
 */
public final class Qr {
    private Qr() {}

    /**
     * The thin orthonormal factor of a matrix with at least as many rows as columns: its first j columns span the first
     * j columns of the matrix, for every j. Signs are LAPACK's.
     *
     * @param matrix [m, n] with n not above m and independent columns
     * @return [m, n] with orthonormal columns
     */
    public static Matrix orthonormalColumns(Matrix matrix) {
        int m = matrix.rows();
        int n = matrix.columns();
        if (n > m) {
            throw new IllegalArgumentException("The " + n + " columns of a " + matrix.shape()
                    + " matrix cannot be independent: at most " + m + " can.");
        }
        double[] q = matrix.transpose().raw();
        double[] tau = new double[n];
        double[] smallestWorkspace = new double[n];
        OpenBlas.lapack(
                "dgeqrf",
                () -> openblas.LAPACKE_dgeqrf_work(OpenBlas.COLUMN_MAJOR, m, n, q, m, tau, smallestWorkspace, n));
        OpenBlas.lapack(
                "dorgqr",
                () -> openblas.LAPACKE_dorgqr_work(OpenBlas.COLUMN_MAJOR, m, n, n, q, m, tau, smallestWorkspace, n));
        Matrix result = new Matrix(n, m, q).transpose();
        Matrix probe = OpenBlas.probe(n);
        OpenBlas.requireAgreement("an orthonormal basis", result.transposeMultiply(result.multiply(probe)), probe, 1);
        return result;
    }
}
