package io.github.rewrite4j;

import java.util.List;
import java.util.Objects;

/**
 * What a memory is a cut of.
 *
 * @param generator the generator it belongs to
 * @param patches the patches in force, the memory's own included
 * @param layers the rewritten layers, first to last
 * @param keysFingerprint hash of everything the keys depend on: architecture and effective weights before the cut
 * @param decoderFingerprint hash of what draws images from the values: architecture and effective weights after the cut
 */
public record MemorySpec(
        GeneratorSpec generator,
        List<AppliedPatch> patches,
        List<Layer> layers,
        String keysFingerprint,
        String decoderFingerprint) {
    public MemorySpec {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(patches, "patches");
        Objects.requireNonNull(layers, "layers");
        Objects.requireNonNull(keysFingerprint, "keysFingerprint");
        Objects.requireNonNull(decoderFingerprint, "decoderFingerprint");
        patches = List.copyOf(patches);
        layers = List.copyOf(layers);
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("A memory consists of at least one layer.");
        }
    }

    public Layer first() {
        return layers.get(0);
    }

    public Layer last() {
        return layers.get(layers.size() - 1);
    }

    /** Shape of one sample's keys. */
    public FeatureShape keyShape() {
        return first().keyShape();
    }

    /** Shape of one sample's values. */
    public FeatureShape valueShape() {
        return last().valueShape();
    }

    /** "layer5", or "layer5..layer6" for several; layers of a module that was asked for bear its name. */
    public String name() {
        return first().name().equals(last().name()) ? first().name() : first().name() + ".." + last().name();
    }
}
