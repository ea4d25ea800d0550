package io.github.rewrite4j;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a backward projector was made for and how.
 *
 * @param baseFingerprint of the generator before any patch
 * @param decoderFingerprint of the weights behind the layer, see {@link MemorySpec#decoderFingerprint()}
 * @param layer whose values it gives
 * @param valueShape of one sample
 * @param imageHeight of the generator's images in pixels
 * @param imageWidth of the generator's images in pixels
 * @param recipe how it was trained, for people and for reports: architecture, losses, steps, seed, what was reached
 */
public record ProjectorSpec(
        String baseFingerprint,
        String decoderFingerprint,
        String layer,
        FeatureShape valueShape,
        int imageHeight,
        int imageWidth,
        SortedMap<String, String> recipe) {
    public ProjectorSpec {
        Objects.requireNonNull(baseFingerprint, "baseFingerprint");
        Objects.requireNonNull(decoderFingerprint, "decoderFingerprint");
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(valueShape, "valueShape");
        Objects.requireNonNull(recipe, "recipe");
        recipe = Collections.unmodifiableSortedMap(new TreeMap<>(recipe));
    }

    /** A projector for the last layer of a memory. */
    public static ProjectorSpec of(MemorySpec memory, Map<String, String> recipe) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(recipe, "recipe");
        return new ProjectorSpec(
                memory.generator().baseFingerprint(),
                memory.decoderFingerprint(),
                memory.last().name(),
                memory.valueShape(),
                memory.generator().imageHeight(),
                memory.generator().imageWidth(),
                new TreeMap<>(recipe));
    }

    /**
     * Checks that the projector gives values of a memory: same generator before patches, same layer, same weights behind
     * it. Weights up to the layer may differ.
     *
     * @throws FingerprintMismatchException when it was made for another generator
     * @throws RewriteException when it was made for another layer or decoder
     */
    public void requireFits(MemorySpec memory) {
        if (!baseFingerprint.equals(memory.generator().baseFingerprint())) {
            throw new FingerprintMismatchException(
                    "This projector", baseFingerprint, memory.generator().baseFingerprint());
        }
        String valueLayer = memory.last().name();
        if (!layer.equals(valueLayer) || !valueShape.equals(memory.valueShape())) {
            throw new RewriteException("This projector gives the values of '" + layer + "' (" + valueShape
                    + "), but the memory " + memory.name() + " ends with '" + valueLayer + "' (" + memory.valueShape()
                    + "). Use a memory that ends with '" + layer + "', or train a projector for '" + valueLayer + "'.");
        }
        if (!decoderFingerprint.equals(memory.decoderFingerprint())) {
            throw new RewriteException("This projector was made for other weights behind '" + layer
                    + "' than this generator has: a patch changes them. Take the patch off, or train a projector for"
                    + " the generator as it is.");
        }
    }
}
