package io.github.rewrite4j.avatars;

import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.generator.style.ExpandedStyleGan2;
import java.io.IOException;
import java.io.InputStream;

/**
 * The {@link BundledGenerator} with five more domains: a pencil sketch, night, large pixels, sunglasses on everybody, and
 * pop art. {@code ExpandAvatars} of the examples makes it again.
 */
public final class BundledExpansion {
    /** Name of the resource that holds it. */
    public static final String RESOURCE = "avatar-expanded.safetensors";

    private BundledExpansion() {}

    /**
     * Loads it; the caller closes it.
     *
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static ExpandedGenerator load() throws IOException {
        try (InputStream weights = Bundle.open(RESOURCE)) {
            return ExpandedStyleGan2.load(weights, RESOURCE);
        }
    }
}
