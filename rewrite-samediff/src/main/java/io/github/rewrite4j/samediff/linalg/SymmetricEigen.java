package io.github.rewrite4j.samediff.linalg;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.SingularSystemException;
import org.bytedeco.openblas.global.openblas;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix, {@code A = V' diag(lambda) V} with orthonormal rows of V.
 *
 * <p>Tridiagonalisation, divide and conquer, back transformation (LAPACK dsytrd, dstedc, dormtr), O(n^3). The matrix
 * must be exactly symmetric. The last step is held to its unblocked form by the smallest workspace: the blocked form,
 * and so dsyevd, rests on dtrmm, see {@link Cholesky}. The result is checked on one vector.
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
        double[] reflectors = symmetric.toRowMajor();
        double[] diagonal = new double[n];
        double[] beside = new double[Math.max(1, n - 1)];
        double[] tau = new double[Math.max(1, n - 1)];
        double[] vectors = new double[reflectors.length];
        // Column by column, the matrix is its own transpose: LAPACK's columns come out as our rows.
        OpenBlas.lapack(
                "dsytrd",
                () -> openblas.LAPACKE_dsytrd(
                        OpenBlas.COLUMN_MAJOR, (byte) 'L', n, reflectors, n, diagonal, beside, tau));
        int info = OpenBlas.lapack(
                "dstedc",
                () -> openblas.LAPACKE_dstedc(OpenBlas.COLUMN_MAJOR, (byte) 'I', n, diagonal, beside, vectors, n));
        if (info > 0) {
            throw new RewriteException("The eigenvalues of a " + symmetric.shape()
                    + " matrix did not converge; scale it to entries near one and try again.");
        }
        double[] smallestWorkspace = new double[n];
        OpenBlas.lapack(
                "dormtr",
                () -> openblas.LAPACKE_dormtr_work(
                        OpenBlas.COLUMN_MAJOR,
                        (byte) 'L',
                        (byte) 'L',
                        (byte) 'N',
                        n,
                        n,
                        reflectors,
                        n,
                        tau,
                        vectors,
                        n,
                        smallestWorkspace,
                        n));
        double[] descending = new double[n];
        double[] rows = new double[vectors.length];
        for (int i = 0; i < n; i++) {
            descending[i] = diagonal[n - 1 - i];
            System.arraycopy(vectors, (n - 1 - i) * n, rows, i * n, n);
        }
        Matrix v = new Matrix(n, n, rows);
        Matrix probe = OpenBlas.probe(n);
        OpenBlas.requireAgreement(
                "eigenvalues",
                v.transposeMultiply(v.multiply(probe).scaleRows(descending)),
                symmetric.multiply(probe),
                Math.max(Math.abs(descending[0]), Math.abs(descending[n - 1])));
        return new SymmetricEigen(descending, v, symmetric.trace());
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
