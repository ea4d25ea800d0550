package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.samediff.generator.internal.GraphWeights;
import io.github.rewrite4j.samediff.generator.internal.MapGraph;
import io.github.rewrite4j.samediff.generator.internal.Maps;
import io.github.rewrite4j.samediff.graph.internal.WeightLayout;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The tensors of an inpainter in one graph, each made once: constants, or inputs where the network is trained. */
final class RfrWeights {
    private static final String WEIGHT = ".weight";

    private final RfrTensors tensors;
    private final MapGraph graph;
    private final GraphWeights made;
    private final List<Normal> normals = new ArrayList<>();

    /**
     * A normalisation where it is used for the first time.
     *
     * @param layer its name
     * @param read name of what it reads
     */
    record Normal(String layer, String read) {}

    RfrWeights(RfrTensors tensors, MapGraph graph, GraphWeights made) {
        this.tensors = tensors;
        this.graph = graph;
        this.made = made;
    }

    RfrTensors tensors() {
        return tensors;
    }

    GraphWeights made() {
        return made;
    }

    /** In the order in which pictures reach them; known where the network is trained. */
    List<Normal> normals() {
        return normals;
    }

    /** A kernel that is not to be rewritten. */
    SDVariable kernel(String layer) {
        return made.stored(layer + WEIGHT, WeightLayout.YXIO, () -> tensors.kernel(layer));
    }

    /** That of a transposed convolution. */
    SDVariable turnedKernel(String layer) {
        return made.stored(layer + WEIGHT, WeightLayout.YXOI, () -> tensors.turnedKernel(layer));
    }

    SDVariable perChannel(String name, INDArray numbers) {
        return made.channels(name, numbers);
    }

    /** (x - mean) / sqrt(variance + epsilon) weight + bias, with the statistics of training. */
    Maps normal(Maps x, String layer) {
        Maps read = x;
        if (made.areFed() && normals.stream().noneMatch(known -> known.layer().equals(layer))) {
            read = x.as(graph.graph().identity(layer + ".read", x.variable()));
            normals.add(new Normal(layer, layer + ".read"));
        }
        SDVariable scale = perChannel(layer + RfrTensors.SCALE, tensors.scale(layer));
        SDVariable shift = perChannel(layer + RfrTensors.SHIFT, tensors.shift(layer));
        return x.as(read.variable().mul(scale).add(shift));
    }
}
