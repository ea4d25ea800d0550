package io.github.rewrite4j.samediff.generator.diffusion;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;

/** Parts of the graphs, each asking for its weights by name. */
final class DiffusionBlocks {
    private static final double EPSILON = 1e-5;

    private final SameDiff graph;
    private final DiffusionArchitecture sizes;
    private final Map<String, long[]> weights = new LinkedHashMap<>();

    DiffusionBlocks(SameDiff graph, DiffusionArchitecture sizes) {
        this.sizes = sizes;
        this.graph = graph;
    }

    Map<String, long[]> weights() {
        return weights;
    }

    private SDVariable weight(String name, long... shape) {
        weights.put(name, shape);
        return graph.placeHolder(name, DataType.FLOAT, shape);
    }

    SDVariable silu(SDVariable x) {
        return x.mul(graph.nn().sigmoid(x));
    }

    SDVariable linear(String name, SDVariable x, int in, int out) {
        return graph.mmul(x, weight(name + ".weight", out, in), false, true, false)
                .add(graph.reshape(weight(name + ".bias", out), 1, out));
    }

    SDVariable convolution(String name, SDVariable x, int in, int out, int kernel) {
        SDVariable stored = weight(name + ".weight", out, in, kernel, kernel);
        int padding = kernel / 2;
        Conv2DConfig config = Conv2DConfig.builder()
                .kH(kernel)
                .kW(kernel)
                .pH(padding)
                .pW(padding)
                .paddingMode(PaddingMode.VALID)
                .dataFormat("NCHW")
                .build();
        return graph.cnn
                .conv2d(x, graph.permute(stored, 2, 3, 1, 0), config)
                .add(graph.reshape(weight(name + ".bias", out), 1, out, 1, 1));
    }

    SDVariable halved(SDVariable x) {
        return graph.cnn.avgPooling2d(
                x,
                Pooling2DConfig.builder()
                        .kH(2)
                        .kW(2)
                        .sH(2)
                        .sW(2)
                        .paddingMode(PaddingMode.VALID)
                        .isNHWC(false)
                        .build());
    }

    SDVariable doubled(SDVariable x) {
        return graph.cnn.upsampling2d(x, 2, 2, true);
    }

    /** [N, C] as maps that can be multiplied. */
    SDVariable spread(SDVariable x, int channels) {
        return graph.reshape(x, -1, channels, 1, 1);
    }

    /**
     * Normalisation in groups of channels: (x - mean) / sqrt(variance + 1e-5), scaled and moved channel by channel. Means of
     * channels are joined to those of groups, so that maps are never moved.
     */
    SDVariable norm(String name, SDVariable x, int channels, int grid) {
        int groups = sizes.groupsOf(channels);
        SDVariable centred = x.sub(ofGroups(graph.mean(x, true, 2, 3), channels, groups));
        SDVariable variance = ofGroups(graph.mean(graph.math().square(centred), true, 2, 3), channels, groups);
        return centred.mul(graph.math().rsqrt(variance.add(EPSILON)))
                .mul(graph.reshape(weight(name + ".weight", channels), 1, channels, 1, 1))
                .add(graph.reshape(weight(name + ".bias", channels), 1, channels, 1, 1));
    }

    /** The mean over each group, given to each of its channels. */
    private SDVariable ofGroups(SDVariable means, int channels, int groups) {
        int size = channels / groups;
        if (size == 1) {
            return means;
        }
        SDVariable together = graph.mean(graph.reshape(means, -1, groups, size), true, 2);
        return graph.reshape(graph.tile(together, 1, 1, size), -1, channels, 1, 1);
    }

    /** x + what positions take from each other, in one head. */
    SDVariable attention(String name, SDVariable x, int channels, int grid) {
        int positions = grid * grid;
        SDVariable normal = norm(name + ".norm", x, channels, grid);
        SDVariable rows =
                graph.reshape(graph.permute(graph.reshape(normal, -1, channels, positions), 0, 2, 1), -1, channels);
        SDVariable weight =
                graph.reshape(weight(name + ".qkv.weight", 3L * channels, channels, 1), 3L * channels, channels);
        SDVariable all = graph.reshape(
                graph.mmul(rows, weight, false, true, false)
                        .add(graph.reshape(weight(name + ".qkv.bias", 3L * channels), 1, 3L * channels)),
                -1,
                positions,
                3L * channels);
        SDVariable q = graph.slice(all, new int[] {0, 0, 0}, -1, positions, channels);
        SDVariable k = graph.slice(all, new int[] {0, 0, channels}, -1, positions, channels);
        SDVariable v = graph.slice(all, new int[] {0, 0, 2 * channels}, -1, positions, channels);
        SDVariable scores = graph.mmul(q, k, false, true, false).mul(1 / Math.sqrt(channels));
        SDVariable mixed = graph.reshape(graph.mmul(graph.nn().softmax(scores, -1), v), -1, channels);
        SDVariable out = graph.mmul(
                        mixed,
                        graph.reshape(weight(name + ".proj_out.weight", channels, channels, 1), channels, channels),
                        false,
                        true,
                        false)
                .add(graph.reshape(weight(name + ".proj_out.bias", channels), 1, channels));
        SDVariable maps = graph.reshape(
                graph.permute(graph.reshape(out, -1, positions, channels), 0, 2, 1), -1, channels, grid, grid);
        return x.add(maps);
    }
}
