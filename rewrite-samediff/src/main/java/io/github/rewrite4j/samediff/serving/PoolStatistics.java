package io.github.rewrite4j.samediff.serving;

import java.time.Duration;
import java.util.Objects;

/**
 * What a {@link GeneratorPool} has done since it was made, and what it is doing; a consistent snapshot.
 *
 * @param requests requests that were answered, failed or given up
 * @param failed requests that ended with an exception other than being given up
 * @param cancelled requests whose thread was interrupted while they waited
 * @param refused requests refused because too many waited
 * @param images images drawn for answered requests
 * @param batches passes through a generator
 * @param hits batches whose patched generator was there already
 * @param misses batches for which it was derived
 * @param evictions patched generators dropped to make room, or because the base was replaced
 * @param kept patched generators kept now
 * @param waiting requests waiting now
 * @param running batches being drawn now
 * @param waited time that requests spent waiting, in sum
 * @param drawing time that batches took, in sum over threads
 */
public record PoolStatistics(
        long requests,
        long failed,
        long cancelled,
        long refused,
        long images,
        long batches,
        long hits,
        long misses,
        long evictions,
        int kept,
        int waiting,
        int running,
        Duration waited,
        Duration drawing) {
    public PoolStatistics {
        Objects.requireNonNull(waited, "waited");
        Objects.requireNonNull(drawing, "drawing");
    }

    /** Images drawn in a pass, on average; 0 before the first. */
    public double imagesPerBatch() {
        return batches == 0 ? 0 : (double) images / batches;
    }
}
