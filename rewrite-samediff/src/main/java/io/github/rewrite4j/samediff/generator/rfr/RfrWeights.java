package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.samediff.generator.internal.MapGraph;
import io.github.rewrite4j.samediff.generator.internal.Maps;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The tensors of an inpainter as constants of one graph, each made once. */
final class RfrWeights {
    private final RfrTensors tensors;
    private final MapGraph graph;
    private final Map<String, SDVariable> made = new HashMap<>();

    RfrWeights(RfrTensors tensors, MapGraph graph) {
        this.tensors = tensors;
        this.graph = graph;
    }

    RfrTensors tensors() {
        return tensors;
    }

    private SDVariable once(String name, Supplier<SDVariable> maker) {
        return made.computeIfAbsent(name, n -> maker.get());
    }

    /** A kernel that is not to be rewritten. */
    SDVariable kernel(String layer) {
        return once(layer, () -> graph.constant(tensors.kernel(layer)));
    }

    /** That of a transposed convolution. */
    SDVariable turnedKernel(String layer) {
        return once(layer, () -> graph.constant(tensors.turnedKernel(layer)));
    }

    SDVariable perChannel(String name, INDArray numbers) {
        return once(name, () -> graph.perChannel(numbers));
    }

    /** (x - mean) / sqrt(variance + epsilon) weight + bias, with the statistics of training. */
    Maps normal(Maps x, String layer) {
        SDVariable scale = perChannel(layer + ".scale", tensors.scale(layer));
        SDVariable shift = perChannel(layer + ".shift", tensors.shift(layer));
        return x.as(x.variable().mul(scale).add(shift));
    }
}
