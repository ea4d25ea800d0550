package io.github.rewrite4j;

import java.util.List;
import java.util.Optional;

/**
 * Draws the inputs of a generator, deterministically in (seed, index): sample i of a seed is the same whatever else is
 * drawn with it, so a smaller batch is a prefix of a larger one.
 */
public interface InputSampler {
    /**
     * The given samples, in this order.
     *
     * @return arrays made for this call, which the caller may close
     */
    Inputs at(List<Sample> samples);

    /** The first {@code n} samples of a seed. */
    default Inputs sample(int n, long seed) {
        if (n < 1) {
            throw new IllegalArgumentException("At least one sample must be drawn, but n was " + n + ".");
        }
        return at(Sample.range(seed, 0, n));
    }

    /**
     * One input in the middle of the distribution, such as the mean latent of a style-based generator: what a picture
     * that no input gave is drawn with. Empty where the inputs have no middle, as pictures have none.
     */
    default Optional<Inputs> mean() {
        return Optional.empty();
    }

    /**
     * Names the distribution and all that it depends on (latent size, truncation, folder contents): statistics of keys
     * are cached under it.
     */
    String id();
}
