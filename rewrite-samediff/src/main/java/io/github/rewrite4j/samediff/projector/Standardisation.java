package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.samediff.tape.Channels;
import io.github.rewrite4j.samediff.tape.Node;
import java.util.Arrays;

/**
 * Mean and deviation of each channel of the values, measured on samples: the fixed scale of a projector's head, and the
 * scale on which losses weigh all channels alike.
 */
final class Standardisation {
    /** Below this a channel never changes; dividing by its deviation would only blow up rounding errors. */
    private static final float LEAST_DEVIATION = 1e-4f;

    private final float[] mean;
    private final float[] deviation;
    private final boolean nonNegative;

    /**
     * @param nonNegative whether no value is below zero, as behind a plain rectifier
     */
    Standardisation(float[] mean, float[] deviation, boolean nonNegative) {
        this.mean = mean.clone();
        this.deviation = deviation.clone();
        this.nonNegative = nonNegative;
    }

    /** Collects values of samples in float64. */
    static final class Measuring {
        private final double[] sum;
        private final double[] squares;
        private long count;
        private float least = Float.POSITIVE_INFINITY;

        Measuring(int channels) {
            sum = new double[channels];
            squares = new double[channels];
        }

        /**
         * @param value one sample [h, w, C]
         */
        void add(float[] value) {
            for (int i = 0; i < value.length; i += sum.length) {
                for (int c = 0; c < sum.length; c++) {
                    double v = value[i + c];
                    sum[c] += v;
                    squares[c] += v * v;
                    least = Math.min(least, value[i + c]);
                }
            }
            count += value.length / sum.length;
        }

        Standardisation result() {
            float[] mean = new float[sum.length];
            float[] deviation = new float[sum.length];
            for (int c = 0; c < mean.length; c++) {
                double m = sum[c] / count;
                mean[c] = (float) m;
                double variance = Math.max(0, squares[c] / count - m * m);
                deviation[c] = Math.max(LEAST_DEVIATION, (float) Math.sqrt(variance));
            }
            return new Standardisation(mean, deviation, least >= 0);
        }
    }

    float[] mean() {
        return mean.clone();
    }

    float[] deviation() {
        return deviation.clone();
    }

    boolean nonNegative() {
        return nonNegative;
    }

    /** From the standard scale to that of the values. */
    Node toValues(Node standard) {
        return Channels.affine(standard, deviation, mean);
    }

    /** From the scale of the values to the standard scale. */
    Node toStandard(Node values) {
        float[] factor = new float[mean.length];
        float[] offset = new float[mean.length];
        for (int c = 0; c < mean.length; c++) {
            factor[c] = 1 / deviation[c];
            offset[c] = -mean[c] / deviation[c];
        }
        return Channels.affine(values, factor, offset);
    }

    @Override
    public String toString() {
        return "means " + Arrays.toString(mean) + ", deviations " + Arrays.toString(deviation);
    }
}
