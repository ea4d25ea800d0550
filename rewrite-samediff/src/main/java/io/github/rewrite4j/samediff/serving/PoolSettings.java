package io.github.rewrite4j.samediff.serving;

/**
 * How much a {@link GeneratorPool} keeps and does at once.
 *
 * @param kept patched generators that are kept for their next request, those used last; each holds the changed weights once more
 * @param concurrent batches that are drawn at the same time, each by the thread of one of its callers
 * @param batch images drawn in one pass at most when requests share their patches; 1 draws every request by itself
 * @param waiting requests that may wait; more are refused at once, so that a queue cannot grow without bound
 */
public record PoolSettings(int kept, int concurrent, int batch, int waiting) {
    public PoolSettings {
        requirePositive("kept", kept);
        requirePositive("concurrent", concurrent);
        requirePositive("batch", batch);
        requirePositive("waiting", waiting);
    }

    /** Sixteen patched generators, one batch a processor, batches of sixteen, a thousand waiting requests. */
    public static PoolSettings defaults() {
        return new PoolSettings(16, Runtime.getRuntime().availableProcessors(), 16, 1000);
    }

    public PoolSettings withKept(int kept) {
        return new PoolSettings(kept, concurrent, batch, waiting);
    }

    public PoolSettings withConcurrent(int concurrent) {
        return new PoolSettings(kept, concurrent, batch, waiting);
    }

    public PoolSettings withBatch(int batch) {
        return new PoolSettings(kept, concurrent, batch, waiting);
    }

    public PoolSettings withWaiting(int waiting) {
        return new PoolSettings(kept, concurrent, batch, waiting);
    }

    private static void requirePositive(String name, int value) {
        if (value < 1) {
            throw new IllegalArgumentException("A pool's '" + name + "' is at least 1, but was " + value + ".");
        }
    }
}
