package io.github.rewrite4j.samediff.engine.kernel;

/**
 * What a convolution does to its results before it writes them: y = leaky(y + bias) scale, with one number for each
 * channel. A leaky rectifier and a positive factor may change places, so this serves d y + b as well: with the bias b / d and
 * the factor d drawn into the scale.
 */
public enum Fusion {
    /** Nothing. */
    NONE,
    /** Bias, leaky rectifier and scale. */
    BIASED_LEAKY_SCALED
}
