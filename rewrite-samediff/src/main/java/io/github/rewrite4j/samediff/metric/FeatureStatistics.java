package io.github.rewrite4j.samediff.metric;

import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Mean and covariance of a set of feature vectors, all that {@link FrechetDistance} needs to know of it. Immutable,
 * float64.
 */
public final class FeatureStatistics {
    private static final double SYMMETRY_TOLERANCE = 1e-6;

    private final double[] mean;
    private final RealMatrix covariance;
    private final OptionalInt samples;

    private FeatureStatistics(double[] mean, RealMatrix covariance, OptionalInt samples) {
        this.mean = mean;
        this.covariance = covariance;
        this.samples = samples;
    }

    /**
     * The statistics of feature vectors; the covariance has the divisor n - 1. Cost: O(n d^2).
     *
     * @param features [n,d], n at least 2
     * @throws IllegalArgumentException if the shape or a value does not fit
     */
    public static FeatureStatistics ofFeatures(INDArray features) {
        Objects.requireNonNull(features, "features");
        FeatureMatrix rows = FeatureMatrix.of("features", features);
        if (rows.rows() < 2) {
            throw new IllegalArgumentException("features has shape " + Arrays.toString(features.shape())
                    + ", expected at least 2 rows: one vector has no covariance");
        }
        INDArray doubles = features.castTo(DataType.DOUBLE);
        INDArray mean = doubles.mean(0);
        INDArray centred = doubles.subRowVector(mean);
        INDArray covariance = centred.transpose().mmul(centred).divi(rows.rows() - 1);
        return new FeatureStatistics(mean.dup().data().asDouble(), symmetric(covariance), OptionalInt.of(rows.rows()));
    }

    /**
     * Statistics that were computed elsewhere.
     *
     * @param mean [d]
     * @param covariance [d,d], symmetric
     * @throws IllegalArgumentException if a shape or a value does not fit, or the covariance is not symmetric
     */
    public static FeatureStatistics of(INDArray mean, INDArray covariance) {
        Objects.requireNonNull(mean, "mean");
        Objects.requireNonNull(covariance, "covariance");
        return of(mean, covariance, OptionalInt.empty());
    }

    /**
     * Statistics that were computed elsewhere, of a known number of samples, so that too few can be warned of.
     *
     * @param mean [d]
     * @param covariance [d,d], symmetric
     * @param samples how many vectors they were computed from, at least 2
     * @throws IllegalArgumentException if a shape or a value does not fit, or the covariance is not symmetric
     */
    public static FeatureStatistics of(INDArray mean, INDArray covariance, int samples) {
        Objects.requireNonNull(mean, "mean");
        Objects.requireNonNull(covariance, "covariance");
        if (samples < 2) {
            throw new IllegalArgumentException("samples is " + samples + ", expected at least 2");
        }
        return of(mean, covariance, OptionalInt.of(samples));
    }

    private static FeatureStatistics of(INDArray mean, INDArray covariance, OptionalInt samples) {
        if (mean.rank() != 1 || mean.isEmpty()) {
            throw new IllegalArgumentException(
                    "mean has shape " + Arrays.toString(mean.shape()) + ", expected a non-empty vector [d]");
        }
        int d = (int) mean.length();
        FeatureMatrix vector = FeatureMatrix.of("mean", mean.reshape(1, d));
        if (!Arrays.equals(covariance.shape(), new long[] {d, d})) {
            throw new IllegalArgumentException("covariance has shape " + Arrays.toString(covariance.shape())
                    + ", expected [" + d + ", " + d + "] to fit the mean");
        }
        FeatureMatrix matrix = FeatureMatrix.of("covariance", covariance);
        double largest = 0;
        double asymmetry = 0;
        double[] values = new double[d];
        for (int i = 0; i < d; i++) {
            values[i] = vector.get(0, i);
            for (int j = 0; j < d; j++) {
                largest = Math.max(largest, Math.abs(matrix.get(i, j)));
                asymmetry = Math.max(asymmetry, Math.abs(matrix.get(i, j) - matrix.get(j, i)));
            }
        }
        if (asymmetry > SYMMETRY_TOLERANCE * largest) {
            throw new IllegalArgumentException("covariance differs from its transpose by up to " + asymmetry
                    + ", expected a symmetric matrix: check its layout");
        }
        return new FeatureStatistics(values, symmetric(covariance), samples);
    }

    /** The length d of the feature vectors. */
    public int dimension() {
        return mean.length;
    }

    /** How many vectors the statistics come from, if known. */
    public OptionalInt samples() {
        return samples;
    }

    /** Shared for speed inside this package: read only. */
    double[] mean() {
        return mean;
    }

    /** Shared for speed inside this package: read only. */
    RealMatrix covariance() {
        return covariance;
    }

    /** The symmetric part: a product of a matrix with its transpose is symmetric only up to rounding. */
    private static RealMatrix symmetric(INDArray matrix) {
        FeatureMatrix values = FeatureMatrix.of("covariance", matrix);
        double[][] result = new double[values.rows()][values.rows()];
        for (int i = 0; i < result.length; i++) {
            for (int j = 0; j < result.length; j++) {
                result[i][j] = 0.5 * (values.get(i, j) + values.get(j, i));
            }
        }
        return new Array2DRowRealMatrix(result, false);
    }
}
