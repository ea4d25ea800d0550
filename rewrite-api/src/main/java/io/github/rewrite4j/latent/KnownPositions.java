package io.github.rewrite4j.latent;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Places of streams that this process has been at, those noted last: who draws block after block need not begin at the
 * beginning each time. A memory of facts: what is drawn does not depend on it. At most 256 places, 650 KB.
 */
final class KnownPositions {
    private static final int KEPT = 256;

    private record Place(long seed, long numbers) {}

    private static final Map<Place, StreamPosition> KNOWN = new LinkedHashMap<>(16, .75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Place, StreamPosition> eldest) {
            return size() > KEPT;
        }
    };

    private KnownPositions() {}

    static void remember(StreamPosition position) {
        synchronized (KNOWN) {
            KNOWN.put(new Place(position.seed(), position.numbers()), position);
        }
    }

    /** The nearest known place at or before {@code numbers} that whole rows of {@code dim} numbers lead to. */
    static StreamPosition before(long seed, long numbers, int dim) {
        StreamPosition nearest = null;
        synchronized (KNOWN) {
            for (StreamPosition position : KNOWN.values()) {
                if (position.seed() == seed
                        && position.numbers() <= numbers
                        && position.numbers() % dim == 0
                        && (nearest == null || position.numbers() > nearest.numbers())) {
                    nearest = position;
                }
            }
            if (nearest != null) {
                KNOWN.get(new Place(seed, nearest.numbers()));
            }
        }
        return nearest == null ? StreamPosition.beginning(seed) : nearest;
    }
}
