package io.github.rewrite4j.samediff.linalg;

import org.bytedeco.openblas.global.openblas;

/** Orthonormal bases by Householder QR (LAPACK dgeqrf and dorgqr), O(m n^2). */
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
        double[] work = matrix.toRowMajor();
        double[] tau = new double[n];
        OpenBlas.lapack("dgeqrf", () -> openblas.LAPACKE_dgeqrf(OpenBlas.ROW_MAJOR, m, n, work, n, tau));
        OpenBlas.lapack("dorgqr", () -> openblas.LAPACKE_dorgqr(OpenBlas.ROW_MAJOR, m, n, n, work, n, tau));
        return new Matrix(m, n, work);
    }
}
