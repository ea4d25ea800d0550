package io.github.rewrite4j.samediff.search;

import io.github.rewrite4j.io.Facts;
import java.util.List;
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
    public Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("searched", searched);
        map.put("threshold", threshold);
        map.put("matches", top.stream().map(Match::facts).toList());
        return map.build();
    }
}
