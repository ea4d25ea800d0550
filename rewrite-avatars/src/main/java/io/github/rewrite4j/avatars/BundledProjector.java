package io.github.rewrite4j.avatars;

import io.github.rewrite4j.samediff.projector.TrainedProjector;
import java.io.IOException;
import java.io.InputStream;

/**
 * The backward projector of this artifact: from any picture to the values of layer 6 (48 x 32 x 32) of the
 * {@link BundledGenerator}. Trained on the generator's own samples and on painted shapes; how is in its recipe. It has
 * seen none of the accessories of this artifact.
 */
public final class BundledProjector {
    /** The layer whose values it gives. */
    public static final String LAYER = "layer6";

    private static final String RESOURCE = "avatar-projector-layer6.safetensors";

    private BundledProjector() {}

    /**
     * Loads it.
     *
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static TrainedProjector load() throws IOException {
        try (InputStream weights = Bundle.open(RESOURCE)) {
            return TrainedProjector.load(weights, RESOURCE);
        }
    }
}
