package io.github.rewrite4j.samediff.closedform;

import io.github.rewrite4j.samediff.linalg.Matrix;
import java.util.Objects;

/**
 * A change of weights as a product of thin factors, {@code dW = Lambda D}.
 *
 * @param lambda what is added to the output, [out, S]
 * @param directions where in key space it acts, [S, in]
 */
public record LinearUpdate(Matrix lambda, Matrix directions) {
    /** Refuses factors that cannot be multiplied. */
    public LinearUpdate {
        if (lambda.columns() != directions.rows()) {
            throw new IllegalArgumentException("Factors of shapes " + lambda.shape() + " and " + directions.shape()
                    + " have no product: the columns of Lambda must be the rows of D.");
        }
    }

    /** The change itself, [out, in]. */
    public Matrix delta() {
        return lambda.multiply(directions);
    }

    /** {@code W0 + Lambda D}. */
    public Matrix appliedTo(Matrix weights) {
        Objects.requireNonNull(weights, "weights");
        return weights.plus(delta());
    }

    /** The same change with another strength. */
    public LinearUpdate times(double factor) {
        return new LinearUpdate(lambda.times(factor), directions);
    }
}
