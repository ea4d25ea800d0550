package io.github.rewrite4j.samediff.dissection;

import io.github.rewrite4j.io.Facts;

/**
 * How well one unit stands for a concept.
 *
 * @param unit its channel
 * @param overlap intersection over union of the cells where the unit lies above the threshold and those of the concept, on
 *     the samples that the threshold was not chosen on
 * @param threshold above which the unit counts as on
 * @param information what being on says about the concept, of all that it says: I / H, in [0, 1], on the samples that the
 *     threshold was chosen on
 */
public record UnitScore(int unit, double overlap, double threshold, double information) {
    /** Flat, ordered facts for JSON. */
    public Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("unit", unit);
        map.put("overlap", overlap);
        map.put("threshold", threshold);
        map.put("information", information);
        return map.build();
    }
}
