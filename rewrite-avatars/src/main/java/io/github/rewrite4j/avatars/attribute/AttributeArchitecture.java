package io.github.rewrite4j.avatars.attribute;

import java.util.List;
import java.util.Objects;

/**
 * The shape of an attribute network: convolutions of stride 2, each with a leaky ReLU; the mean over the last grid; a
 * linear embedding; linear heads on it.
 *
 * @param size side of the pictures in pixels
 * @param widths channels of the stages; each halves the grid
 * @param kernel side of the kernels: 3 or 4
 * @param embedding length d of the embedding
 */
public record AttributeArchitecture(int size, List<Integer> widths, int kernel, int embedding) {
    /** Slope of the rectifiers left of zero. */
    static final float SLOPE = 0.2f;

    public AttributeArchitecture {
        Objects.requireNonNull(widths, "widths");
        widths = List.copyOf(widths);
        if (widths.isEmpty() || widths.stream().anyMatch(width -> width < 1 || width > 4096)) {
            throw new IllegalArgumentException(
                    "The stages are to be " + widths + " channels wide: give 1 to 4096 each.");
        }
        int halvings = widths.size();
        if (halvings > 10 || size < 1 << halvings || size > 4096 || size % (1 << halvings) != 0) {
            throw new IllegalArgumentException("Pictures of " + size + "x" + size + " pixels cannot be halved "
                    + halvings + " times: take a multiple of " + (1L << halvings) + ", or fewer stages.");
        }
        if (kernel != 3 && kernel != 4) {
            throw new IllegalArgumentException("The kernels have the side " + kernel + ": take 3 or 4.");
        }
        if (embedding < 1 || embedding > 4096) {
            throw new IllegalArgumentException("The embedding has " + embedding + " dimensions: take 1 to 4096.");
        }
    }

    int inputs(int stage) {
        return stage == 0 ? 3 : widths.get(stage - 1);
    }
}
