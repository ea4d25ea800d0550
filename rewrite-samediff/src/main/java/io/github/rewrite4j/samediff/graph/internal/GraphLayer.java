package io.github.rewrite4j.samediff.graph.internal;

import io.github.rewrite4j.Layer;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.WeightDelta;
import java.util.Optional;

/**
 * Where an editable layer lies in a graph.
 *
 * @param layer what users see
 * @param key variable that enters the layer
 * @param value variable that leaves it
 * @param layout how the graph stores the weight, whose placeholder is named as the weight
 * @param form how the layer computes, if that is known
 */
public record GraphLayer(Layer layer, String key, String value, WeightLayout layout, Optional<LayerForm> form) {
    /**
     * Checks that a change is one of this layer's weight.
     *
     * @throws RewriteException when it has another shape
     */
    public void requireFits(WeightDelta delta) {
        if (!delta.shape().equals(layer.weightShape())) {
            throw new RewriteException("The patch's change of '" + delta.weight() + "' has the shape " + delta.shape()
                    + ", but the weight has " + layer.weightShape() + ".");
        }
    }
}
