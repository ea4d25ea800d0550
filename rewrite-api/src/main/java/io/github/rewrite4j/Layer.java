package io.github.rewrite4j;

import java.util.Objects;

/**
 * One editable layer of a generator.
 *
 * @param name as in the checkpoint
 * @param index 0-based position among the editable layers
 * @param weight name of the editable weight
 * @param weightShape its canonical shape
 * @param keyShape shape of the layer's key
 * @param valueShape shape of the layer's value
 * @param parameters number of parameters the layer owns, modulation and bias included
 */
public record Layer(
        String name,
        int index,
        String weight,
        WeightShape weightShape,
        FeatureShape keyShape,
        FeatureShape valueShape,
        long parameters) {
    public Layer {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(weight, "weight");
        Objects.requireNonNull(weightShape, "weightShape");
        Objects.requireNonNull(keyShape, "keyShape");
        Objects.requireNonNull(valueShape, "valueShape");
    }

    @Override
    public String toString() {
        return name + ": keys " + keyShape + ", weight " + weightShape + ", values " + valueShape + ", " + parameters
                + " parameters";
    }
}
