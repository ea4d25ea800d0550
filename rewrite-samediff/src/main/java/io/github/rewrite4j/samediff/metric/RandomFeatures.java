package io.github.rewrite4j.samediff.metric;

import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.Qr;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network that was never trained, for comparisons where no trained one is at hand: five 3x3 convolutions of stride 2
 * with zero padding, to 16, 32, 64, 64 and 64 channels, each followed by the positive part and each a feature map.
 * Weights are random orthogonal matrices times the root of 2 (Saxe, McClelland, Ganguli, "Exact solutions to the
 * nonlinear dynamics of learning in deep linear neural networks", 2013), biases 0. With it a {@link PerceptualDistance}
 * is called RFP, random-feature perceptual distance, never LPIPS: it feels edges and colours, not meaning.
 */
public final class RandomFeatures {
    private static final int[] CHANNELS = {3, 16, 32, 64, 64, 64};
    private static final int SIDE = 3;

    private RandomFeatures() {}

    /**
     * The network of a seed, named "RFP (seed)"; the same seed gives the same network everywhere.
     *
     * @param seed where the weights come from
     */
    public static FeatureNetwork seeded(long seed) {
        Random random = new Random(seed);
        List<ConvolutionStage> stages = new ArrayList<>();
        for (int i = 1; i < CHANNELS.length; i++) {
            INDArray bias = Nd4j.zeros(DataType.FLOAT, CHANNELS[i]);
            stages.add(new ConvolutionStage(0, weight(CHANNELS[i - 1], CHANNELS[i], random), bias, 2, 1, true));
        }
        return new ConvolutionalFeatures("RFP (" + seed + ")", UnaryOperator.identity(), stages);
    }

    private static INDArray weight(int in, int out, Random random) {
        int inputs = SIDE * SIDE * in;
        double[] gaussian = new double[inputs * out];
        for (int i = 0; i < gaussian.length; i++) {
            gaussian[i] = random.nextGaussian();
        }
        Matrix columns = Qr.orthonormalColumns(Matrix.of(inputs, out, gaussian));
        return columns.times(Math.sqrt(2))
                .toArray()
                .castTo(DataType.FLOAT)
                .reshape('c', SIDE, SIDE, in, out)
                .dup('c');
    }
}
