package io.github.rewrite4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One reproducible input: number {@code index} of the endless stream that {@code seed} starts.
 *
 * <p>For latent generators, sample i of seed s is row i of numpy's legacy Gaussian stream {@code RandomState(s)}
 * reshaped to rows of the latent size, so that image numbers mean the same pictures as in the original model rewriting
 * interface, which uses seed 1.
 *
 * @param seed start of the stream, 0 to 2^32 - 1
 * @param index position in the stream, 0 to 2^28 - 1; where the stream is one of numbers, sample and all before it have at
 *     most 2^28 of them
 */
public record Sample(long seed, int index) implements Subject {
    /** The seed that the original interface numbers its images by. */
    public static final long DEFAULT_SEED = 1;

    /** The largest seed: 2^32 - 1. */
    public static final long MAX_SEED = 0xFFFF_FFFFL;

    /** The largest index: a stream is not followed further than 2^28 numbers. */
    public static final int MAX_INDEX = (1 << 28) - 1;

    public Sample {
        requireSeed(seed);
        if (index < 0) {
            throw new IllegalArgumentException("A sample's index counts from 0, but was " + index + ".");
        }
        if (index > MAX_INDEX) {
            throw new IllegalArgumentException("A sample's index is at most " + MAX_INDEX + ", but was " + index
                    + ": take an early sample of another seed instead.");
        }
    }

    /**
     * A seed as it is, for whatever draws by one.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static long requireSeed(long seed) {
        if (seed < 0 || seed > MAX_SEED) {
            throw new IllegalArgumentException(
                    "A seed lies between 0 and " + MAX_SEED + " (2^32 - 1), but was " + seed + ".");
        }
        return seed;
    }

    /** Sample {@code index} of the {@linkplain #DEFAULT_SEED default seed}. */
    public static Sample of(int index) {
        return new Sample(DEFAULT_SEED, index);
    }

    /** Several samples of the {@linkplain #DEFAULT_SEED default seed}, in this order. */
    public static List<Sample> list(int first, int second, int... more) {
        Objects.requireNonNull(more, "more");
        List<Sample> samples = new ArrayList<>(List.of(of(first), of(second)));
        for (int index : more) {
            samples.add(of(index));
        }
        return List.copyOf(samples);
    }

    /**
     * Samples {@code from} (inclusive) to {@code to} (exclusive) of a seed, none where that is not larger. The list needs no
     * memory for them.
     */
    public static List<Sample> range(long seed, int from, int to) {
        if (to <= from) {
            return List.of();
        }
        Sample first = new Sample(seed, from);
        Sample last = new Sample(seed, to - 1);
        return new SampleRange(seed, first.index(), last.index() - first.index() + 1);
    }

    @Override
    public String id() {
        return "sample " + index + " of seed " + seed;
    }

    @Override
    public String toString() {
        return seed == DEFAULT_SEED ? "#" + index : "#" + index + " of seed " + seed;
    }
}
