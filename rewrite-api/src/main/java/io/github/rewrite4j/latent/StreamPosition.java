package io.github.rewrite4j.latent;

import java.io.Serializable;
import java.util.Objects;

/**
 * A place in the Gaussian stream of a seed, from which it can be drawn on: some 2.5 KB that can be sent to another process.
 *
 * @see LatentSamples#position
 */
public final class StreamPosition implements Serializable {
    private static final long serialVersionUID = 1;

    private final long seed;
    private final long numbers;
    private final LegacyNumpyRandom.State state;

    StreamPosition(long seed, long numbers, LegacyNumpyRandom.State state) {
        this.seed = seed;
        this.numbers = numbers;
        this.state = Objects.requireNonNull(state, "state");
    }

    static StreamPosition beginning(long seed) {
        return new StreamPosition(seed, 0, new LegacyNumpyRandom(seed).state());
    }

    /** Of the stream. */
    public long seed() {
        return seed;
    }

    /** Gaussian numbers that lie before this place. */
    public long numbers() {
        return numbers;
    }

    LegacyNumpyRandom stream() {
        return new LegacyNumpyRandom(state);
    }

    @Override
    public String toString() {
        return "behind " + numbers + " numbers of seed " + seed;
    }
}
