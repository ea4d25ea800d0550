package io.github.rewrite4j.avatars;

import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.generator.rfr.Rfr;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * An inpainter of drawn faces of 64x64 pixels, trained on holes over eyes, noses and mouths, on boxes and strokes. 2 million
 * parameters in the layout of RFR at a quarter of its widths. Derived from "Personas by Draftbit", CC BY 4.0; see
 * LICENCE-ASSETS.md beside the weights.
 */
public final class BundledInpainter {
    private static final String RESOURCE = "inpainter64.safetensors";
    private static final int SIZE = 64;

    private BundledInpainter() {}

    /**
     * Loads it, its samples drawn from {@link AvatarPictures}; {@link Rfr#pictures} takes others.
     *
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static Rfr load() throws IOException {
        try (InputStream in = Bundle.open(RESOURCE);
                SafeTensors weights = SafeTensors.read(in, RESOURCE)) {
            return Rfr.of(weights)
                    .size(SIZE, SIZE)
                    .pictures(AvatarPictures.load().sampler("picture"));
        }
    }

    /** Writes the checkpoint as it is bundled, for programs that want a file. */
    public static void copyTo(Path target) throws IOException {
        Bundle.copy(RESOURCE, target);
    }
}
