package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.samediff.graph.internal.WeightLayout;
import java.util.Objects;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;

/**
 * The building blocks of style-modulated generators (Karras et al., "Analyzing and Improving the Image Quality of
 * StyleGAN", 2020), with the names by which layers are cut: {@code NAME.key}, {@code NAME.styleEnergy},
 * {@code NAME.value}.
 */
public final class ModulatedLayers {
    public static final double DEMODULATION_EPSILON = 1e-8;

    private final SameDiff graph;

    public ModulatedLayers(SameDiff graph) {
        Objects.requireNonNull(graph, "graph");
        this.graph = graph;
    }

    public static String key(String layer) {
        Objects.requireNonNull(layer, "layer");
        return layer + ".key";
    }

    /** The styles, [N, C, 1, 1]. */
    public static String modulation(String layer) {
        Objects.requireNonNull(layer, "layer");
        return layer + ".modulation";
    }

    /** The styles as the latent gives them, [N, C]. */
    static String styles(String layer) {
        return layer + ".styles";
    }

    /** The factors on the convolution, [N, C, 1, 1]. */
    static String demodulation(String layer) {
        return layer + ".demodulation";
    }

    public static String value(String layer) {
        Objects.requireNonNull(layer, "layer");
        return layer + ".value";
    }

    public static String styleEnergy(String layer) {
        Objects.requireNonNull(layer, "layer");
        return layer + ".styleEnergy";
    }

    /** The convolution after demodulation, before noise and bias. */
    public static String convolved(String layer) {
        Objects.requireNonNull(layer, "layer");
        return layer + ".convolved";
    }

    /** The image so far at twice its size, where a conversion to RGB adds to it. */
    public static String enlarged(String layer) {
        Objects.requireNonNull(layer, "layer");
        return layer + ".enlarged";
    }

    /** The fixed noise times its strength. */
    public static String noise(String layer) {
        Objects.requireNonNull(layer, "layer");
        return layer + ".noise";
    }

    /** The convolution with noise. */
    public static String noised(String layer) {
        Objects.requireNonNull(layer, "layer");
        return layer + ".noised";
    }

    /** x s, with one factor per channel; named as the layer's key. */
    public SDVariable modulate(String layer, SDVariable x, SDVariable style, long channels) {
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(x, "x");
        Objects.requireNonNull(style, "style");
        SDVariable scale = graph.reshape(style, -1, channels, 1, 1).rename(modulation(layer));
        return graph.math.mul(key(layer), x, scale);
    }

    /**
     * g / sqrt(sum_i s_i^2 sum_yx (g W_oiyx)^2 + epsilon), [N, out, 1, 1]: demodulation together with the gain that the
     * convolution of the bare W leaves out.
     *
     * @param weight placeholder in the layout given
     * @param gain g
     */
    SDVariable demodulation(
            String layer, SDVariable style, SDVariable weight, WeightLayout layout, double gain, long out) {
        SDVariable energy = graph.math.square(styleEnergy(layer), style);
        SDVariable squares = graph.sum(graph.math.square(weight), 0, 1);
        SDVariable perInput = layout == WeightLayout.YXIO ? squares : graph.permute(squares, 1, 0);
        SDVariable scaled = gain == 1 ? perInput : perInput.mul(gain * gain);
        SDVariable d = graph.math.rsqrt(graph.mmul(energy, scaled).add(DEMODULATION_EPSILON));
        return graph.reshape(gain == 1 ? d : d.mul(gain), -1, out, 1, 1).rename(demodulation(layer));
    }

    /**
     * The up-sampling convolution: transposed convolution of stride 2, [h] to [2 h + 1], then a true convolution with the
     * blur kernel and one zero around, to [2 h].
     *
     * @param weight [3, 3, out, in]
     * @param blur [4, 4] as stored
     * @param grid 2 h
     */
    SDVariable convolveUpwards(String layer, SDVariable x, SDVariable weight, INDArray blur, long out, int grid) {
        DeConv2DConfig transposed = DeConv2DConfig.builder()
                .kH(3)
                .kW(3)
                .sH(2)
                .sW(2)
                .isSameMode(false)
                .dataFormat("NCHW")
                .build();
        return Blur.of(blur).apply(graph, layer, graph.cnn.deconv2d(x, weight, transposed), out, grid);
    }

    /**
     * Doubles an RGB image: zeros between the pixels, then a true convolution with the kernel, which together are a
     * transposed convolution with the same kernel and padding 1, channel by channel.
     *
     * @param kernel [4, 4] as stored, its gain included
     * @param grid side of the result
     */
    SDVariable enlarge(String layer, SDVariable image, INDArray kernel, int grid) {
        DeConv2DConfig config = DeConv2DConfig.builder()
                .kH(4)
                .kW(4)
                .sH(2)
                .sW(2)
                .pH(1)
                .pW(1)
                .isSameMode(false)
                .dataFormat("NCHW")
                .build();
        SDVariable each = graph.reshape(image, -1, 1, grid / 2, grid / 2);
        SDVariable weight = graph.constant(layer + ".enlarge", kernel.reshape(4, 4, 1, 1));
        return graph.reshape(graph.cnn.deconv2d(each, weight, config), -1, 3, grid, grid)
                .rename(enlarged(layer));
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
     * gain ((1 + slope) / 2 x + (1 - slope) / 2 |x|), which equals the leaky rectifier and has a cheaper gradient, cut off
     * where the activation is.
     *
     * @param name name of the result, such as the layer's value
     */
    public SDVariable activate(String name, SDVariable x, Activation activation) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(x, "x");
        double linear = activation.gain() * (1 + activation.slope()) / 2;
        double absolute = activation.gain() * (1 - activation.slope()) / 2;
        if (Double.isInfinite(activation.clamp())) {
            return graph.math.add(name, x.mul(linear), graph.math.abs(x).mul(absolute));
        }
        SDVariable free = graph.math.add(x.mul(linear), graph.math.abs(x).mul(absolute));
        return graph.math.clipByValue(name, free, -activation.clamp(), activation.clamp());
    }

    /** The placeholder of an editable weight. */
    public SDVariable weight(String name, WeightLayout layout, long kernel, long in, long out) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(layout, "layout");
        return layout == WeightLayout.YXIO
                ? graph.placeHolder(name, DataType.FLOAT, kernel, kernel, in, out)
                : graph.placeHolder(name, DataType.FLOAT, kernel, kernel, out, in);
    }
}
