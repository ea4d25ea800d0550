package io.github.rewrite4j;

import java.util.List;

/**
 * Draws the inputs of a generator, deterministically in (seed, index): sample i of a seed is the same whatever else is
 * drawn with it, so a smaller batch is a prefix of a larger one.
 */
public interface InputSampler {
    /** The given samples, in this order. */
    Inputs at(List<Sample> samples);

    /** The first {@code n} samples of a seed. */
    default Inputs sample(int n, long seed) {
        if (n < 1) {
            throw new IllegalArgumentException("At least one sample must be drawn, but n was " + n + ".");
        }
        return at(Sample.range(seed, 0, n));
    }

    /**
     * Names the distribution and all that it depends on (latent size, truncation, folder contents): statistics of keys
     * are cached under it.
     */
    String id();
}
