package io.github.rewrite4j.samediff.closedform;

import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.Objects;

/**
 * Rank-one model editing: {@code W1 = W0 + ((v* - W0 k*) / (k*'u)) u'} with {@code u = C^-1 k* / |C^-1 k*|}.
 *
 * <p>Meng et al., "Locating and Editing Factual Associations in GPT" (2022), equation 2. It is {@link ExactUpdate} for
 * one pair with the direction scaled to length one, and so Bau et al.'s rank-one rewrite.
 *
 * @param ridge relative to tr(C)/d, zero by default
 */
public record RomeUpdate(double ridge) implements ClosedForm {
    /** Refuses a negative ridge. */
    public RomeUpdate {
        Pairs.requireNotNegative(ridge, "ridge");
    }

    /** Without a ridge. */
    public static RomeUpdate exact() {
        return new RomeUpdate(0);
    }

    @Override
    public LinearUpdate update(Matrix weights, KeyCovariance covariance, Matrix keys, Matrix values) {
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(covariance, "covariance");
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(values, "values");
        if (keys.columns() != 1) {
            throw new IllegalArgumentException(
                    "A rank-one update writes one pair, not " + keys.columns() + "; use ExactUpdate for several.");
        }
        LinearUpdate exact = ExactUpdate.exact().withRidge(ridge).update(weights, covariance, keys, values);
        double length = Math.sqrt(exact.directions().transpose().gram().trace());
        return new LinearUpdate(exact.lambda().times(length), exact.directions().times(1 / length));
    }
}
