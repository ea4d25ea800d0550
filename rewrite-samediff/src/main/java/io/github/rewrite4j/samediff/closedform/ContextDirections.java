package io.github.rewrite4j.samediff.closedform;

import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.Qr;
import io.github.rewrite4j.samediff.linalg.Svd;
import io.github.rewrite4j.samediff.linalg.SymmetricEigen;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.Arrays;
import java.util.Objects;

/**
 * The directions of key space in which a rule is to be changed, from keys of the context in which it is to apply.
 *
 * <p>Bau et al., "Rewriting a Deep Generative Model" (2020), and its published code: a change {@code Lambda D} acts on
 * a key as much as the key agrees with the rows of D, so D decides where the new rule holds. For one key and rank 1
 * every method gives {@code C^-1 k} scaled to length one. Keys are given as rows k with weights a > 0.
 *
 * @param method how many keys are summarised
 * @param ridge relative to tr(C)/d, zero by default
 */
public record ContextDirections(Method method, double ridge) {
    private static final double NEGLIGIBLE = 1e-10;
    /** The same where singular values are roots of eigenvalues. */
    private static final double SQUARED = 1e-7;
    /** Numbers of a key up to which whitening by eigenvalues takes seconds. */
    private static final int DENSE = 1024;

    /** How many keys are summarised by few directions. */
    public enum Method {
        /**
         * Principal directions of whitened keys, the default: with {@code Z = C^(-1/2)} and q_1..q_R the first right
         * singular vectors of the rows {@code a Z k}, the orthonormalised {@code Z q_1, ..., Z q_R}. Keys of more than 1,024
         * numbers are whitened through the keys themselves, without C^(-1/2): the same directions, but for signs.
         */
        ZCA,
        /** {@code C^-1 sum(a k)}, scaled to length one; rank 1 only. */
        MEAN,
        /** The first right singular vectors of the rows {@code a C^-1 k}. */
        SVD
    }

    /** Refuses a negative ridge. */
    public ContextDirections {
        Objects.requireNonNull(method, "method");
        Pairs.requireNotNegative(ridge, "ridge");
    }

    /** The default: whitened principal directions, no ridge. */
    public static ContextDirections zca() {
        return new ContextDirections(Method.ZCA, 0);
    }

    /** One of the methods, no ridge. */
    public static ContextDirections by(Method method) {
        Objects.requireNonNull(method, "method");
        return new ContextDirections(method, 0);
    }

    /** With a ridge relative to tr(C)/d, for singular statistics. */
    public ContextDirections withRidge(double relative) {
        return new ContextDirections(method, relative);
    }

    /**
     * The directions. Each is turned so that it agrees with the sum of the rows it was computed from.
     *
     * @param covariance second moment of the keys of the layer
     * @param selection keys of the context
     * @param rank number R of directions
     * @return D [R, C_in] with orthonormal rows
     * @throws IllegalArgumentException if more directions are asked for than there are channels or independent keys
     * @throws io.github.rewrite4j.SingularSystemException if C is singular and no ridge is given
     */
    public Matrix directions(KeyCovariance covariance, SelectedKeys selection, int rank) {
        Objects.requireNonNull(covariance, "covariance");
        requireRank(covariance, selection, rank);
        Matrix weighted = selection.keys().scaleRows(selection.weights());
        return switch (method) {
            case MEAN -> mean(solvedSum(covariance, weighted));
            case SVD -> {
                Matrix solved = Matrix.of(covariance.solve(weighted.transpose().toArray(), ridge))
                        .transpose();
                yield agreeing(principal(solved, rank), solved);
            }
            case ZCA -> {
                if (covariance.dimension() > DENSE && weighted.rows() < covariance.dimension() / 2) {
                    yield throughKeys(covariance, selection, rank);
                }
                // Solving is what notices a singular C; whitening alone would amplify directions without statistics.
                solvedSum(covariance, weighted);
                Matrix whitening = Matrix.of(covariance.whiten(ridge));
                Matrix whitened = weighted.multiply(whitening);
                Matrix directions = whitening.multiply(principal(whitened, rank).transpose());
                yield agreeing(Qr.orthonormalColumns(directions).transpose(), whitened);
            }
        };
    }

