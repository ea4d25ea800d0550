package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.ValidityMask;

/** Where the holes of samples come from: a sample's hole depends on its seed and index alone. */
public interface HoleSource {
    /** What is known of a sample's picture. */
    ValidityMask of(Sample sample, int height, int width);

    /** Names what holes depend on. */
    String id();

    /** The same hole in every picture. */
    static HoleSource always(ValidityMask known) {
        known.requireFillable();
        return new HoleSource() {
            @Override
            public ValidityMask of(Sample sample, int height, int width) {
                return known;
            }

            @Override
            public String id() {
                return "hole-" + Integer.toHexString(known.hashCode());
            }
        };
    }
}
