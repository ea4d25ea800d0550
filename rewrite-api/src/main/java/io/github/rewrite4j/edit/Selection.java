package io.github.rewrite4j.edit;

import io.github.rewrite4j.Subject;
import java.util.Objects;

/**
 * A region of an image.
 *
 * @param subject the image: a sample, or inputs of the caller's own
 * @param region what of it is meant
 */
public record Selection(Subject subject, Region region) {
    public Selection {
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(region, "region");
    }

    @Override
    public String toString() {
        return region + " of " + subject;
    }
}
