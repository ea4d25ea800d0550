package io.github.rewrite4j.samediff.latent;

import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSpace;
import io.github.rewrite4j.latent.LatentSubspaces;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How a latent space was expanded.
 *
 * @param space as it was measured on the source
 * @param basis computed once from the source
 * @param domains which directions mean what now
 * @param notes recipe, seed, curve
 */
public record LatentExpansion(LatentSpace space, LatentBasis basis, List<Domain> domains, Map<String, String> notes) {
    /** Domains that fit the basis. */
    public LatentExpansion {
        Objects.requireNonNull(space, "space");
        Objects.requireNonNull(basis, "basis");
        Objects.requireNonNull(domains, "domains");
        Objects.requireNonNull(notes, "notes");
        if (domains.isEmpty()) {
            throw new IllegalArgumentException("An expansion has at least one domain.");
        }
        domains = List.copyOf(domains);
        notes = Collections.unmodifiableMap(new TreeMap<>(notes));
        new LatentSubspaces(basis, space.mean(), domains);
    }

    /** Base and domains in the latent space. */
    public LatentSubspaces subspaces() {
        return new LatentSubspaces(basis, space.mean(), domains);
    }
}
