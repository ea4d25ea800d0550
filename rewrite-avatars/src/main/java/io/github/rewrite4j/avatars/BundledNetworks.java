package io.github.rewrite4j.avatars;

import io.github.rewrite4j.avatars.attribute.AttributeNetwork;
import io.github.rewrite4j.samediff.perception.PartNetwork;
import io.github.rewrite4j.samediff.perception.StridedDiscriminator;
import java.io.IOException;
import java.io.InputStream;

/**
 * The networks that look at avatars. One teaches and another judges, so that no number is measured with the eye that was
 * trained for. All derive from "Personas by Draftbit", CC BY 4.0; see LICENCE-ASSETS.md beside the weights.
 */
public final class BundledNetworks {
    /** Name of the resource that holds the network for losses. */
    public static final String TRAINING = "attribute-network-a.safetensors";
    /** Name of the resource that holds the network for measurements. */
    public static final String EVALUATION = "attribute-network-b.safetensors";
    /** Name of the resource that holds the network of parts. */
    public static final String PARTS = "part-network.safetensors";

    private static final String DISCRIMINATOR = "avatar-discriminator64.safetensors";

    private BundledNetworks() {}

    /** Attribute network A: for losses. {@code TrainAttributeNetworks} of the examples makes it again. */
    public static AttributeNetwork training() throws IOException {
        try (InputStream file = Bundle.open(TRAINING)) {
            return AttributeNetwork.load(file, TRAINING);
        }
    }

    /** Attribute network B: for evaluation, never for losses. {@code TrainAttributeNetworks} of the examples makes it again. */
    public static AttributeNetwork evaluation() throws IOException {
        try (InputStream file = Bundle.open(EVALUATION)) {
            return AttributeNetwork.load(file, EVALUATION);
        }
    }

    /** The discriminator that the bundled generator was trained against: a new one at every call, since it can be trained. */
    public static StridedDiscriminator discriminator() throws IOException {
        try (InputStream file = Bundle.open(DISCRIMINATOR)) {
            return StridedDiscriminator.load(file, DISCRIMINATOR);
        }
    }

    /** Marks the parts of faces. {@code TrainPartNetwork} of the examples makes it again. */
    public static PartNetwork parts() throws IOException {
        try (InputStream file = Bundle.open(PARTS)) {
            return PartNetwork.load(file, PARTS);
        }
    }
}
