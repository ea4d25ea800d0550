package io.github.rewrite4j.edit;

/** What all plans require. */
final class Plans {
    private Plans() {}

    static void requireLayer(String layer) {
        if (layer.isBlank()) {
            throw new IllegalArgumentException("The plan names no layer: give one, such as layer5.");
        }
    }

    static void requireFresh(int samples) {
        if (samples < 0) {
            throw new IllegalArgumentException(
                    "The number of fresh samples is " + samples + ": it must not be negative.");
        }
    }
}
