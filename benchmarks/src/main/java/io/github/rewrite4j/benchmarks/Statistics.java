package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.StreamedKeyCovariance;
import java.util.Random;

/** Second moments and keys without a generator, for benchmarks that only need the algebra. */
final class Statistics {
    private static final int KEYS = 100_000;

    private Statistics() {}

    /** Gaussian numbers of a seed. */
    static Matrix gaussian(int rows, int columns, long seed) {
        Random random = new Random(seed);
        double[] values = new double[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian();
        }
        return Matrix.of(rows, columns, values);
    }

    /**
     * A second moment [d, d] with a condition number of some thousands, as those of real layers have: a diagonal that falls
     * and a part of low rank, O(d^2).
     */
    static Matrix secondMoment(int channels) {
        Matrix common = gaussian(8, channels, 1);
        Matrix matrix = common.gram().times(0.05);
        double[] diagonal = matrix.toRowMajor();
        for (int i = 0; i < channels; i++) {
            diagonal[i * channels + i] += 1.0 / (1 + i % 64);
        }
        return Matrix.of(channels, channels, diagonal);
    }

    /** The same as statistics, nothing factored yet. */
    static StreamedKeyCovariance covariance(Matrix moment) {
        return StreamedKeyCovariance.of(moment, KEYS);
    }
}
