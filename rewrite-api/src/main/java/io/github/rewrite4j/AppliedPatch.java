package io.github.rewrite4j;

import java.util.Objects;

/**
 * A patch in force.
 *
 * @param patch the change
 * @param strength factor of the change, 1 as made
 */
public record AppliedPatch(Patch patch, double strength) {
    public AppliedPatch {
        Objects.requireNonNull(patch, "patch");
        if (!Double.isFinite(strength)) {
            throw new IllegalArgumentException("The strength of " + patch
                    + " is a finite number, 1 as it was made and 0 for nothing, but was " + strength + ".");
        }
    }
}
