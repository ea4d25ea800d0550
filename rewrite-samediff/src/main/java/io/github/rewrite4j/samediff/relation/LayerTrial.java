package io.github.rewrite4j.samediff.relation;

import io.github.rewrite4j.io.Facts;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * How far one layer alone can turn a relation round.
 *
 * @param layer its name
 * @param lossBefore mean squared errors to the exchanged effects, high and low run added
 * @param lossAfter the same after the whole weight of the layer was trained
 * @param heldOut how much of the error is gone on images that the weight was not trained on, at most 1; negative where it grew
 * @param rankOneShare of the energy of the weight's change lies in one direction
 * @param turned how much of the effect a change of rank one, along the direction in which the probe moves this layer's keys, takes
 *     away on images that it was not learnt on: 0 nothing, as at a layer before which the cause does not reach the effect, 1
 *     all of it, 2 turns it round; empty where the layer is of no form that could be solved for
 */
public record LayerTrial(
        String layer, double lossBefore, double lossAfter, double heldOut, double rankOneShare, OptionalDouble turned) {
    public LayerTrial {
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(turned, "turned");
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
        map.put("turned", turned);
        return map.build();
    }
}
