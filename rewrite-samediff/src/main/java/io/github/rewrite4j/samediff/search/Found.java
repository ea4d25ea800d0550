package io.github.rewrite4j.samediff.search;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a search found.
 *
 * @param searched number of images that were looked at
 * @param threshold the heat that one cell in a thousand of them reaches: the 99.9 % quantile
 * @param top the images with the hottest cells, hottest first
 */
public record Found(int searched, double threshold, List<Match> top) {
    public Found {
        Objects.requireNonNull(top, "top");
        top = List.copyOf(top);
    }

    /** Flat, ordered facts for JSON. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("searched", searched);
        map.put("threshold", threshold);
        map.put("matches", top.stream().map(Match::toMap).toList());
        return map;
    }
}
