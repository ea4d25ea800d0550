package io.github.rewrite4j.samediff.relation;

import io.github.rewrite4j.io.Facts;
import java.util.Objects;

/**
 * How far one layer alone can turn a relation round.
 *
 * @param layer its name
 * @param lossBefore mean squared errors to the exchanged effects, high and low run added
 * @param lossAfter the same after the whole weight of the layer was trained
 * @param heldOut how much of the error is gone on images that the weight was not trained on, at most 1; negative where it grew
 * @param rankOneShare of the energy of the weight's change lies in one direction
 */
public record LayerTrial(String layer, double lossBefore, double lossAfter, double heldOut, double rankOneShare) {
    public LayerTrial {
        Objects.requireNonNull(layer, "layer");
    }

    /** How much of the error is gone, at most 1; negative where it grew. */
    public double solved() {
        return lossBefore == 0 ? 0 : 1 - lossAfter / lossBefore;
    }

    /** Flat, ordered facts for JSON. */
    public Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("layer", layer);
        map.put("lossBefore", lossBefore);
        map.put("lossAfter", lossAfter);
        map.put("solved", solved());
        map.put("heldOut", heldOut);
        map.put("rankOneShare", rankOneShare);
        return map.build();
    }
}
