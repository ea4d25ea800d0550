package io.github.rewrite4j.samediff.linalg;

import org.bytedeco.openblas.global.openblas;

/**
 * Cholesky factorisation of a symmetric positive definite matrix, to solve with: LAPACK dpotrf and dpotrs.
 *
 * <p>O(n^3 / 3) to factor, O(n^2 m) to solve for m right-hand sides. Immutable; keep it to solve again.
 */
public final class Cholesky {
    private final int n;
    private final double[] factor;

    private Cholesky(int n, double[] factor) {
        this.n = n;
        this.factor = factor;
    }

    /**
     * Factors a symmetric positive definite matrix; only one triangle is read.
     *
     * <p>A factorisation can run through on a matrix that is singular up to rounding. The reciprocal condition number
     * is therefore estimated as well (dpocon, O(n^2)), and where it is near rounding the eigenvalues decide.
     *
     * @param system what the matrix is, as the subject of the sentence in the error: "The key covariance"
     * @throws io.github.rewrite4j.SingularSystemException if the matrix is singular, or not positive definite
     */
    public static Cholesky of(Matrix matrix, String system) {
        matrix.requireSquare();
        int n = matrix.rows();
        double[] factor = matrix.toRowMajor();
        int info = OpenBlas.lapack(
                "dpotrf", () -> openblas.LAPACKE_dpotrf(OpenBlas.COLUMN_MAJOR, (byte) 'L', n, factor, n));
        if (info > 0 || reciprocalCondition(factor, n, norm1(matrix)) < 10 * n * Math.ulp(1.0)) {
            SymmetricEigen eigen = SymmetricEigen.of(matrix);
            if (info > 0 || eigen.rank() < n) {
                throw eigen.singular(system);
            }
        }
        return new Cholesky(n, factor);
    }

    private static double reciprocalCondition(double[] factor, int n, double norm) {
        double[] result = new double[1];
        OpenBlas.lapack(
                "dpocon", () -> openblas.LAPACKE_dpocon(OpenBlas.COLUMN_MAJOR, (byte) 'L', n, factor, n, norm, result));
        return result[0];
    }

    private static double norm1(Matrix symmetric) {
        double[] values = symmetric.raw();
        int n = symmetric.rows();
        double largest = 0;
        for (int i = 0; i < n; i++) {
            double sum = 0;
            for (int j = 0; j < n; j++) {
                sum += Math.abs(values[i * n + j]);
            }
            largest = Math.max(largest, sum);
        }
        return largest;
    }

    /** {@code A^-1 B}, B [n, m]. */
    public Matrix solve(Matrix rightHandSides) {
        if (rightHandSides.rows() != n) {
            throw new IllegalArgumentException(
                    "A system of " + n + " equations cannot be solved for right-hand sides of shape "
                            + rightHandSides.shape() + "; they need " + n + " rows.");
        }
        int m = rightHandSides.columns();
        double[] work = rightHandSides.transpose().raw();
        OpenBlas.lapack(
                "dpotrs", () -> openblas.LAPACKE_dpotrs(OpenBlas.COLUMN_MAJOR, (byte) 'L', n, m, factor, n, work, n));
        return new Matrix(m, n, work).transpose();
    }
}
