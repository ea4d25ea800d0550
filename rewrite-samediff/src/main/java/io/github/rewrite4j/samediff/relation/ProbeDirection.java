package io.github.rewrite4j.samediff.relation;

import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.Svd;
import io.github.rewrite4j.samediff.linalg.SymmetricEigen;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The direction of key space through which a probe acts on its effect areas. With the differences q between the keys of the
 * high and of the low run, it is the d that maximises
 *
 * <pre>
 *   sum over effect cells (d'q)^2  /  d' (C + B) d
 * </pre>
 *
 * where C is the second moment of ordinary keys and B that of the differences everywhere else: what lies along d tells that
 * the cause is there, is rare in ordinary images, and does not shine where the cause itself is. Found by whitening, as the
 * context directions of Bau et al. (2020), with C + B in the place of C.
 */
public final class ProbeDirection {
    private static final double RIDGE = 1e-6;

    private ProbeDirection() {}

    /**
     * Finds it.
     *
     * @param covariance of ordinary keys
     * @param high keys with the probe held high, [N, C, h, w]
     * @param low the same, held low
     * @param effect how much of each cell belongs to the effect areas, one for each of the N
     * @return [1, C], of length one
     * @throws io.github.rewrite4j.RewriteException when the probe does not reach the effect areas
     */
    public static Matrix of(KeyCovariance covariance, INDArray high, INDArray low, List<Mask> effect) {
        Objects.requireNonNull(covariance, "covariance");
        Objects.requireNonNull(high, "high");
        Objects.requireNonNull(low, "low");
        Objects.requireNonNull(effect, "effect");
        float[] a = HostArrays.of(high);
        float[] b = HostArrays.of(low);
        int channels = (int) high.size(1);
        int width = (int) high.size(3);
        int plane = (int) high.size(2) * width;
        List<double[]> inside = new ArrayList<>();
        List<double[]> outside = new ArrayList<>();
        double cells = 0;
        for (int n = 0; n < effect.size(); n++) {
            for (int p = 0; p < plane; p++) {
                double weight = effect.get(n).value(p / width, p % width);
                double[] there = new double[channels];
                double[] elsewhere = new double[channels];
                double size = 0;
                for (int c = 0; c < channels; c++) {
                    double q = (double) a[(n * channels + c) * plane + p] - b[(n * channels + c) * plane + p];
                    there[c] = Math.sqrt(weight) * q;
                    elsewhere[c] = Math.sqrt(1 - weight) * q;
                    size += q * q;
                }
                if (weight > 0 && size > 0) {
                    inside.add(there);
                }
                if (weight < 1) {
                    outside.add(elsewhere);
                    cells += 1 - weight;
                }
            }
        }
        if (inside.isEmpty()) {
            throw new UnreachedEffectException();
        }
        Matrix usual = Matrix.of(covariance.matrix());
        if (!outside.isEmpty()) {
            usual = usual.plus(
                    Matrix.of(outside.toArray(double[][]::new)).gram().times(1 / cells));
        }
        Matrix whitening = inverseRoot(usual);
        Matrix first = Svd.of(Matrix.of(inside.toArray(double[][]::new)).multiply(whitening))
                .right()
                .firstRows(1)
                .multiply(whitening);
        double length = Math.sqrt(first.multiply(first.transpose()).trace());
        return first.times(1 / length);
    }

    /** M^(-1/2), with a ridge so small that it only matters where there is nothing. */
    private static Matrix inverseRoot(Matrix symmetric) {
        double ridge = RIDGE * symmetric.trace() / symmetric.rows();
        SymmetricEigen eigen = SymmetricEigen.of(symmetric.plusDiagonal(ridge));
        double[] factors = eigen.values();
        for (int i = 0; i < factors.length; i++) {
            factors[i] = 1 / Math.sqrt(Math.max(ridge, factors[i]));
        }
        Matrix vectors = eigen.vectors();
        return vectors.transpose().multiply(vectors.scaleRows(factors));
    }
}
