package io.github.rewrite4j;

import java.util.List;
import java.util.Objects;
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

    /**
     * Refuses a sample that lies too far in its stream to be drawn, at once, before work is begun that would come to it
     * last. Whatever is refused here, {@link #at} refuses too.
     *
     * @throws IllegalArgumentException if it cannot be drawn
     */
    default void requireReachable(Sample sample) {
        Objects.requireNonNull(sample, "sample");
        // Where samples are drawn apart from each other, every one can be.
    }

    /**
     * The first {@code n} samples of a seed.
     *
     * @throws IllegalArgumentException if the last of them cannot be drawn, or there is no memory for all
     */
    default Inputs sample(int n, long seed) {
        if (n < 1) {
            throw new IllegalArgumentException("At least one sample must be drawn, but n was " + n + ".");
        }
        requireReachable(new Sample(seed, n - 1));
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
     * Inputs with what they may leave out filled in as this sampler draws it, such as a truncation. What is given stays.
     *
     * @return the same inputs where nothing is missing; arrays that are given are shared
     */
    default Inputs complete(Inputs inputs) {
        Objects.requireNonNull(inputs, "inputs");
        return inputs;
    }

    /**
     * How many numbers of {@link io.github.rewrite4j.latent.LatentSamples the one stream} of a seed a sample takes, so that sample i
     * begins behind i times as many; 0 where samples are drawn apart from each other.
     */
    default int numbersPerSample() {
        return 0;
    }

    /**
     * Names the distribution and all that it depends on (latent size, truncation, folder contents): statistics of keys
     * are cached under it.
     */
    String id();
}
