package io.github.rewrite4j.samediff.linalg;

import java.io.Serializable;
import java.util.Objects;

/**
 * A sum {@code sum k k'} over some keys as its upper half, row by row: {@code d (d + 1) / 2} numbers, 1 MB for 512 channels. Parts
 * of one statistic that were collected apart are added up, in any order, to what one pass would have summed, but for the order of
 * float64 additions.
 */
public final class PackedMoment implements Serializable {
    private static final long serialVersionUID = 1;

    private final int dimension;
    private final long count;
    private final double[] upper;

    PackedMoment(int dimension, long count, double[] upper) {
        if (dimension < 1 || count < 0 || upper.length != length(dimension)) {
            throw new IllegalArgumentException("The upper half of a sum over keys of length " + dimension + " has "
                    + length(dimension) + " numbers, but got " + upper.length + " for " + count + " keys.");
        }
        this.dimension = dimension;
        this.count = count;
        this.upper = upper;
    }

    static int length(int dimension) {
        return Math.toIntExact((long) dimension * (dimension + 1) / 2);
    }

    /** Length of a key. */
    public int dimension() {
        return dimension;
    }

    /** Keys in the sum. */
    public long count() {
        return count;
    }

    /**
     * The sum over both; O(d^2).
     *
     * @throws IllegalArgumentException if the lengths of keys differ
     */
    public PackedMoment plus(PackedMoment other) {
        Objects.requireNonNull(other, "other");
        if (other.dimension != dimension) {
            throw new IllegalArgumentException("Sums over keys of length " + dimension + " and " + other.dimension
                    + " cannot be added; they belong to different layers.");
        }
        double[] both = upper.clone();
        for (int i = 0; i < both.length; i++) {
            both[i] += other.upper[i];
        }
        return new PackedMoment(dimension, Math.addExact(count, other.count), both);
    }

    /**
     * The average.
     *
     * @throws IllegalStateException if it is a sum over no keys
     */
    public StreamedKeyCovariance toCovariance() {
        if (count == 0) {
            throw new IllegalStateException("A sum over no keys has no average.");
        }
        double[] mean = new double[Math.multiplyExact(dimension, dimension)];
        for (int row = 0, next = 0; row < dimension; row++) {
            for (int column = row; column < dimension; column++) {
                mean[row * dimension + column] = upper[next++] / count;
            }
        }
        Matrix.mirrorUpper(mean, dimension);
        return StreamedKeyCovariance.of(new Matrix(dimension, dimension, mean), count);
    }

    @Override
    public String toString() {
        return "PackedMoment[dimension=" + dimension + ", count=" + count + "]";
    }
}
