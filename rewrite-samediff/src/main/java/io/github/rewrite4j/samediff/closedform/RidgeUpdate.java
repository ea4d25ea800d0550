package io.github.rewrite4j.samediff.closedform;

import io.github.rewrite4j.samediff.linalg.Cholesky;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.stats.KeyCovariance;

/**
 * Writes the pairs softly: {@code W1 = W0 + (V* - W0 K*) K*' (gamma C + K* K*')^-1}.
 *
 * <p>Minimises {@code |V* - W K*|^2 + gamma tr((W - W0) C (W - W0)')}, any number of pairs, dependent or contradicting
 * ones included (Kohonen and Ruohonen 1973 with the prior of Bau et al. 2020). As gamma goes to zero it becomes
 * {@link ExactUpdate}. With at most as many pairs as channels it is computed by the Woodbury identity as
 * {@code R (gamma I + K*' C^-1 K*)^-1 K*' C^-1}, which shares the factorisation of C and stays accurate for small
 * gamma; with more, by one factorisation of the sum, for which C may even be singular.
 *
 * <p>Here {@code Lambda = V* - W0 K*}, the residual.
 *
 * @param gamma price of disturbing what is stored, positive
 * @param unit whether the identity takes the place of C (the solve of UltraEdit for gamma = 1): every direction of key
 *     space is then equally dear, and the covariance is not used
 */
public record RidgeUpdate(double gamma, boolean unit) implements ClosedForm {
    /** Refuses a gamma that is not positive. */
    public RidgeUpdate {
        Pairs.requirePositive(gamma, "weight gamma of what is stored (for gamma = 0 use ExactUpdate)");
    }

    /** Priced by the second moment of keys. */
    public static RidgeUpdate of(double gamma) {
        return new RidgeUpdate(gamma, false);
    }

    /** Priced by the identity: {@code W0 + R K*' (gamma I + K* K*')^-1}. */
    public static RidgeUpdate unit(double gamma) {
        return new RidgeUpdate(gamma, true);
    }

    @Override
    public LinearUpdate update(Matrix weights, KeyCovariance covariance, Matrix keys, Matrix values) {
        Pairs pairs = new Pairs(weights, covariance, keys, values);
        if (pairs.count() > pairs.inputs()) {
            Matrix price = unit ? Matrix.identity(pairs.inputs()) : Matrix.of(covariance.matrix());
            return pairs.soft(price.times(gamma));
        }
        Matrix solved = unit ? keys : pairs.solvedKeys(0);
        Matrix gram = keys.transposeMultiply(solved);
        Matrix system = gram.plus(gram.transpose()).times(0.5).plusDiagonal(gamma);
        Matrix directions =
                Cholesky.of(system, "The matrix gamma I + K*' C^-1 K*").solve(solved.transpose());
        return new LinearUpdate(pairs.residual(), directions);
    }
}
