package io.github.rewrite4j.samediff.metric;

import java.util.Arrays;
import java.util.Objects;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frechet distance of two sets of features, each taken for a Gaussian: |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)), the
 * square of their W2 (Dowson and Landau, "The Frechet distance between multivariate normal distributions", 1982). The
 * name FID belongs to features of the Inception network (Heusel et al., 2017); with any other encoder say which.
 *
 * <p>The root is taken as the sum of the roots of the eigenvalues of S1^(1/2) S2 S1^(1/2), which stays real and
 * accurate when a covariance is singular. Cost: two symmetric eigenvalue problems, milliseconds up to 128 dimensions,
 * tens of seconds at 1,024. The estimate is biased upwards when samples are few: below {@value #SAMPLES_PER_DIMENSION}
 * for each dimension a warning is logged and {@link #undersampled()} is set.
 *
 * @param value the distance, at least 0
 * @param meanTerm |m1 - m2|^2
 * @param covarianceTerm the rest of it
 * @param dimension length of the features
 * @param undersampled whether a set is known to have fewer than {@value #SAMPLES_PER_DIMENSION} samples for each
 *     dimension
 */
public record FrechetDistance(
        double value, double meanTerm, double covarianceTerm, int dimension, boolean undersampled) {
    /** The number of samples for each dimension below which the distance is called undersampled. */
    public static final int SAMPLES_PER_DIMENSION = 10;

    private static final double INDEFINITE = 1e-6;
    private static final Logger LOG = LoggerFactory.getLogger(FrechetDistance.class);

    /**
     * The distance of two sets of feature vectors.
     *
     * @param a [n,d], n at least 2
     * @param b [m,d], m at least 2
     * @throws IllegalArgumentException if a shape or a value does not fit
     */
    public static FrechetDistance ofFeatures(INDArray a, INDArray b) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        return between(FeatureStatistics.ofFeatures(a), FeatureStatistics.ofFeatures(b));
    }

    /**
     * The distance of two sets known by their statistics.
     *
     * @throws IllegalArgumentException if the dimensions differ, or a covariance has an eigenvalue clearly below 0
     */
    public static FrechetDistance between(FeatureStatistics a, FeatureStatistics b) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        int d = a.dimension();
        if (b.dimension() != d) {
            throw new IllegalArgumentException("b has features of dimension " + b.dimension() + ", expected " + d
                    + " like a: both sets must come from the same encoder");
        }
        double meanTerm = 0;
        for (int i = 0; i < d; i++) {
            double delta = a.mean()[i] - b.mean()[i];
            meanTerm += delta * delta;
        }
        double traces = a.covariance().getTrace() + b.covariance().getTrace();
        // Rounding can leave a difference of equal covariances a hair below 0, which no distance is.
        double covarianceTerm = Math.max(0, traces - 2 * traceOfRoot(a.covariance(), b.covariance()));
        boolean fewOfA = warnIfFew("a", a);
        boolean fewOfB = warnIfFew("b", b);
        return new FrechetDistance(meanTerm + covarianceTerm, meanTerm, covarianceTerm, d, fewOfA || fewOfB);
    }

    /**
     * tr (S1 S2)^(1/2); with S1 = U L U' the matrix L^(1/2) U' S2 U L^(1/2) has the eigenvalues of S1^(1/2) S2
     * S1^(1/2).
     */
    private static double traceOfRoot(RealMatrix first, RealMatrix second) {
        EigenDecomposition eigen = new EigenDecomposition(first);
        double[] eigenvalues = eigen.getRealEigenvalues();
        double scale = 0;
        for (double value : eigenvalues) {
            scale = Math.max(scale, Math.abs(value));
        }
        double[] roots = roots("covariance of a", eigenvalues, scale);
        RealMatrix inner = eigen.getVT().multiply(second).multiply(eigen.getV());
        RealMatrix product = first.copy();
        for (int i = 0; i < roots.length; i++) {
            for (int j = 0; j < roots.length; j++) {
                product.setEntry(i, j, roots[i] * roots[j] * 0.5 * (inner.getEntry(i, j) + inner.getEntry(j, i)));
            }
        }
        double[] ofProduct = new EigenDecomposition(product).getRealEigenvalues();
        return Arrays.stream(roots("covariance of b", ofProduct, scale * second.getFrobeniusNorm()))
                .sum();
    }

    /** Roots of eigenvalues that carry rounding errors relative to a scale. */
    private static double[] roots(String operand, double[] eigenvalues, double scale) {
        // What rounding leaves of an eigenvalue 0 would weigh in with its root, eight digits larger than itself.
        double noise = scale * eigenvalues.length * Math.ulp(1.0);
        double[] roots = new double[eigenvalues.length];
        for (int i = 0; i < roots.length; i++) {
            if (eigenvalues[i] < -INDEFINITE * scale) {
                throw new IllegalArgumentException(operand + " makes an eigenvalue of " + eigenvalues[i]
                        + " on a scale of " + scale + ", expected none below 0: it is not a covariance");
            }
            roots[i] = eigenvalues[i] > noise ? Math.sqrt(eigenvalues[i]) : 0;
        }
        return roots;
    }

    private static boolean warnIfFew(String operand, FeatureStatistics set) {
        long needed = (long) SAMPLES_PER_DIMENSION * set.dimension();
        boolean few = set.samples().isPresent() && set.samples().getAsInt() < needed;
        if (few) {
            LOG.warn(
                    "Frechet distance: set {} has {} samples of dimension {}, which biases it upwards; take at least"
                            + " {}",
                    operand,
                    set.samples().getAsInt(),
                    set.dimension(),
                    needed);
        }
        return few;
    }
}
