package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.samediff.search.Found;
import io.github.rewrite4j.samediff.search.Match;
import io.github.rewrite4j.samediff.search.Trigger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a search found. It is not part of the draft: nothing is added to an edit by looking.
 *
 * @param id tells searches apart
 * @param layer where was looked
 * @param trigger what was looked for; draws heat maps of any image
 * @param found the best images and the threshold
 */
record Findings(String id, String layer, Trigger trigger, Found found) {
    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("id", id);
        map.put("layer", layer);
        map.put("searched", found.searched());
        map.put("threshold", found.threshold());
        List<Map<String, Object>> matches = new ArrayList<>();
        for (Match match : found.top()) {
            if (match.subject() instanceof Sample sample) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("subject", Subjects.key(sample));
                one.put("peak", match.peak());
                matches.add(one);
            }
        }
        map.put("matches", matches);
        return map;
    }

    /** The largest heat of any image that was found. */
    double hottest() {
        return found.top().stream().mapToDouble(Match::peak).max().orElse(1);
    }
}
