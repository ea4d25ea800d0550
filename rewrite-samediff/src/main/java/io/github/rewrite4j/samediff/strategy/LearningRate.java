package io.github.rewrite4j.samediff.strategy;

/**
 * A learning rate, absolute or relative to the root mean square of the layer's effective weight. The published rate 0.05
 * is meant for StyleGAN2's stored weights of unit variance; relative to the weight it means the same on any layer.
 */
record LearningRate(double value, boolean relative) {
    LearningRate {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("A learning rate is a positive number, but was " + value + ".");
        }
    }

    double of(InsertionProblem problem) {
        if (!relative) {
            return value;
        }
        double squares = 0;
        for (int o = 0; o < problem.out(); o++) {
            for (double w : problem.weight(o)) {
                squares += w * w;
            }
        }
        return value * Math.sqrt(squares / ((double) problem.out() * problem.in() * problem.taps()));
    }
}
