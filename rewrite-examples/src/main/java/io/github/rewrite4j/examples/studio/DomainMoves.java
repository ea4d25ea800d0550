package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.latent.ExpandedGenerator;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.shade.jackson.databind.JsonNode;

/** How far all subjects are moved to each domain of an expanded generator. */
public final class DomainMoves {
    private static final double FARTHEST = 2;

    private final StudioSession session;
    private Map<String, Double> moves = new TreeMap<>();

    /** @param left what the last session kept */
    DomainMoves(StudioSession session, JsonNode left) {
        this.session = session;
        left.path("domains")
                .fields()
                .forEachRemaining(
                        field -> moves.put(field.getKey(), field.getValue().asDouble()));
    }

    /** Moves subjects to a domain: 0 leaves them where they are, 1 is the domain. */
    public void move(String name, double value) throws IOException {
        ExpandedGenerator expanded = session.generator()
                .capability(ExpandedGenerator.class)
                .orElseThrow(() -> new IllegalArgumentException("This generator has no domains: teach it one first."));
        expanded.domain(name);
        if (!(Math.abs(value) <= FARTHEST)) {
            throw new IllegalArgumentException("A domain is reached at 1; choose between -2 and 2.");
        }
        Map<String, Double> before = all();
        Map<String, Double> next = all();
        next.put(name, value);
        session.keep(() -> set(next), () -> set(before));
    }

    private synchronized void set(Map<String, Double> next) {
        moves = next;
    }

    /** By the names of the domains; the caller's own. */
    public synchronized Map<String, Double> all() {
        return new TreeMap<>(moves);
    }
}
