package io.github.rewrite4j.samediff.metric;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Squared Euclidean distances of all rows of two matrices by one product, |x|^2 + |y|^2 - 2 xy', after the mean row was
 * taken off both so that little cancels; good to about 1e-6 of the largest.
 */
final class PairDistances {
    private PairDistances() {}

    /** All distances: [rows of x][rows of y], at least 0. */
    static double[][] squared(INDArray x, INDArray y) {
        INDArray mean = x.castTo(DataType.DOUBLE).mean(0).castTo(DataType.FLOAT);
        INDArray first = x.subRowVector(mean);
        INDArray second = y.subRowVector(mean);
        double[] firstLengths = squaredLengths(first);
        double[] secondLengths = squaredLengths(second);
        double[][] squared = first.mmul(second.transpose()).toDoubleMatrix();
        for (int i = 0; i < squared.length; i++) {
            for (int j = 0; j < squared[i].length; j++) {
                squared[i][j] = Math.max(0, firstLengths[i] + secondLengths[j] - 2 * squared[i][j]);
            }
        }
        return squared;
    }

    private static double[] squaredLengths(INDArray rows) {
        float[][] values = rows.toFloatMatrix();
        double[] lengths = new double[values.length];
        for (int i = 0; i < lengths.length; i++) {
            for (float value : values[i]) {
                lengths[i] += (double) value * value;
            }
        }
        return lengths;
    }
}
