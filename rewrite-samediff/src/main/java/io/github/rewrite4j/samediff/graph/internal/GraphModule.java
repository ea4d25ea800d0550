package io.github.rewrite4j.samediff.graph.internal;

import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Layer;
import java.util.List;
import java.util.Optional;

/**
 * Consecutive layers with all that lies around them, under a name of their own: a whole residual block with its sum, or a
 * convolution with its normalisation and rectifier.
 *
 * @param name as in the checkpoint; no layer has it
 * @param key variable that enters it
 * @param keyShape of one sample
 * @param value variable that leaves it
 * @param valueShape of one sample
 * @param first name of its first layer
 * @param last name of its last layer
 */
public record GraphModule(
        String name,
        String key,
        FeatureShape keyShape,
        String value,
        FeatureShape valueShape,
        String first,
        String last) {

    /** The layer where a memory begins with this module. */
    public GraphLayer entered(GraphLayer layer) {
        return changed(layer, key, keyShape, layer.value(), layer.layer().valueShape());
    }

    /** The layer where a memory ends with this module. */
    public GraphLayer left(GraphLayer layer) {
        return changed(layer, layer.key(), layer.layer().keyShape(), value, valueShape);
    }

    /** What lies around a layer belongs to no form that could be solved for. */
    private GraphLayer changed(GraphLayer layer, String from, FeatureShape fromShape, String to, FeatureShape toShape) {
        Layer known = layer.layer();
        return new GraphLayer(
                new Layer(
                        name,
                        known.index(),
                        known.weight(),
                        known.weightShape(),
                        fromShape,
                        toShape,
                        known.parameters()),
                from,
                to,
                layer.layout(),
                Optional.empty());
    }

    /** The module of this name, if there is one. */
    public static Optional<GraphModule> named(List<GraphModule> modules, String name) {
        return modules.stream().filter(module -> module.name().equals(name)).findFirst();
    }
}
