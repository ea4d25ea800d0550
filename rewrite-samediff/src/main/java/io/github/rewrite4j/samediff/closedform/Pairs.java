package io.github.rewrite4j.samediff.closedform;

import io.github.rewrite4j.samediff.linalg.Cholesky;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.stats.KeyCovariance;

/** Weights, statistics and pairs whose shapes fit, with the steps that several closed forms share. */
record Pairs(Matrix weights, KeyCovariance covariance, Matrix keys, Matrix values) {
    Pairs {
        if (weights.columns() != covariance.dimension()) {
            throw new IllegalArgumentException(
                    "The weights are " + weights.shape() + " but the covariance is of keys of length "
                            + covariance.dimension() + "; it must belong to the input of these weights.");
        }
        if (keys.rows() != weights.columns()) {
            throw new IllegalArgumentException("The keys are " + keys.shape() + " but the weights are "
                    + weights.shape() + "; keys are columns of length " + weights.columns() + ".");
        }
        if (values.rows() != weights.rows() || values.columns() != keys.columns()) {
            throw new IllegalArgumentException(
                    "The values are " + values.shape() + " but " + keys.columns() + " keys and weights of "
                            + weights.shape() + " need " + weights.rows() + " x " + keys.columns() + ".");
        }
    }

    int count() {
        return keys.columns();
    }

    int inputs() {
        return weights.columns();
    }

    /** {@code V* - W0 K*}: what the layer gets wrong today. */
    Matrix residual() {
        return values.minus(weights.multiply(keys));
    }

    /** {@code (C + ridge)^-1 K*}, [in, S]. */
    Matrix solvedKeys(double ridge) {
        return Matrix.of(covariance.solve(keys.toArray(), ridge));
    }

    /** {@code R K*' (M + K* K*')^-1} for a symmetric M, [in, in], by one factorisation of that size. */
    LinearUpdate soft(Matrix preserved) {
        Matrix system = preserved.plus(keys.transpose().gram());
        Matrix directions = Cholesky.of(system, "The sum of preserved and new second moments")
                .solve(keys);
        return new LinearUpdate(residual(), directions.transpose());
    }

    static double requirePositive(double value, String name) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("The " + name + " must be a positive number, not " + value + ".");
        }
        return value;
    }

    static double requireNotNegative(double value, String name) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException(
                    "The " + name + " must be zero or a positive number, not " + value + ".");
        }
        return value;
    }
}
