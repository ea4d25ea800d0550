package io.github.rewrite4j.examples.studio;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * A rule in the list.
 *
 * @param id tells it apart from others, also from one with the same patch
 * @param name what the user calls it
 * @param kind what made it: {@code rewrite}, {@code erase}, {@code overfit}, {@code picture}, {@code pivot} or {@code loaded}
 * @param patch key of the patch
 * @param strength in force, 1 as it was learnt
 * @param report key of its report, or empty
 * @param learnt share of the way to the goal on images that it never saw, NaN where it was not measured
 * @param elsewhere mean change outside the goal as a share of the range of a pixel, NaN where it was not measured
 */
record RuleEntry(
        String id,
        String name,
        String kind,
        String patch,
        double strength,
        String report,
        double learnt,
        double elsewhere) {
    /** How far a slider goes; a patch at ten times its strength is noise. */
    static final double STRONGEST = 10;

    RuleEntry {
        if (!(Math.abs(strength) <= STRONGEST)) {
            throw new IllegalArgumentException(
                    "A strength lies between -10 and 10, 1 as it was learnt and 0 for nothing, but was " + strength
                            + ".");
        }
    }

    RuleEntry withStrength(double other) {
        return new RuleEntry(id, name, kind, patch, other, report, learnt, elsewhere);
    }

    RuleEntry named(String other) {
        return new RuleEntry(id, other, kind, patch, strength, report, learnt, elsewhere);
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", id);
        map.put("name", name);
        map.put("kind", kind);
        map.put("patch", patch);
        map.put("strength", strength);
        map.put("report", report);
        if (!Double.isNaN(learnt)) {
            map.put("learnt", learnt);
        }
        if (!Double.isNaN(elsewhere)) {
            map.put("elsewhere", elsewhere);
        }
        return map;
    }

    static RuleEntry of(JsonNode node) {
        return new RuleEntry(
                node.path("id").asText(),
                node.path("name").asText(),
                node.path("kind").asText(),
                node.path("patch").asText(),
                node.path("strength").asDouble(1),
                node.path("report").asText(),
                node.path("learnt").asDouble(Double.NaN),
                node.path("elsewhere").asDouble(Double.NaN));
    }
}
