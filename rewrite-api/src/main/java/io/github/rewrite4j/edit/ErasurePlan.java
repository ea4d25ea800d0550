package io.github.rewrite4j.edit;

import io.github.rewrite4j.Sample;
import java.util.Objects;
import java.util.Set;

/**
 * Something that should go, and how.
 *
 * @param erasure what it is and where it is to be seen
 * @param layer name of the layer to rewrite
 * @param share of the units that are silenced, above 0 and at most 1
 * @param times how often the rule is inserted, 1 to 16
 */
public record ErasurePlan(Erasure erasure, String layer, double share, int times) implements Plan {
    static final String NAME = "erase";

    /** Share of the units unless told otherwise. */
    public static final double DEFAULT_SHARE = 0.1;

    /** How often the rule is inserted unless told otherwise. */
    public static final int DEFAULT_TIMES = 2;

    public ErasurePlan {
        Objects.requireNonNull(erasure, "erasure");
        Objects.requireNonNull(layer, "layer");
        Plans.requireLayer(layer);
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "The share of units is " + share + ": it lies above 0 and at most at 1, usually at 0.1.");
        }
        if (times < 1 || times > 16) {
            throw new IllegalArgumentException(
                    "The rule is inserted 1 to 16 times, but was to be " + times + " times.");
        }
    }

    @Override
    public String strategy() {
        return NAME;
    }

    @Override
    public Set<Sample> samples() {
        return erasure.asEdit().samples();
    }
}
