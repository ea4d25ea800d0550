package io.github.rewrite4j.samediff.clip;

import java.io.IOException;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Blocks of a transformer as parts of a graph, weights as constants: x + attention(norm(x)), then x + mlp(norm(x)). Tokens
 * are rows [N T, width], those of one sample together.
 */
final class Transformer {
    private static final double EPSILON = 1e-5;
    private static final double QUICK = 1.702;

    private final SameDiff graph;
    private final ClipWeights weights;
    private final ClipArchitecture.Tower tower;
    private final int tokens;
    private final Optional<SDVariable> mask;

    /**
     * @param tokens T, of every sample
     * @param mask added to the scores of attention [T, T]; empty where all see all
     */
    Transformer(
            SameDiff graph, ClipWeights weights, ClipArchitecture.Tower tower, int tokens, Optional<INDArray> mask) {
        this.graph = graph;
        this.weights = weights;
        this.tower = tower;
        this.tokens = tokens;
        this.mask = mask.map(array -> graph.constant("mask", array));
    }

    /** All blocks; their results are called {@code block0} and so on. */
    SDVariable blocks(String prefix, SDVariable rows) throws IOException {
        SDVariable x = rows;
        for (int i = 0; i < tower.layers(); i++) {
            String block = prefix + "transformer.resblocks." + i + ".";
            x = x.add(attention(block + "attn.", norm(block + "ln_1", x)).rename("attention" + i));
            x = x.add("block" + i, mlp(block + "mlp.", norm(block + "ln_2", x)).rename("mlp" + i));
        }
        return x;
    }

    /** (x - mean) / sqrt(variance + 1e-5), scaled and moved channel by channel. */
    SDVariable norm(String name, SDVariable x) throws IOException {
        int w = tower.width();
        SDVariable centred = x.sub(graph.mean(x, true, 1));
        SDVariable variance = graph.mean(graph.math().square(centred), true, 1);
        return centred.mul(graph.math().rsqrt(variance.add(EPSILON)))
                .mul(constant(
                        name + ".weight", weights.read(name + ".weight", w).reshape(1, w)))
                .add(constant(name + ".bias", weights.read(name + ".bias", w).reshape(1, w)));
    }

    private SDVariable constant(String name, INDArray array) {
        return graph.constant(name, array);
    }

    private SDVariable linear(String name, SDVariable x, INDArray weight, INDArray bias) {
        return graph.mmul(x, constant(name + ".weight", weight), false, true, false)
                .add(constant(name + ".bias", bias.reshape(1, bias.length())));
    }

    private SDVariable linear(String name, SDVariable x, int in, int out) throws IOException {
        return linear(name, x, weights.read(name + ".weight", out, in), weights.read(name + ".bias", out));
    }

    private SDVariable attention(String name, SDVariable x) throws IOException {
        int w = tower.width();
        INDArray weight = weights.read(name + "in_proj_weight", 3L * w, w);
        INDArray bias = weights.read(name + "in_proj_bias", 3L * w);
        SDVariable q = heads(third(name + "q", x, weight, bias, 0));
        SDVariable k = heads(third(name + "k", x, weight, bias, 1));
        SDVariable v = heads(third(name + "v", x, weight, bias, 2));
        int d = w / tower.heads();
        SDVariable scores = graph.mmul(q, k, false, true, false).mul(1 / Math.sqrt(d));
        if (mask.isPresent()) {
            scores = scores.add(mask.get());
        }
        SDVariable mixed = graph.mmul(graph.nn().softmax(scores, -1), v);
        SDVariable rows =
                graph.reshape(graph.permute(graph.reshape(mixed, -1, tower.heads(), tokens, d), 0, 2, 1, 3), -1, w);
        return linear(name + "out_proj", rows, w, w);
    }

    private SDVariable third(String name, SDVariable x, INDArray weight, INDArray bias, int part) {
        int w = tower.width();
        return linear(
                name,
                x,
                weight.get(NDArrayIndex.interval((long) part * w, (part + 1L) * w), NDArrayIndex.all())
                        .dup('c'),
                bias.get(NDArrayIndex.interval((long) part * w, (part + 1L) * w))
                        .dup('c'));
    }

    /** [N T, width] as [N heads, T, width / heads]. */
    private SDVariable heads(SDVariable x) {
        int d = tower.width() / tower.heads();
        return graph.reshape(graph.permute(graph.reshape(x, -1, tokens, tower.heads(), d), 0, 2, 1, 3), -1, tokens, d);
    }

    private SDVariable mlp(String name, SDVariable x) throws IOException {
        int w = tower.width();
        int inner = 4 * w;
        SDVariable h = linear(name + "c_fc", x, w, inner);
        SDVariable active = weights.architecture().quick()
                ? h.mul(graph.nn().sigmoid(h.mul(QUICK)))
                : h.mul(graph.math().erf(h.mul(Math.sqrt(0.5))).add(1)).mul(0.5);
        return linear(name + "c_proj", active, inner, w);
    }
}
