package io.github.rewrite4j.samediff.latent;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.latent.LatentSpace;
import java.util.Objects;

/**
 * Measures the latent space of a generator on samples of a seed: {@code spread = sqrt(E |w - mean|^2)} about the mean that
 * the checkpoint stores, which is the one that truncation pulls to. Cost: one run of the mapping per sample.
 */
public final class LatentSpaces {
    /** Samples that are drawn unless asked otherwise. */
    public static final int SAMPLES = 4096;

    private LatentSpaces() {}

    /** About the stored mean, over {@value #SAMPLES} samples of seed 1. */
    public static LatentSpace of(LatentNetwork network) {
        return of(network, SAMPLES, 1, ProgressListener.SILENT);
    }

    /** About the stored mean, over the first samples of a seed. */
    public static LatentSpace of(LatentNetwork network, int samples, long seed, ProgressListener listener) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(listener, "listener");
        return space(network, network.mean(), LatentDraws.of(network, samples, seed, listener));
    }

    /** About the mean of the samples themselves, for checkpoints whose stored mean is not to be trusted. */
    public static LatentSpace aboutSampleMean(
            LatentNetwork network, int samples, long seed, ProgressListener listener) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(listener, "listener");
        float[][] latents = LatentDraws.of(network, samples, seed, listener);
        double[] mean = new double[latents[0].length];
        for (float[] latent : latents) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += (double) latent[i] / samples;
            }
        }
        return space(network, mean, latents);
    }

    private static LatentSpace space(LatentNetwork network, double[] mean, float[][] latents) {
        double sum = 0;
        for (float[] latent : latents) {
            for (int i = 0; i < mean.length; i++) {
                double d = latent[i] - mean[i];
                sum += d * d;
            }
        }
        return new LatentSpace(
                network.latent(),
                mean,
                Math.sqrt(sum / latents.length),
                network.sampler().id(),
                latents.length);
    }
}
