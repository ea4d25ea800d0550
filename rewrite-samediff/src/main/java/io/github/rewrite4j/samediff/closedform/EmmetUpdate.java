package io.github.rewrite4j.samediff.closedform;

import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.stats.KeyCovariance;

/**
 * Batched editing under equality constraints, relaxed:
 * {@code W1 = W0 + R (K*' Ce^-1 K* + lambda I)^-1 K*' Ce^-1} with {@code Ce = alpha C}, {@code R = V* - W0 K*}.
 *
 * <p>Gupta et al., "A Unified Framework for Model Editing" (2024), with the damping of its implementation. By the
 * push-through identity this is {@link RidgeUpdate} with gamma = alpha lambda, and {@link ExactUpdate} for lambda = 0:
 * the two families of editing differ by this term only.
 *
 * @param alpha weight of the second moment, positive
 * @param lambda relaxation of the constraints, zero for none
 */
public record EmmetUpdate(double alpha, double lambda) implements ClosedForm {
    /** Refuses weights out of range. */
    public EmmetUpdate {
        Pairs.requirePositive(alpha, "weight alpha of the second moment");
        Pairs.requireNotNegative(lambda, "relaxation lambda");
    }

    @Override
    public LinearUpdate update(Matrix weights, KeyCovariance covariance, Matrix keys, Matrix values) {
        ClosedForm form = lambda == 0 ? ExactUpdate.exact() : RidgeUpdate.of(alpha * lambda);
        return form.update(weights, covariance, keys, values);
    }
}