    /**
     * The same directions without {@code C^(-1/2)}, whose eigenvalues take minutes for keys of thousands of numbers: with the rows
     * A = (a k), the singular vectors of {@code A Z} are {@code q_i = Z A' u_i / s_i} for the eigenvectors u_i and the eigenvalues
     * s_i^2 of {@code A C^-1 A'}, so that {@code Z q_i = C^-1 A' u_i / s_i}. Costs one factorisation of C, which is kept, and
     * O(d^2 m) for m keys. Squares lose digits: direction i is right to about 2^-52 (s_1 / s_i)^2, times the condition number that
     * solving with C always costs, and is refused from {@value #SQUARED} s_1 on. Each agrees with {@code C^-1 sum(a k)}.
     *
     * @param covariance second moment of the keys of the layer
     * @param selection keys of the context
     * @param rank number R of directions
     * @return D [R, C_in] with orthonormal rows
     */
    public Matrix throughKeys(KeyCovariance covariance, SelectedKeys selection, int rank) {
        Objects.requireNonNull(covariance, "covariance");
        requireRank(covariance, selection, rank);
        Matrix weighted = selection.keys().scaleRows(selection.weights());
        Matrix solved = Matrix.of(covariance.solve(weighted.transpose().toArray(), ridge));
        Matrix product = weighted.multiply(solved);
        SymmetricEigen eigen =
                SymmetricEigen.of(product.plus(product.transpose()).times(0.5));
        double[] values = eigen.values();
        int independent = 0;
        while (independent < values.length && values[independent] > SQUARED * SQUARED * values[0]) {
            independent++;
        }
        requireIndependent(rank, independent);
        double[] scales = new double[rank];
        for (int i = 0; i < rank; i++) {
            scales[i] = 1 / Math.sqrt(values[i]);
        }
        Matrix chosen = eigen.vectors().firstRows(rank).scaleRows(scales);
        Matrix directions =
                Qr.orthonormalColumns(solved.multiply(chosen.transpose())).transpose();
        return agreeing(directions, solved.transpose());
    }

    private Matrix solvedSum(KeyCovariance covariance, Matrix weighted) {
        return Matrix.of(covariance.solve(Matrix.column(columnSums(weighted)).toArray(), ridge));
    }

    private void requireRank(KeyCovariance covariance, SelectedKeys selection, int rank) {
        if (selection.channels() != covariance.dimension()) {
            throw new IllegalArgumentException(
                    "The selected keys have " + selection.channels() + " channels, the covariance is of keys with "
                            + covariance.dimension() + "; take both at one layer.");
        }
        if (rank < 1 || rank > selection.channels()) {
            throw new IllegalArgumentException("The rank must be between 1 and the " + selection.channels()
                    + " channels of a key, not " + rank + ".");
        }
        if (rank > selection.count()) {
            throw new IllegalArgumentException("Rank " + rank + " needs as many keys, but only " + selection.count()
                    + " are selected; mark a larger region or more images, or lower the rank.");
        }
        if (method == Method.MEAN && rank != 1) {
            throw new IllegalArgumentException("The mean of keys is one direction, not " + rank + "; use ZCA or SVD.");
        }
    }

    private static Matrix mean(Matrix solvedSum) {
        double squares = solvedSum.gram().trace();
        if (squares == 0) {
            throw new IllegalArgumentException(
                    "The selected keys cancel out or are all zero: they have no mean direction.");
        }
        return solvedSum.transpose().times(1 / Math.sqrt(squares));
    }

    private static Matrix principal(Matrix rows, int rank) {
        Svd svd = Svd.of(rows);
        requireIndependent(rank, svd.rank(NEGLIGIBLE));
        return svd.right().firstRows(rank);
    }

    private static void requireIndependent(int rank, int independent) {
        if (rank > independent) {
            throw new IllegalArgumentException("The selected keys span only " + independent + " directions, rank "
                    + rank + " is not possible; mark a larger region or more images, or lower the rank.");
        }
    }

    private static Matrix agreeing(Matrix directions, Matrix rows) {
        Matrix agreement = directions.multiply(Matrix.column(columnSums(rows)));
        double[] signs = new double[directions.rows()];
        for (int i = 0; i < signs.length; i++) {
            signs[i] = agreement.get(i, 0) < 0 ? -1 : 1;
        }
        return directions.scaleRows(signs);
    }

    private static double[] columnSums(Matrix rows) {
        double[] ones = new double[rows.rows()];
        Arrays.fill(ones, 1);
        return rows.transposeMultiply(Matrix.column(ones)).toRowMajor();
    }
}
