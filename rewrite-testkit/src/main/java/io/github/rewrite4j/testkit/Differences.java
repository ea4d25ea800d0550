package io.github.rewrite4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Inputs;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** How arrays differ; NaN differs from everything. */
final class Differences {
    private Differences() {}

    static double[] doubles(INDArray array) {
        return array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
    }

    /** Largest |a - b|. */
    static double largest(INDArray a, INDArray b) {
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

    /** Largest |a|, infinite if there is a number that is none. */
    static double magnitude(INDArray a) {
        double worst = 0;
        for (double number : doubles(a)) {
            double size = Math.abs(number);
            worst = size <= worst ? worst : Double.isNaN(size) ? Double.POSITIVE_INFINITY : size;
        }
        return worst;
    }

    /** The bits of all numbers, row by row. */
    static long[] bits(INDArray array) {
        return Arrays.stream(doubles(array))
                .mapToLong(Double::doubleToRawLongBits)
                .toArray();
    }

    /** The bits of all inputs. */
    static long[] bits(Inputs inputs) {
        return inputs.arrays().values().stream()
                .flatMapToLong(array -> Arrays.stream(bits(array)))
                .toArray();
    }

    /** A copy of one sample of a batch. */
    static INDArray row(INDArray batch, int sample) {
        return batch.get(NDArrayIndex.interval(sample, sample + 1)).dup('c');
    }
}
