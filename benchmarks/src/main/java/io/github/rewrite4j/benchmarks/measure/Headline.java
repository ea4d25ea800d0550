package io.github.rewrite4j.benchmarks.measure;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A number to remember, with both of its sides.
 *
 * @param name key in the summary
 * @param value a ratio or a rate
 * @param unit of the value
 * @param ours what is timed
 * @param baseline what it is compared with, and where that comes from
 * @param times both medians, from calls in turn
 */
record Headline(String name, double value, String unit, String ours, String baseline, Interleaved times) {
    /** For JSON. */
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("value", value);
        map.put("unit", unit);
        map.put("ours", ours);
        map.put("oursMedianMilliseconds", times.ours());
        map.put("baseline", baseline);
        map.put("baselineMedianMilliseconds", times.baseline());
        map.put("rounds", times.rounds());
        return map;
    }
}
