package io.github.rewrite4j.avatars;

import io.github.rewrite4j.samediff.generator.diffusion.DiffusionAutoencoder;
import java.io.IOException;
import java.io.InputStream;

/**
 * A small diffusion autoencoder of the same faces at 32x32 pixels, with 32 numbers for a face: what the expansion of this kind
 * of generator is shown on. {@code TrainDiffusionAutoencoder} of the examples makes it again. Its pictures are coarser than
 * those of the {@link BundledGenerator}. Derived from "Personas by Draftbit", CC BY 4.0; see LICENCE-ASSETS.md beside the weights.
 */
public final class BundledDiffusion {
    /** Name of the resource that holds it. */
    public static final String RESOURCE = "avatar-diffusion32.safetensors";

    private BundledDiffusion() {}

    /**
     * Loads it; the caller closes it.
     *
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static DiffusionAutoencoder load() throws IOException {
        try (InputStream weights = Bundle.open(RESOURCE)) {
            return DiffusionAutoencoder.load(weights, RESOURCE);
        }
    }
}
