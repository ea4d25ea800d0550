package io.github.rewrite4j.samediff.generator.diffusion;

import io.github.rewrite4j.latent.LatentSamples;

/** The noise that pictures begin with where nothing says another. */
final class Noise {
    private static final long SEED = 7;

    private Noise() {}

    static float[] of(int pixels) {
        return LatentSamples.firstRows(1, pixels, SEED)[0];
    }
}
