package io.github.rewrite4j.spark;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.latent.LatentSamples;
import io.github.rewrite4j.latent.StreamPosition;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Samples of one task.
 *
 * @param seed of all of them
 * @param from the first, a multiple of {@link SparkSamples#BLOCK}
 * @param to one more than the last
 * @param start where the stream is before the first; null where drawing it does not take a stream of numbers
 */
public record SampleBlock(
        long seed, int from, int to, @Nullable StreamPosition start) implements Serializable {
    public SampleBlock {
        if (from < 0 || to <= from) {
            throw new IllegalArgumentException(
                    "A block has at least one sample, but went from " + from + " to " + to + ".");
        }
    }

    /** Number of samples. */
    public int size() {
        return to - from;
    }

    /** Lets this process draw the samples without drawing all before them. */
    void arrive() {
        if (start != null) {
            LatentSamples.resumeFrom(start);
        }
    }

    /** Samples {@code first} to {@code last} of the block, counted within it; the caller closes them. */
    public Inputs inputs(Generator generator, int first, int last) {
        Objects.requireNonNull(generator, "generator");
        arrive();
        return generator.sampler().at(samples().subList(first, last));
    }

    /** The samples. */
    public List<Sample> samples() {
        return Sample.range(seed, from, to);
    }
}
