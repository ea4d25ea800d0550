package io.github.rewrite4j.samediff.linalg;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.SingularSystemException;
import org.bytedeco.openblas.global.openblas;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, {@code A = V' diag(lambda) V} with orthonormal rows of V.
 *
 * <p>LAPACK dsyevd (divide and conquer), O(n^3). Only the matrix' upper triangle is read.
 */
public final class SymmetricEigen {
    /** Ridges are suggested so that the condition number becomes about this: half of the digits of float64 remain. */
    private static final double COMFORTABLE_CONDITION = 1e8;

    private final double[] values;
    private final Matrix vectors;
    private final double trace;

    private SymmetricEigen(double[] values, Matrix vectors, double trace) {
        this.values = values;
        this.vectors = vectors;
        this.trace = trace;
    }

    /** Decomposes a symmetric matrix. */
    public static SymmetricEigen of(Matrix symmetric) {
        symmetric.requireSquare();
        int n = symmetric.rows();
        double[] work = symmetric.toRowMajor();
        double[] ascending = new double[n];
        // Column by column, the matrix is its own transpose: LAPACK's columns come out as our rows. 'L' is our upper
        // part.
        int info = OpenBlas.lapack(
                "dsyevd",
                () -> openblas.LAPACKE_dsyevd(OpenBlas.COLUMN_MAJOR, (byte) 'V', (byte) 'L', n, work, n, ascending));
        if (info > 0) {
            throw new RewriteException("The eigenvalues of a " + symmetric.shape()
                    + " matrix did not converge; scale it to entries near one and try again.");
        }
        double[] descending = new double[n];
        double[] rows = new double[work.length];
        for (int i = 0; i < n; i++) {
            descending[i] = ascending[n - 1 - i];
            System.arraycopy(work, (n - 1 - i) * n, rows, i * n, n);
        }
        return new SymmetricEigen(descending, new Matrix(n, n, rows), symmetric.trace());
    }

    /** Eigenvalues, largest first; a copy. */
    public double[] values() {
        return values.clone();
    }

    /** Eigenvectors as rows, in the order of {@link #values()}; the sign of each is arbitrary. */
    public Matrix vectors() {
        return vectors;
    }

    /** The size below which an eigenvalue is zero up to rounding: {@code n * 2^-52 * largest}. */
    public double roundingFloor() {
        return values.length * Math.ulp(1.0) * Math.max(values[0], 0);
    }

    /** Number of eigenvalues above {@link #roundingFloor()}. */
    public int rank() {
        int rank = 0;
        while (rank < values.length && values[rank] > roundingFloor()) {
            rank++;
        }
        return rank;
    }

    /** Largest over smallest eigenvalue of a positive definite matrix; infinite where the smallest is not positive. */
    public double conditionNumber() {
        double smallest = values[values.length - 1];
        return smallest > 0 ? values[0] / smallest : Double.POSITIVE_INFINITY;
    }

    /** {@code sum f(lambda_i) v_i v_i'} for given positive f(lambda_i), exactly symmetric. */
    Matrix compose(double[] images) {
        double[] roots = new double[images.length];
        for (int i = 0; i < roots.length; i++) {
            roots[i] = Math.sqrt(images[i]);
        }
        return vectors.scaleRows(roots).gram();
    }

    /**
     * The error to throw where this matrix should have been invertible.
     *
     * @param system what it is, as the subject of a sentence
     */
    public SingularSystemException singular(String system) {
        double ridge = Math.max(values[0] / COMFORTABLE_CONDITION, -10 * values[values.length - 1]);
        return new SingularSystemException(
                system, rank(), values.length, conditionNumber(), ridge, ridge * values.length / trace);
    }
}
