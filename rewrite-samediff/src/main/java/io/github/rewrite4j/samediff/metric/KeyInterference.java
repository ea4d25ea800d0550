package io.github.rewrite4j.samediff.metric;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How much a change of a weight disturbs the values of keys it should keep: |dW k| / |W k| for each key k. Keys of the
 * rule itself should be left out. Direct and cheap: no picture is made. Cost: two matrix products.
 *
 * @param mean mean over the keys; 0 when every value is kept
 * @param percentile99 the value that 99 % of the keys do not exceed (nearest rank)
 * @param largest the value of the key that is disturbed most
 */
public record KeyInterference(double mean, double percentile99, double largest) {

    /**
     * Measures a change of a weight on keys.
     *
     * @param weight W [o,i]; a convolution is flattened to its outputs times its patches
     * @param change dW, same shape
     * @param keys [n,i], one key in each row
     * @throws IllegalArgumentException if a shape or a value does not fit, or W maps a key to 0
     */
    public static KeyInterference measure(INDArray weight, INDArray change, INDArray keys) {
        FeatureMatrix original = FeatureMatrix.of("weight", weight);
        if (!Arrays.equals(weight.shape(), change.shape())) {
            throw new IllegalArgumentException("change has shape " + Arrays.toString(change.shape()) + ", expected "
                    + Arrays.toString(weight.shape()) + " like weight");
        }
        FeatureMatrix.of("change", change);
        FeatureMatrix.of("keys", keys, original.columns());
        double[] kept = lengths(keys, weight);
        double[] disturbed = lengths(keys, change);
        double sum = 0;
        for (int k = 0; k < kept.length; k++) {
            if (kept[k] == 0) {
                throw new IllegalArgumentException("weight maps the key in row " + k
                        + " to 0, so that no relative change is defined: leave that key out");
            }
            disturbed[k] /= kept[k];
            sum += disturbed[k];
        }
        Arrays.sort(disturbed);
        int rank = (int) Math.ceil(0.99 * disturbed.length);
        return new KeyInterference(sum / disturbed.length, disturbed[rank - 1], disturbed[disturbed.length - 1]);
    }

    private static double[] lengths(INDArray keys, INDArray weight) {
        INDArray values =
                keys.castTo(DataType.DOUBLE).mmul(weight.castTo(DataType.DOUBLE).transpose());
        return values.norm2(1).dup().data().asDouble();
    }
}
