package io.github.rewrite4j.avatars;

import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.generator.munit.Munit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * A translator of drawn faces of 64x64 pixels (domain a) to prints of them in three inks (domain b) and back; a style of eight
 * numbers says which inks. 1.6 million parameters in the layout of MUNIT. Derived from "Personas by Draftbit", CC BY 4.0; see
 * LICENCE-ASSETS.md beside the weights.
 */
public final class BundledTranslator {
    private static final String RESOURCE = "translator64.safetensors";
    private static final int SIZE = 64;

    private BundledTranslator() {}

    /**
     * Loads it, its samples drawn from {@link AvatarPictures}; {@link Munit#pictures} takes others.
     *
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static Munit load() throws IOException {
        try (InputStream in = Bundle.open(RESOURCE);
                SafeTensors weights = SafeTensors.read(in, RESOURCE)) {
            return Munit.of(weights)
                    .size(SIZE, SIZE)
                    .pictures(AvatarPictures.load().sampler("picture"));
        }
    }

    /** Writes the checkpoint as it is bundled, for programs that want a file. */
    public static void copyTo(Path target) throws IOException {
        Bundle.copy(RESOURCE, target);
    }
}
