package io.github.rewrite4j.samediff.strategy;

import java.util.LinkedHashMap;
import java.util.Map;

/** Seconds per stage. */
final class Stopwatch {
    private final Map<String, Double> laps = new LinkedHashMap<>();
    private long last = System.nanoTime();

    /** Ends a stage. */
    void lap(String stage) {
        long now = System.nanoTime();
        laps.merge(stage, (now - last) / 1e9, Double::sum);
        last = now;
    }

    Map<String, Double> laps() {
        return new LinkedHashMap<>(laps);
    }
}
