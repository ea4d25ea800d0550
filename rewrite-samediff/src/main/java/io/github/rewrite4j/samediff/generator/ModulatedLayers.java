package io.github.rewrite4j.samediff.generator;

import io.github.rewrite4j.Activation;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;

/**
 * The building blocks of style-modulated generators (Karras et al., "Analyzing and Improving the Image Quality of
 * StyleGAN", 2020), with the names by which layers are cut: {@code NAME.key}, {@code NAME.styleEnergy},
 * {@code NAME.value}.
 */
final class ModulatedLayers {
    static final double DEMODULATION_EPSILON = 1e-8;

    private final SameDiff graph;

    ModulatedLayers(SameDiff graph) {
        this.graph = graph;
    }

    static String key(String layer) {
        return layer + ".key";
    }

    static String value(String layer) {
        return layer + ".value";
    }

    static String styleEnergy(String layer) {
        return layer + ".styleEnergy";
    }

    /** x s, with one factor per channel; named as the layer's key. */
    SDVariable modulate(String layer, SDVariable x, SDVariable style, long channels) {
        SDVariable scale = graph.reshape(style, -1, channels, 1, 1).rename(layer + ".modulation");
        return graph.math.mul(key(layer), x, scale);
    }

    /**
     * 1 / sqrt(sum_i s_i^2 sum_yx (g W_oiyx)^2 + epsilon), [N, out, 1, 1].
     *
     * @param weight placeholder in conv2d layout [kh, kw, in, out]
     * @param gain g
     */
    SDVariable demodulation(String layer, SDVariable style, SDVariable weight, double gain, long out) {
        SDVariable energy = graph.math.square(styleEnergy(layer), style);
        SDVariable perInput = graph.sum(graph.math.square(weight), 0, 1).mul(gain * gain);
        SDVariable d = graph.math.rsqrt(graph.mmul(energy, perInput).add(DEMODULATION_EPSILON));
        return graph.reshape(d, -1, out, 1, 1).rename(layer + ".demodulation");
    }

    /** Stride 1, zero padding, grid kept. */
    SDVariable convolve(SDVariable x, SDVariable weight, int kernel) {
        Conv2DConfig config = Conv2DConfig.builder()
                .kH(kernel)
                .kW(kernel)
                .sH(1)
                .sW(1)
                .paddingMode(PaddingMode.SAME)
                .dataFormat("NCHW")
                .build();
        return graph.cnn.conv2d(x, weight, config);
    }

    /**
     * gain ((1 + slope) / 2 x + (1 - slope) / 2 |x|), which equals the leaky rectifier and has a cheaper gradient.
     *
     * @param name name of the result, such as the layer's value
     */
    SDVariable activate(String name, SDVariable x, Activation activation) {
        double linear = activation.gain() * (1 + activation.slope()) / 2;
        double absolute = activation.gain() * (1 - activation.slope()) / 2;
        return graph.math.add(name, x.mul(linear), graph.math.abs(x).mul(absolute));
    }

    SDVariable weight(String name, long kernel, long in, long out) {
        return graph.placeHolder(name, DataType.FLOAT, kernel, kernel, in, out);
    }
}
