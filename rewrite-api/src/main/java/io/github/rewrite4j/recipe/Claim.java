package io.github.rewrite4j.recipe;

import io.github.rewrite4j.Patch;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.internal.JsonText;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * What a patch says that it does, measured on samples that it did not learn from: how far it leads to its goal, and how
 * little it changes elsewhere.
 *
 * @param samples number of images that were measured
 * @param seed of the first of them
 * @param success 1 - |after - goal| / |before - goal| under the mask
 * @param successError standard error of the success over samples
 * @param outside mean absolute change outside the mask, in [0, 2], that a share of all samples stays below
 * @param share that share, proven by the samples with a confidence of 95 %
 */
public record Claim(int samples, long seed, double success, double successError, double outside, double share) {
    /** Note of a patch that holds its claim. */
    public static final String NOTE = "measured";

    /** How sure a share is. */
    public static final double CONFIDENCE = 0.95;

    public Claim {
        boolean sound = samples > 0
                && Double.isFinite(success)
                && successError >= 0
                && Double.isFinite(successError)
                && outside >= 0
                && outside <= 2
                && share >= 0
                && share <= 1;
        if (!sound) {
            throw new IllegalArgumentException(
                    "A claim was measured on samples, has finite numbers, a change in [0, 2] and"
                            + " a share in [0, 1].");
        }
    }

    /** The claim that a patch carries, if it has one. */
    public static Optional<Claim> of(Patch patch) throws FileFormatException {
        String note = patch.notes().get(NOTE);
        if (note == null) {
            return Optional.empty();
        }
        JsonNode json = JsonText.parse(note, "the claim of the patch");
        try {
            return Optional.of(new Claim(
                    json.path("samples").asInt(),
                    json.path("seed").asLong(),
                    json.path("success").asDouble(Double.NaN),
                    json.path("successError").asDouble(Double.NaN),
                    json.path("outside").asDouble(Double.NaN),
                    json.path("share").asDouble(Double.NaN)));
        } catch (IllegalArgumentException wrong) {
            throw FileFormatException.atKey("the claim of the patch", NOTE, String.valueOf(wrong.getMessage()));
        }
    }

    /** The text of the note. */
    public String note() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("samples", samples);
        map.put("seed", seed);
        map.put("success", success);
        map.put("successError", successError);
        map.put("outside", outside);
        map.put("share", share);
        return Json.pretty(map);
    }
}
