package io.github.rewrite4j.samediff.ablation;

import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.SymmetricEigen;
import io.github.rewrite4j.samediff.tape.HostArrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where feature vectors lie, in the plane of the two directions in which a generator's own vary most (after Fig. 8 of Gao et al.
 * 2025): how dense they are there, as a picture of three standard deviations to each side.
 */
final class FeaturePlane {
    private static final int SIDE = 96;
    private static final double REACH = 3;

    private final double[] mean;
    private final double[][] axes = new double[2][];
    private final double[] deviations = new double[2];
    private final double[] own;

    /** @param vectors of the generator, [n, C] */
    FeaturePlane(INDArray vectors) {
        float[] all = HostArrays.of(vectors);
        int channels = Math.toIntExact(vectors.size(1));
        int n = all.length / channels;
        this.mean = new double[channels];
        for (int i = 0; i < all.length; i++) {
            mean[i % channels] += (double) all[i] / n;
        }
        double[] covariance = new double[channels * channels];
        for (int s = 0; s < n; s++) {
            for (int c = 0; c < channels; c++) {
                double a = all[s * channels + c] - mean[c];
                for (int d = 0; d < channels; d++) {
                    covariance[c * channels + d] += a * (all[s * channels + d] - mean[d]) / n;
                }
            }
        }
        SymmetricEigen eigen = SymmetricEigen.of(Matrix.of(channels, channels, covariance));
        for (int axis = 0; axis < 2; axis++) {
            int row = Math.min(channels - 1, axis);
            axes[axis] = new double[channels];
            for (int c = 0; c < channels; c++) {
                axes[axis][c] = eigen.vectors().get(row, c);
            }
            deviations[axis] = Math.sqrt(Math.max(1e-12, eigen.values()[row]));
        }
        this.own = density(all);
    }

    private double[] density(float[] vectors) {
        int channels = mean.length;
        double[] counts = new double[SIDE * SIDE];
        double most = 1;
        for (int s = 0; s < vectors.length / channels; s++) {
            int cell = 0;
            for (int axis = 1; axis >= 0; axis--) {
                double along = 0;
                for (int c = 0; c < channels; c++) {
                    along += axes[axis][c] * (vectors[s * channels + c] - mean[c]);
                }
                double share = (along / deviations[axis] + REACH) / (2 * REACH);
                cell = cell * SIDE + (int) Math.max(0, Math.min(SIDE - 1, Math.floor(share * SIDE)));
            }
            counts[cell]++;
            most = Math.max(most, counts[cell]);
        }
        for (int i = 0; i < counts.length; i++) {
            counts[i] = Math.sqrt(counts[i] / most);
        }
        return counts;
    }

    /**
     * The generator's own in blue and others in red over them.
     *
     * @param vectors [n, C]
     * @return [1, 3, side, side] in [-1, 1]
     */
    INDArray with(INDArray vectors) {
        double[] others = density(HostArrays.of(vectors));
        float[] picture = new float[3 * SIDE * SIDE];
        for (int i = 0; i < SIDE * SIDE; i++) {
            picture[i] = (float) (1 - 2 * own[i]);
            picture[SIDE * SIDE + i] = (float) Math.max(-1, 1 - 2 * own[i] - 2 * others[i]);
            picture[2 * SIDE * SIDE + i] = (float) (1 - 2 * others[i]);
        }
        return Nd4j.create(picture, new long[] {1, 3, SIDE, SIDE}, 'c');
    }
}
