package io.github.rewrite4j.samediff.perception;

import java.util.List;
import java.util.Objects;

/**
 * The shape of a {@link PartNetwork}: a small U-Net (Ronneberger et al. 2015). One 3x3 convolution for each resolution on the
 * way down, the first at full size and the others of stride 2; on the way up each map is doubled, joined with the map of
 * that resolution and convolved again; a last 3x3 convolution gives a logit for each part.
 *
 * @param size side of the pictures in pixels
 * @param widths channels of the resolutions, full size first; at least two
 */
public record PartArchitecture(int size, List<Integer> widths) {
    /** Slope of the rectifiers left of zero. */
    static final float SLOPE = 0.2f;

    public PartArchitecture {
        Objects.requireNonNull(widths, "widths");
        widths = List.copyOf(widths);
        if (widths.size() < 2 || widths.stream().anyMatch(width -> width < 5 || width > 1024)) {
            throw new IllegalArgumentException("The resolutions are to be " + widths
                    + " channels wide: give at least two numbers from 5 to 1024.");
        }
        int smallest = 1 << (widths.size() - 1);
        if (widths.size() > 8 || size < smallest || size > 1024 || size % smallest != 0) {
            throw new IllegalArgumentException("Pictures of " + size + "x" + size + " pixels cannot be halved "
                    + (widths.size() - 1) + " times: take a multiple of " + smallest + ", or fewer resolutions.");
        }
    }
}
