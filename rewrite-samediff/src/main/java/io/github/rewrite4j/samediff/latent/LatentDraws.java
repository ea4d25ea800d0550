package io.github.rewrite4j.samediff.latent;

import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.tape.HostArrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The latents of the first samples of a seed. */
final class LatentDraws {
    private static final int BATCH = 1024;

    private LatentDraws() {}

    /**
     * Draws and maps, a batch at a time.
     *
     * @return one latent a row
     */
    static float[][] of(LatentNetwork network, int samples, long seed, ProgressListener listener) {
        if (samples < 1) {
            throw new IllegalArgumentException("The number of samples is " + samples + ": at least one is needed.");
        }
        int dimension = network.mean().length;
        Inputs inputs = network.sampler().sample(samples, seed);
        float[][] latents = new float[samples][];
        for (int from = 0; from < samples; from += BATCH) {
            listener.report(Stage.LATENTS, from, samples);
            int to = Math.min(samples, from + BATCH);
            try (INDArray batch = network.latents(inputs.slice(from, to))) {
                float[] flat = HostArrays.of(batch);
                for (int i = from; i < to; i++) {
                    latents[i] = row(flat, i - from, dimension, i);
                }
            }
        }
        return latents;
    }

    private static float[] row(float[] flat, int row, int dimension, int sample) {
        float[] latent = new float[dimension];
        for (int j = 0; j < dimension; j++) {
            latent[j] = flat[row * dimension + j];
            if (!Float.isFinite(latent[j])) {
                throw new RewriteException("The latent of sample " + sample + " holds " + latent[j]
                        + ": look for damaged weights in the mapping.");
            }
        }
        return latent;
    }
}
