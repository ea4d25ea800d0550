package io.github.rewrite4j;

import java.util.Objects;

/**
 * What a generator is.
 *
 * @param architecture human-readable name and size
 * @param fingerprint hash of architecture and effective weights, 64 hexadecimal digits
 * @param baseFingerprint fingerprint of the generator before any patch; patches are made for it
 * @param imageChannels channels of an image
 * @param imageHeight pixels
 * @param imageWidth pixels
 * @param parameters number of weights
 */
public record GeneratorSpec(
        String architecture,
        String fingerprint,
        String baseFingerprint,
        int imageChannels,
        int imageHeight,
        int imageWidth,
        long parameters) {
    public GeneratorSpec {
        Objects.requireNonNull(architecture, "architecture");
        Objects.requireNonNull(fingerprint, "fingerprint");
        Objects.requireNonNull(baseFingerprint, "baseFingerprint");
    }
}
