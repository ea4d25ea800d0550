package io.github.rewrite4j.samediff;

import static org.assertj.core.api.Assertions.assertThat;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** How arrays differ; NaN differs from everything. */
public final class Differences {
    private Differences() {}

    /** Largest |a - b|. */
    public static double largest(INDArray a, INDArray b) {
        assertThat(a.shape()).isEqualTo(b.shape());
        double[] one = doubles(a);
        double[] other = doubles(b);
        double worst = 0;
        for (int i = 0; i < one.length; i++) {
            double difference = Math.abs(one[i] - other[i]);
            worst = difference <= worst ? worst : Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
        }
        return worst;
    }

    /** Largest |a|. */
    public static double magnitude(INDArray a) {
        return largest(a, a.mul(0));
    }

    /** The bits of float32 numbers, row by row. */
    public static int[] bits(INDArray array) {
        assertThat(array.dataType()).isEqualTo(DataType.FLOAT);
        float[] values = array.dup('c').data().asFloat();
        int[] bits = new int[values.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(values[i]);
        }
        return bits;
    }

    public static double[] doubles(INDArray array) {
        return array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
    }
}
