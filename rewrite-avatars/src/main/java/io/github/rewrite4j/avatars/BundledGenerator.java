package io.github.rewrite4j.avatars;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * The generator of this artifact: a StyleGAN2 of cartoon faces at 64x64 pixels, 775,651 parameters. Derived
 * from "Personas by Draftbit", CC BY 4.0; see LICENCE-ASSETS.md beside the weights.
 */
public final class BundledGenerator {
    private static final String RESOURCE = "avatar-stylegan64.safetensors";

    private BundledGenerator() {}

    /**
     * Loads it; the caller closes it.
     *
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static Generator load() throws IOException {
        try (InputStream weights = Bundle.open(RESOURCE)) {
            return StyleGan2.load(weights, RESOURCE);
        }
    }

    /** Writes the checkpoint as it is bundled, for programs that want a file. */
    public static void copyTo(Path target) throws IOException {
        Bundle.copy(RESOURCE, target);
    }
}
