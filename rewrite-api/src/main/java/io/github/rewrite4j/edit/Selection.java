package io.github.rewrite4j.edit;

import io.github.rewrite4j.Sample;

/**
 * A region of a sample's image.
 *
 * @param sample the image
 * @param region what of it is meant
 */
public record Selection(Sample sample, Region region) {
    @Override
    public String toString() {
        return region + " of " + sample;
    }
}
