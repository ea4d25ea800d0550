package io.github.rewrite4j.samediff.closedform;

import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.Objects;

/**
 * Unified concept editing: {@code W1 = (lambda W0 + e V* K*' + p W0 Kp Kp') (lambda I + e K* K*' + p Kp Kp')^-1}.
 *
 * <p>Gandikota et al., "Unified Concept Editing in Diffusion Models" (2024): named concepts Kp are kept
 * explicitly, and all else by staying near W0, so the second moment of keys is not used. Computed in the equal form
 * {@code W0 + e R K*' (lambda I + p Kp Kp' + e K* K*')^-1}, {@code R = V* - W0 K*}, by one Cholesky factorisation,
 * O(in^3).
 *
 * @param preserved Kp [in, P], keys whose values should stay
 * @param editWeight e, positive
 * @param preserveWeight p, zero or positive
 * @param lambda pull towards the old weights, positive
 */
public record UceUpdate(Matrix preserved, double editWeight, double preserveWeight, double lambda)
        implements ClosedForm {
    /** Refuses weights out of range. */
    public UceUpdate {
        Objects.requireNonNull(preserved, "preserved");
        Pairs.requirePositive(editWeight, "weight of the edit");
        Pairs.requireNotNegative(preserveWeight, "weight of preserved keys");
        Pairs.requirePositive(lambda, "pull lambda towards the old weights");
    }

    /** Weights of one for edited and preserved keys. */
    public static UceUpdate preserving(Matrix keys, double lambda) {
        Objects.requireNonNull(keys, "keys");
        return new UceUpdate(keys, 1, 1, lambda);
    }

    @Override
    public LinearUpdate update(Matrix weights, KeyCovariance covariance, Matrix keys, Matrix values) {
        Pairs pairs = new Pairs(weights, covariance, keys, values);
        if (preserved.rows() != pairs.inputs()) {
            throw new IllegalArgumentException("The preserved keys are " + preserved.shape() + " but the weights are "
                    + weights.shape() + "; preserved keys are columns of length " + pairs.inputs() + ".");
        }
        Matrix price = preserved.transpose().gram().times(preserveWeight).plusDiagonal(lambda);
        return pairs.soft(price.times(1 / editWeight));
    }
}
