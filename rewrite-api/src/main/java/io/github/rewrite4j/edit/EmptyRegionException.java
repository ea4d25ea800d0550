package io.github.rewrite4j.edit;

import io.github.rewrite4j.RewriteException;
import java.util.Objects;

/** A region selects nothing where an edit needs it to select something; the message says where it lies. */
public class EmptyRegionException extends RewriteException {
    private static final long serialVersionUID = 1L;

    public EmptyRegionException(String message) {
        super(message);
        Objects.requireNonNull(message, "message");
    }

    /** Of a region that selects no pixel of an image, by where it lies. */
    static EmptyRegionException onImage(String region, Extent extent, int height, int width) {
        String image = "an image of " + width + "x" + height + " pixels (width x height)";
        if (extent.isEmpty()) {
            return new EmptyRegionException("The region " + region + " selects nothing on " + image
                    + ": its mask is zero everywhere or its parts do not overlap. Select at least one pixel.");
        }
        if (extent.overlap(new Extent(0, 0, width, height)).isEmpty()) {
            return new EmptyRegionException("The region " + region + " lies at " + extent + ", outside " + image
                    + ": move it into x 0.." + width + ", y 0.." + height + ".");
        }
        return new EmptyRegionException("The region " + region + " lies at " + extent + " but selects no pixel of "
                + image + ": it covers no pixel centre, or its parts cancel. Make it larger, or remove less from it.");
    }
}
