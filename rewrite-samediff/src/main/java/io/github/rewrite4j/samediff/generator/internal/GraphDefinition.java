package io.github.rewrite4j.samediff.generator.internal;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A generator as a graph and what it is fed, for whoever translates it into another form.
 *
 * @param graph a copy of its own; editable weights are placeholders
 * @param weights the weights in force by placeholder, in the layout of the graph; lent, not to be changed
 * @param inputs placeholders that inputs fill
 * @param output the images [N, C, H, W]
 */
public record GraphDefinition(SameDiff graph, Map<String, INDArray> weights, List<String> inputs, String output) {
    public GraphDefinition {
        Objects.requireNonNull(graph, "graph");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(inputs, "inputs");
        Objects.requireNonNull(output, "output");
        weights = Map.copyOf(weights);
        inputs = List.copyOf(inputs);
    }
}
