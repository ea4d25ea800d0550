package io.github.rewrite4j.samediff.layers;

import io.github.rewrite4j.io.Facts;
import java.util.Objects;

/**
 * One edit at one layer.
 *
 * @param layer its name
 * @param success on fresh samples, of the way to the goal that this layer's own pasted values draw
 * @param outsidePsnr in dB, how much the rest of these samples stays
 * @param seconds to learn it, once statistics are known
 * @param refused why it cannot be done here; empty where it can
 */
public record EditTrial(String layer, double success, double outsidePsnr, double seconds, String refused) {
    /** The least that has to stay for a layer to be chosen, if any layer keeps as much. */
    public static final double ENOUGH = 33;

    /** What a decibel below {@value #ENOUGH} costs of success. */
    private static final double PER_DECIBEL = 0.05;

    public EditTrial {
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(refused, "refused");
    }

    /** Whether the edit was learnt. */
    public boolean possible() {
        return refused.isEmpty();
    }

    /** Success, less a twentieth for each decibel that is missing to {@value #ENOUGH}. */
    public double score() {
        return possible() ? success - PER_DECIBEL * Math.max(0, ENOUGH - outsidePsnr) : Double.NEGATIVE_INFINITY;
    }

    /** Flat, ordered facts for JSON. */
    public Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("layer", layer);
        if (possible()) {
            map.put("success", success);
            map.put("outsidePsnr", outsidePsnr);
            map.put("seconds", seconds);
            map.put("score", score());
        } else {
            map.put("refused", refused);
        }
        return map.build();
    }
}
