package io.github.rewrite4j.edit;

import io.github.rewrite4j.Subject;
import java.util.Objects;

/**
 * One image with a cause and an effect, for rules between two places: where a window is put, and where the counter shines
 * for it (Bau et al. 2020, the reflections).
 *
 * @param subject the image
 * @param value what the units of the cause were set to when the effect was looked at; large to show the cause, low to hide
 *     it
 * @param cause where the cause is put; the original calls it the intervention
 * @param effect where the image answers, of which the answer of the other case is wanted; the original calls it the revert
 *     area
 */
public record Intervention(Subject subject, double value, Region cause, Region effect) {
    public Intervention {
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(cause, "cause");
        Objects.requireNonNull(effect, "effect");
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("Units are set to a finite value, not to " + value + ".");
        }
    }
}
