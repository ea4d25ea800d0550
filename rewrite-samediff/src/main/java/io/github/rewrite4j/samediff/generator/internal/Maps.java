package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.FeatureShape;
import java.util.Objects;
import org.nd4j.autodiff.samediff.SDVariable;

/**
 * A variable [N, channels, height, width] of a graph.
 *
 * @param variable in the graph
 * @param channels numbers per cell
 * @param height rows of cells
 * @param width columns of cells
 */
public record Maps(SDVariable variable, int channels, int height, int width) {
    public Maps {
        Objects.requireNonNull(variable, "variable");
    }

    /** The same shape. */
    public Maps as(SDVariable other) {
        Objects.requireNonNull(other, "other");
        return new Maps(other, channels, height, width);
    }

    /** The same numbers under another name. */
    public Maps named(String name) {
        Objects.requireNonNull(name, "name");
        return as(variable.rename(name));
    }

    /** One sample. */
    public FeatureShape shape() {
        return new FeatureShape(channels, height, width);
    }

    /** One sample, with rows and columns at each side that lie beyond the picture. */
    public FeatureShape shape(int margin) {
        return new FeatureShape(channels, height, width, margin);
    }
}
