package io.github.rewrite4j.samediff.latent;

import io.github.rewrite4j.samediff.linalg.Matrix;
import java.util.Objects;

/**
 * A linear map that reads the latent: style = A w + b.
 *
 * @param name of the map; its weights are the parameters {@code NAME.weight} and {@code NAME.bias}
 * @param kind what the style is for
 * @param weight A [channels, d]
 */
public record LatentReader(String name, Kind kind, Matrix weight) {
    public LatentReader {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(weight, "weight");
    }

    /** What a style is for. */
    public enum Kind {
        /** Modulates a convolution. */
        CONVOLUTION,
        /** Modulates a conversion to colours. */
        COLOUR
    }

    /** Name of the parameter A. */
    public String weightName() {
        return name + ".weight";
    }

    /** Name of the parameter b. */
    public String biasName() {
        return name + ".bias";
    }

    /** Name of the parameter that holds one more style for each domain, while they are trained: [channels, domains]. */
    public String domainsName() {
        return name + ".domains";
    }

    @Override
    public String toString() {
        return name + " [" + weight.rows() + ", " + weight.columns() + "]";
    }
}
