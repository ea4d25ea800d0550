package io.github.rewrite4j.samediff.linalg;

import io.github.rewrite4j.stats.KeyCovariance;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A second moment on the Java heap, with its factorisations computed when first needed and then kept.
 *
 * <p>Holds d^2 numbers, and up to twice that again once something was solved and decomposed.
 */
public final class StreamedKeyCovariance implements KeyCovariance {
    private static final String NAME = "The key covariance";

    private final Matrix matrix;
    private final long count;

    private @Nullable Factor factor;
    private @Nullable SymmetricEigen eigen;

    private record Factor(double ridge, Cholesky cholesky) {}

    private StreamedKeyCovariance(Matrix matrix, long count) {
        this.matrix = matrix;
        this.count = count;
    }

    /**
     * A second moment from its matrix, as loaded from a file for instance.
     *
     * @param matrix [d, d], symmetric up to 1e-6 of its largest entry; averaged with its transpose
     * @param count number of keys it is the average of
     */
    public static StreamedKeyCovariance of(Matrix matrix, long count) {
        matrix.requireSquare();
        if (count < 1) {
            throw new IllegalArgumentException("A second moment is taken over at least one key, not " + count + ".");
        }
        int n = matrix.rows();
        double largest = 0;
        double asymmetry = 0;
        for (int i = 0; i < n; i++) {
            if (matrix.get(i, i) < 0) {
                throw new IllegalArgumentException("Entry (" + i + ", " + i + ") is " + matrix.get(i, i)
                        + ", but a mean of squares cannot be negative: this is not a second moment.");
            }
            for (int j = i; j < n; j++) {
                largest = Math.max(largest, Math.abs(matrix.get(i, j)));
                asymmetry = Math.max(asymmetry, Math.abs(matrix.get(i, j) - matrix.get(j, i)));
            }
        }
        if (asymmetry > 1e-6 * largest) {
            throw new IllegalArgumentException("A second moment is symmetric, but entries of this " + matrix.shape()
                    + " matrix differ from their mirror images by up to " + asymmetry + ".");
        }
        if (largest == 0) {
            throw new IllegalArgumentException(
                    "Every key was zero: a layer without activity stores nothing that could be rewritten.");
        }
        Matrix symmetric =
                asymmetry == 0 ? matrix : matrix.plus(matrix.transpose()).times(0.5);
        return new StreamedKeyCovariance(symmetric, count);
    }

    @Override
    public int dimension() {
        return matrix.rows();
    }

    @Override
    public long count() {
        return count;
    }

    @Override
    public INDArray matrix() {
        return matrix.toArray();
    }

    @Override
    public StreamedKeyCovariance merge(KeyCovariance other) {
        if (other.dimension() != dimension()) {
            throw new IllegalArgumentException("Second moments of keys of length " + dimension() + " and "
                    + other.dimension() + " cannot be merged; they belong to different layers.");
        }
        long total = Math.addExact(count, other.count());
        Matrix theirs = Matrix.of(other.matrix());
        double share = (double) other.count() / total;
        return of(matrix.times(1 - share).plus(theirs.times(share)), total);
    }

    @Override
    public INDArray solve(INDArray rhs, double ridge) {
        INDArray solution = factor(ridge).solve(Matrix.of(rhs)).toArray();
        return rhs.rank() == 1 ? solution.reshape(rhs.size(0)) : solution;
    }

    private synchronized Cholesky factor(double ridge) {
        Factor kept = factor;
        if (kept == null || kept.ridge != ridge) {
            kept = new Factor(ridge, Cholesky.of(matrix.plusDiagonal(absolute(ridge)), NAME));
            factor = kept;
        }
        return kept.cholesky;
    }

    private synchronized SymmetricEigen eigen() {
        SymmetricEigen kept = eigen;
        if (kept == null) {
            kept = SymmetricEigen.of(matrix);
            eigen = kept;
        }
        return kept;
    }

    private double absolute(double ridge) {
        if (!(ridge >= 0) || Double.isInfinite(ridge)) {
            throw new IllegalArgumentException("A ridge is zero or positive, relative to tr(C)/d, not " + ridge + ".");
        }
        return ridge * matrix.trace() / dimension();
    }

    @Override
    public INDArray whiten(double ridge) {
        SymmetricEigen decomposition = eigen();
        double added = absolute(ridge);
        double[] images = decomposition.values();
        for (int i = 0; i < images.length; i++) {
            images[i] = 1 / Math.sqrt(Math.max(images[i] + added, decomposition.roundingFloor()));
        }
        return decomposition.compose(images).toArray();
    }

    @Override
    public double conditionNumber() {
        return eigen().conditionNumber();
    }

    @Override
    public double effectiveRank() {
        double[] values = eigen().values();
        double total = 0;
        for (double value : values) {
            total += Math.max(value, 0);
        }
        double entropy = 0;
        for (double value : values) {
            if (value > 0) {
                entropy -= value / total * Math.log(value / total);
            }
        }
        return Math.exp(entropy);
    }

    @Override
    public int rank() {
        return eigen().rank();
    }

    @Override
    public double[] eigenvalues() {
        return eigen().values();
    }

    @Override
    public String toString() {
        return "KeyCovariance[dimension=" + dimension() + ", count=" + count + "]";
    }
}
