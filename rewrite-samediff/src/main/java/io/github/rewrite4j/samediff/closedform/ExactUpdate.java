package io.github.rewrite4j.samediff.closedform;

import io.github.rewrite4j.samediff.linalg.Cholesky;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.Svd;
import io.github.rewrite4j.samediff.linalg.SymmetricEigen;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.Objects;

/**
 * Writes the pairs exactly, at the least cost to what was stored:
 * {@code W1 = W0 + (V* - W0 K*) (K*' C^-1 K*)^-1 K*' C^-1}.
 *
 * <p>The solution of "minimise {@code tr(dW C dW')} subject to {@code W1 K* = V*}" (Bau et al. 2020;
 * the memory itself: Kohonen and Ruohonen 1973). For one pair it is the rank-one update {@code Lambda d'} with
 * {@code d = C^-1 k*}, which ROME uses as well. Cost: one Cholesky factorisation of C, which C keeps, then O(in^2 S).
 *
 * <p>Here {@code D = (C^-1 K*)'} and {@code Lambda = (V* - W0 K*) (K*' C^-1 K*)^-1}.
 *
 * @param ridge zero by default; else C is replaced by {@code C + ridge * tr(C)/d * I}. The pairs are still met exactly
 * @param inverse how C is inverted
 * @param dependentKeys whether keys may be linear combinations of each other
 */
public record ExactUpdate(double ridge, Inverse inverse, boolean dependentKeys) implements ClosedForm {
    /** Keys that differ by less than float32 can hold count as equal. */
    private static final double DEPENDENT = 1e-7;

    private static final double GRAM_CUTOFF = 1e-10;
    private static final double RANGE_TOLERANCE = 1e-5;

    /** How the second moment is inverted. */
    public enum Inverse {
        /** By Cholesky; a singular C is an error. */
        REGULAR,
        /** By the Moore-Penrose pseudo-inverse, for keys within the span of the keys that C has seen. */
        PSEUDO
    }

    /** Refuses a negative ridge and a ridge with a pseudo-inverse. */
    public ExactUpdate {
        Objects.requireNonNull(inverse, "inverse");
        Pairs.requireNotNegative(ridge, "ridge");
        if (inverse == Inverse.PSEUDO && ridge > 0) {
            throw new IllegalArgumentException(
                    "A pseudo-inverse takes no ridge: a ridge makes the matrix invertible. Choose one of the two.");
        }
    }

    /** No ridge; singular statistics and dependent keys are errors. */
    public static ExactUpdate exact() {
        return new ExactUpdate(0, Inverse.REGULAR, false);
    }

    /** With a ridge relative to tr(C)/d, for singular or nearly singular statistics. */
    public ExactUpdate withRidge(double relative) {
        return new ExactUpdate(relative, inverse, dependentKeys);
    }

    /** For singular C and keys in its range: directions without any statistics stay untouched. */
    public ExactUpdate pseudoInverse() {
        return new ExactUpdate(ridge, Inverse.PSEUDO, dependentKeys);
    }

    /**
     * Accepts repeated or dependent keys: {@code K*' C^-1 K*} is inverted on its range, singular values up to 1e-10 of
     * the largest counting as zero. Consistent values are met exactly, contradicting ones in the sense of least
     * squares.
     */
    public ExactUpdate allowingDependentKeys() {
        return new ExactUpdate(ridge, inverse, true);
    }

    @Override
    public LinearUpdate update(Matrix weights, KeyCovariance covariance, Matrix keys, Matrix values) {
        Pairs pairs = new Pairs(weights, covariance, keys, values);
        requireUsable(pairs);
        Matrix solved = inverse == Inverse.PSEUDO ? pseudoSolve(pairs) : pairs.solvedKeys(ridge);
        Matrix gram = keys.transposeMultiply(solved);
        gram = gram.plus(gram.transpose()).times(0.5);
        Matrix residual = pairs.residual();
        Matrix lambda = dependentKeys
                ? residual.multiply(Svd.of(gram).pseudoInverse(GRAM_CUTOFF))
                : solveScaled(gram, residual.transpose()).transpose();
        return new LinearUpdate(lambda, solved.transpose());
    }

    private void requireUsable(Pairs pairs) {
        double[] scale = new double[pairs.count()];
        for (int s = 0; s < scale.length; s++) {
            double squares = 0;
            for (int i = 0; i < pairs.inputs(); i++) {
                squares += pairs.keys().get(i, s) * pairs.keys().get(i, s);
            }
            if (squares == 0) {
                throw new IllegalArgumentException(
                        "Key " + s + " is zero, so no weights can give it a value; leave it out.");
            }
            scale[s] = 1 / Math.sqrt(squares);
        }
        if (dependentKeys) {
            return;
        }
        if (pairs.count() > pairs.inputs()) {
            throw new IllegalArgumentException(pairs.count() + " pairs cannot all be exact with keys of length "
                    + pairs.inputs() + "; give at most that many, or use RidgeUpdate, which compromises.");
        }
        int rank = Svd.of(pairs.keys().transpose().scaleRows(scale)).rank(DEPENDENT);
        if (rank < pairs.count()) {
            throw new IllegalArgumentException("The " + pairs.count() + " keys are linearly dependent (rank " + rank
                    + "), so their values cannot be chosen freely; drop repeated keys, use allowingDependentKeys(), or"
                    + " RidgeUpdate.");
        }
    }

    /** Scales the Gram matrix to a unit diagonal first: keys of very different lengths are no reason to fail. */
    private static Matrix solveScaled(Matrix gram, Matrix rightHandSides) {
        double[] scale = new double[gram.rows()];
        for (int i = 0; i < scale.length; i++) {
            scale[i] = 1 / Math.sqrt(gram.get(i, i));
        }
        Matrix unit = gram.scaleRows(scale).transpose().scaleRows(scale);
        return Cholesky.of(unit, "The matrix K*' C^-1 K* of the given keys")
                .solve(rightHandSides.scaleRows(scale))
                .scaleRows(scale);
    }

    private static Matrix pseudoSolve(Pairs pairs) {
        SymmetricEigen eigen = SymmetricEigen.of(Matrix.of(pairs.covariance().matrix()));
        int rank = eigen.rank();
        Matrix basis = eigen.vectors().firstRows(rank);
        Matrix coordinates = basis.multiply(pairs.keys());
        Matrix outside = pairs.keys().minus(basis.transposeMultiply(coordinates));
        for (int s = 0; s < pairs.count(); s++) {
            double share = norm(outside, s) / norm(pairs.keys(), s);
            if (share > RANGE_TOLERANCE) {
                throw new IllegalArgumentException(
                        "Key " + s + " lies outside the span of the keys seen so far (" + share
                                + " of its length), where the pseudo-inverse says nothing; use withRidge(...) instead,"
                                + " or collect statistics that include such keys.");
            }
        }
        double[] inverted = new double[rank];
        double[] values = eigen.values();
        for (int i = 0; i < rank; i++) {
            inverted[i] = 1 / values[i];
        }
        return basis.transposeMultiply(coordinates.scaleRows(inverted));
    }

    private static double norm(Matrix matrix, int column) {
        double squares = 0;
        for (int i = 0; i < matrix.rows(); i++) {
            squares += matrix.get(i, column) * matrix.get(i, column);
        }
        return Math.sqrt(squares);
    }
}
