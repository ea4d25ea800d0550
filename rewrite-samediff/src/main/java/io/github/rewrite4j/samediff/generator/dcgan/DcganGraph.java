package io.github.rewrite4j.samediff.generator.dcgan;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.samediff.generator.PixelRange;
import io.github.rewrite4j.samediff.generator.foreign.SameDiffGenerator;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.util.List;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The graph of a plain convolutional generator. A layer with a kernel of k cells and the stride s makes s times as large a grid
 * of what the transposed convolution makes, k - s cells larger: it cuts off (k - s + 1) / 2 at the beginning of each axis, and the
 * rest at the end, as padding and output padding of the usual networks do.
 */
final class DcganGraph {
    static final String LATENT = "z";
    private static final String OUTPUT = "image";

    private final List<DcganLayer> layers;
    private final List<Integer> strides;
    private final DcganSettings settings;

    DcganGraph(List<DcganLayer> layers, List<Integer> strides, DcganSettings settings) {
        this.layers = List.copyOf(layers);
        this.strides = List.copyOf(strides);
        this.settings = settings;
    }

    Generator generator(String architecture, Map<String, INDArray> weights) {
        SameDiff graph = SameDiff.create();
        long latent = layers.get(0).in();
        SDVariable x = graph.placeHolder(LATENT, DataType.FLOAT, -1, latent, 1, 1);
        int side = 1;
        for (int i = 0; i < layers.size(); i++) {
            DcganLayer layer = layers.get(i);
            int wanted = i == 0 ? layer.kernel() : side * strides.get(i);
            x = convolved(graph, x, layer, i == 0 ? 1 : strides.get(i), wanted, side, weights);
            side = wanted;
            boolean last = i == layers.size() - 1;
            if (!last) {
                x = normalised(graph, x, layer, weights);
                x = settings.slope() == 0 ? graph.nn().relu(x, 0) : graph.nn().leakyRelu(x, settings.slope());
            }
        }
        SDVariable picture = settings.pixels() == PixelRange.UNIT
                ? graph.nn().sigmoid(OUTPUT, x)
                : graph.math().tanh(OUTPUT, x);
        return SameDiffGenerator.of(graph)
                .owningGraph()
                .name(architecture)
                .input(LATENT, latent, 1, 1)
                .output(picture.name())
                .pixels(settings.pixels())
                .build();
    }

    private static SDVariable convolved(
            SameDiff graph,
            SDVariable x,
            DcganLayer layer,
            int stride,
            int wanted,
            int side,
            Map<String, INDArray> weights) {
        INDArray stored = Named.in(weights, layer.weight());
        SDVariable weight =
                graph.constant(layer.weight(), stored.permute(2, 3, 1, 0).dup('c'));
        int made = (side - 1) * stride + layer.kernel();
        int surplus = made - wanted;
        boolean even = surplus % 2 == 0;
        SDVariable result = graph.cnn()
                .deconv2d(
                        x,
                        weight,
                        DeConv2DConfig.builder()
                                .kH(layer.kernel())
                                .kW(layer.kernel())
                                .sH(stride)
                                .sW(stride)
                                .pH(even ? surplus / 2 : 0)
                                .pW(even ? surplus / 2 : 0)
                                .dH(1)
                                .dW(1)
                                .isSameMode(false)
                                .dataFormat("NCHW")
                                .build());
        if (layer.biased()) {
            result = result.add(perChannel(graph, layer.name() + ".bias", Named.in(weights, layer.name() + ".bias")));
        }
        if (even) {
            return result;
        }
        int from = (surplus + 1) / 2;
        return graph.stridedSlice(
                result,
                new long[] {0, 0, from, from},
                new long[] {0, 0, from + wanted, from + wanted},
                new long[] {1, 1, 1, 1},
                3,
                3,
                0,
                0,
                0);
    }

    /** x g / sqrt(v + e) + (b - m g / sqrt(v + e)). */
    private SDVariable normalised(SameDiff graph, SDVariable x, DcganLayer layer, Map<String, INDArray> weights) {
        if (layer.norm().isEmpty()) {
            return x;
        }
        String norm = layer.norm().get();
        double[] gain = Named.in(weights, norm + ".weight").toDoubleVector();
        double[] bias = Named.in(weights, norm + ".bias").toDoubleVector();
        double[] mean = Named.in(weights, norm + ".running_mean").toDoubleVector();
        double[] variance = Named.in(weights, norm + ".running_var").toDoubleVector();
        float[] factor = new float[gain.length];
        float[] added = new float[gain.length];
        for (int i = 0; i < gain.length; i++) {
            double f = gain[i] / Math.sqrt(variance[i] + settings.epsilon());
            factor[i] = (float) f;
            added[i] = (float) (bias[i] - mean[i] * f);
        }
        return x.mul(perChannel(graph, norm + ".factor", Nd4j.createFromArray(factor)))
                .add(perChannel(graph, norm + ".added", Nd4j.createFromArray(added)));
    }

    private static SDVariable perChannel(SameDiff graph, String name, INDArray numbers) {
        return graph.constant(name, numbers.reshape(1, numbers.length(), 1, 1));
    }
}
