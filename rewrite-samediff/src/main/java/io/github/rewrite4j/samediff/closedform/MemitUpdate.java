package io.github.rewrite4j.samediff.closedform;

import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.Objects;

/**
 * One layer's share of an edit that is spread over several layers:
 * {@code W1 = W0 + (R / share) K*' (lambda C + K* K*')^-1}, {@code R = V* - W0 K*}.
 *
 * <p>Meng et al., "Mass-Editing Memory in a Transformer" (2023), equations 14 and 20. Layers are edited first to last;
 * with n layers left, this one included, MEMIT lets it correct 1/n of the residual, PMET (Li et al. 2024) 1/sqrt(n).
 *
 * @param lambda weight of what is stored, positive
 * @param layersLeft number of layers still to be edited, this one included
 * @param spread how the residual is shared
 */
public record MemitUpdate(double lambda, int layersLeft, Spread spread) implements ClosedForm {

    /** How the residual is shared between the layers. */
    public enum Spread {
        /** {@code R / n}, MEMIT. */
        LINEAR,
        /** {@code R / sqrt(n)}, PMET. */
        SQUARE_ROOT
    }

    /** Refuses a weight that is not positive and fewer than one layer. */
    public MemitUpdate {
        Objects.requireNonNull(spread, "spread");
        Pairs.requirePositive(lambda, "weight lambda of what is stored");
        if (layersLeft < 1) {
            throw new IllegalArgumentException(
                    "At least one layer is left where one is edited, not " + layersLeft + "; this layer counts.");
        }
    }

    /** The whole edit in one layer. */
    public static MemitUpdate of(double lambda) {
        return new MemitUpdate(lambda, 1, Spread.LINEAR);
    }

    @Override
    public LinearUpdate update(Matrix weights, KeyCovariance covariance, Matrix keys, Matrix values) {
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(covariance, "covariance");
        Objects.requireNonNull(keys, "keys");
        Objects.requireNonNull(values, "values");
        double share = spread == Spread.LINEAR ? layersLeft : Math.sqrt(layersLeft);
        return RidgeUpdate.of(lambda).update(weights, covariance, keys, values).times(1 / share);
    }
}
