package io.github.rewrite4j.samediff.generator.munit;

import java.util.Locale;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** What follows convolutions and products of a translator; its file does not say which. */
public enum MunitActivation {
    /** max(x, 0). */
    RELU,
    /** x where positive, x/5 elsewhere. */
    LRELU,
    /** The scaled exponential one. */
    SELU,
    /** Hyperbolic tangent. */
    TANH;

    private static final double SLOPE = 0.2;

    SDVariable of(SameDiff graph, SDVariable x) {
        return switch (this) {
            case RELU -> graph.nn().relu(x, 0);
            case LRELU -> graph.nn().leakyRelu(x, SLOPE);
            case SELU -> graph.nn().selu(x);
            case TANH -> graph.math().tanh(x);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
