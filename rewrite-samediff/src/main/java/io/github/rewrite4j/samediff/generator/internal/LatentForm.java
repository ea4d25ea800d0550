package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.samediff.latent.LatentNetwork;
import java.util.Optional;

/** What a generator that knows its own latent offers: itself, seen from there. */
@FunctionalInterface
public interface LatentForm {
    /** None. */
    LatentForm NONE = generator -> Optional.empty();

    /** The view of a generator with the weights in force. */
    Optional<LatentNetwork> of(GraphGenerator generator);
}
