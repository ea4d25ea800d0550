package io.github.rewrite4j.edit;

import io.github.rewrite4j.Subject;

/**
 * A region of an image.
 *
 * @param subject the image: a sample, or inputs of the caller's own
 * @param region what of it is meant
 */
public record Selection(Subject subject, Region region) {
    @Override
    public String toString() {
        return region + " of " + subject;
    }
}
