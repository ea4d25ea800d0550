package io.github.rewrite4j.samediff.generator.diffusion;

import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The x_T that pictures begin with where nothing says another: the mean of those that pictures lead back to. x_T of a picture holds
 * what z has not, and after a short training that is much: any one draw of it would be seen as stains in every picture.
 */
final class FixedNoise {
    /** Pictures that it is the mean of. */
    private static final int LED_BACK = 48;

    private FixedNoise() {}

    static float[] mean(DiffusionNetwork network, DiffusionWeights weights, float[] pixels) {
        int side = weights.architecture().imageSize();
        int row = 3 * side * side;
        int count = Math.min(LED_BACK, pixels.length / row);
        DiffusionCore core = new DiffusionCore(network, weights, DiffusionAutoencoder.STEPS, Optional.empty());
        INDArray pictures = Nd4j.create(Arrays.copyOf(pixels, count * row), new long[] {count, 3, side, side}, 'c');
        INDArray back = core.encode(pictures, DiffusionAutoencoder.STEPS).get(CloudSampler.NOISE);
        return HostArrays.of(back.mean(0));
    }
}
