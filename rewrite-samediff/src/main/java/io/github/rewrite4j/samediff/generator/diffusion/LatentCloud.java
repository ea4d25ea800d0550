package io.github.rewrite4j.samediff.generator.diffusion;

import java.util.Arrays;

/**
 * Where vectors z lie: a Gaussian. z = mean + F g with standard Gaussian g; F is diagonal where only deviations are known, as
 * in the authors' files, and the Cholesky factor of the covariance in ours. Immutable.
 */
final class LatentCloud {
    private static final double SMALLEST = 1e-9;

    private final double[] mean;
    private final double[][] factor;

    LatentCloud(double[] mean, double[][] factor) {
        if (factor.length != mean.length) {
            throw new IllegalArgumentException(
                    "A cloud of " + mean.length + " dimensions has " + factor.length + " rows of a factor.");
        }
        this.mean = mean.clone();
        this.factor = Arrays.stream(factor).map(double[]::clone).toArray(double[][]::new);
    }

    /** Only deviations are known. */
    static LatentCloud diagonal(double[] mean, double[] deviation) {
        double[][] factor = new double[mean.length][mean.length];
        for (int i = 0; i < mean.length; i++) {
            factor[i][i] = deviation[i];
        }
        return new LatentCloud(mean, factor);
    }

    /** Standard. */
    static LatentCloud standard(int dimension) {
        double[] ones = new double[dimension];
        Arrays.fill(ones, 1);
        return diagonal(new double[dimension], ones);
    }

    /** The Gaussian of some vectors. */
    static LatentCloud of(double[][] vectors) {
        int d = vectors[0].length;
        double[] mean = new double[d];
        for (double[] v : vectors) {
            for (int i = 0; i < d; i++) {
                mean[i] += v[i] / vectors.length;
            }
        }
        double[][] covariance = new double[d][d];
        for (double[] v : vectors) {
            for (int i = 0; i < d; i++) {
                for (int j = 0; j <= i; j++) {
                    covariance[i][j] += (v[i] - mean[i]) * (v[j] - mean[j]) / vectors.length;
                }
            }
        }
        return new LatentCloud(mean, cholesky(covariance));
    }

    private static double[][] cholesky(double[][] lower) {
        int d = lower.length;
        double[][] factor = new double[d][d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = lower[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= factor[i][k] * factor[j][k];
                }
                factor[i][j] = i == j ? Math.sqrt(Math.max(sum, SMALLEST)) : sum / factor[j][j];
            }
        }
        return factor;
    }

    int dimension() {
        return mean.length;
    }

    double[] mean() {
        return mean.clone();
    }

    /** A copy of F, one row after the other. */
    double[] factor() {
        return Arrays.stream(factor).flatMapToDouble(Arrays::stream).toArray();
    }

    /** mean + F g. */
    void place(float[] from, float[] to, int start) {
        int d = mean.length;
        for (int i = 0; i < d; i++) {
            double sum = mean[i];
            for (int j = 0; j <= i; j++) {
                sum += factor[i][j] * from[start + j];
            }
            to[start + i] = (float) sum;
        }
    }
}
