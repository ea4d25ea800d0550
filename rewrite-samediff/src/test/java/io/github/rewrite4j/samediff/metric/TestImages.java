package io.github.rewrite4j.samediff.metric;

import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Seeded pictures of noise. */
final class TestImages {
    private TestImages() {}

    /** Values in [0,1) of shape [count,channels,height,width]. */
    static INDArray noise(int count, int channels, int height, int width, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count * channels * height * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return Nd4j.createFromArray(values).reshape('c', count, channels, height, width);
    }
}
