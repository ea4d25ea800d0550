package io.github.rewrite4j.latent;

import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.io.internal.FreeMemory;
import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Standard Gaussian latents by seed and number: row {@code i} of {@code numpy.random.RandomState(seed).randn(n, dim)},
 * drawn in float64 and rounded to float32.
 *
 * <p>A row does not depend on how many rows are asked for. The stream cannot be entered in the middle, so reaching row
 * {@code i} costs the drawing of {@code i * dim} numbers (a fraction of a microsecond each), or of those behind the nearest
 * {@linkplain StreamPosition position} that is known: where the last calls ended, and {@linkplain #resumeFrom what one was told}.
 * Only the rows asked for are stored. Rows that end further than 2^28 numbers into the stream are refused, and so are more than fit into memory.
 */
public final class LatentSamples {
    private static final String STAGE = "drawing samples";

    /** How far a stream is followed: some 10 seconds of drawing. */
    private static final long FARTHEST = 1L << 28;

    /** Bytes that Java spends on an array beside its numbers. */
    private static final int ARRAY = 24;

    private LatentSamples() {}

    /**
     * Refuses a row that lies too far in its stream.
     *
     * @param dim length of a latent, at least 1
     * @param index number of the row, from 0
     * @throws IllegalArgumentException if it is negative or ends further than 2^28 numbers into the stream
     */
    public static void requireReachable(int dim, int index) {
        requireSize("latent dimension", dim);
        if (index < 0) {
            throw new IllegalArgumentException("Sample number " + index + " is negative: samples are counted from 0.");
        }
        if ((index + 1L) * dim > FARTHEST) {
            throw new IllegalArgumentException(
                    "Sample number " + index + " of " + dim + " numbers each lies further than 2^28 numbers into its"
                            + " stream, which would have to be drawn one by one: take"
                            + " a sample below "
                            + FARTHEST / dim + ", of another seed if there are not enough.");
        }
    }

    private static void requireMemory(int n, int dim) {
        FreeMemory.require(n + " samples of " + dim + " numbers each", 2.0 * n * (4.0 * dim + ARRAY));
    }

    /**
     * The first rows of a seed.
     *
     * @param n how many rows, at least 1
     * @param dim length of a latent, at least 1
     * @param seed 0 to 2^32 - 1
     * @return float32 array [n, dim]
     */
    public static INDArray first(int n, int dim, long seed) {
        return toArray(firstRows(n, dim, seed));
    }

    /** As {@link #first}, in plain Java. */
    public static float[][] firstRows(int n, int dim, long seed) {
        requireSize("number of samples", n);
        requireSize("latent dimension", dim);
        requireReachable(dim, n - 1);
        requireMemory(n, dim);
        LegacyNumpyRandom random = new LegacyNumpyRandom(seed);
        float[][] rows = new float[n][];
        for (int i = 0; i < n; i++) {
            rows[i] = row(random, dim);
        }
        return rows;
    }

    /**
     * Chosen rows of a seed, in the order asked for; a number may be repeated.
     *
     * @param dim length of a latent, at least 1
     * @param seed 0 to 2^32 - 1
     * @param indices sample numbers, counted from 0, at least one
     * @return float32 array [indices.length, dim]
     */
    public static INDArray at(int dim, long seed, int... indices) {
        Objects.requireNonNull(indices, "indices");
        return toArray(rowsAt(dim, seed, indices));
    }

    /** As {@link #at}, in plain Java. */
    public static float[][] rowsAt(int dim, long seed, int... indices) {
        Objects.requireNonNull(indices, "indices");
        requireSize("latent dimension", dim);
        if (indices.length == 0) {
            throw new IllegalArgumentException("No sample number is given: name at least one.");
        }
        for (int index : indices) {
            requireReachable(dim, index);
        }
        requireMemory(indices.length, dim);
        Integer[] order = new Integer[indices.length];
        for (int i = 0; i < indices.length; i++) {
            order[i] = i;
        }
        Arrays.sort(order, (a, b) -> Integer.compare(indices[a], indices[b]));
        StreamPosition start = KnownPositions.before(seed, (long) indices[order[0]] * dim, dim);
        LegacyNumpyRandom random = start.stream();
        float[][] rows = new float[indices.length][];
        float[] current = {};
        int drawn = Math.toIntExact(start.numbers() / dim);
        for (int place : order) {
            for (; drawn < indices[place]; drawn++) {
                skip(random, dim);
            }
            if (drawn == indices[place]) {
                current = row(random, dim);
                drawn++;
            }
            rows[place] = current.clone();
        }
        KnownPositions.remember(new StreamPosition(seed, (long) drawn * dim, random.state()));
        return rows;
    }

    /**
     * Where the stream of a seed is before its row {@code index}: what another process {@linkplain #resumeFrom needs} to begin there
     * instead of drawing all that comes before.
     */
    public static StreamPosition position(int dim, long seed, int index) {
        requireSize("latent dimension", dim);
        requireReachable(dim, index);
        StreamPosition start = KnownPositions.before(seed, (long) index * dim, dim);
        LegacyNumpyRandom random = start.stream();
        for (long drawn = start.numbers() / dim; drawn < index; drawn++) {
            skip(random, dim);
        }
        StreamPosition position = new StreamPosition(seed, (long) index * dim, random.state());
        KnownPositions.remember(position);
        return position;
    }

    /** Lets rows behind this position be drawn from there on in this process. Changes no number, only what drawing one costs. */
    public static void resumeFrom(StreamPosition position) {
        KnownPositions.remember(Objects.requireNonNull(position, "position"));
    }

    private static void skip(LegacyNumpyRandom random, int dim) {
        RewriteCancelledException.ifInterrupted(STAGE);
        for (int j = 0; j < dim; j++) {
            random.nextGaussian();
        }
    }

    private static float[] row(LegacyNumpyRandom random, int dim) {
        RewriteCancelledException.ifInterrupted(STAGE);
        float[] row = new float[dim];
        for (int j = 0; j < dim; j++) {
            row[j] = (float) random.nextGaussian();
        }
        return row;
    }

    private static INDArray toArray(float[][] rows) {
        return Nd4j.create(rows);
    }

    private static void requireSize(String what, int size) {
        if (size < 1) {
            throw new IllegalArgumentException("The " + what + " is " + size + ": it must be at least 1.");
        }
    }
}
