package io.github.rewrite4j.avatars;

import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.generator.munit.Munit;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;

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
        try (InputStream in = open();
                SafeTensors weights = SafeTensors.read(in, RESOURCE)) {
            return Munit.of(weights)
                    .size(SIZE, SIZE)
                    .pictures(AvatarPictures.load().sampler("picture"));
        }
    }

    /** Writes the checkpoint as it is bundled, for programs that want a file. */
    public static void copyTo(Path target) throws IOException {
        Objects.requireNonNull(target, "target");
        try (InputStream weights = open()) {
            AtomicFile.write(target, weights::transferTo);
        }
    }

    private static InputStream open() throws FileNotFoundException {
        InputStream weights = BundledTranslator.class.getResourceAsStream(RESOURCE);
        if (weights == null) {
            throw new FileNotFoundException("The bundled translator " + RESOURCE
                    + " is missing from the class path: add the artifact rewrite-avatars as it was published.");
        }
        return weights;
    }
}
