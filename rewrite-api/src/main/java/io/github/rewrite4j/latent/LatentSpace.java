package io.github.rewrite4j.latent;

import java.util.Arrays;
import java.util.Objects;

/**
 * The space that a generator's layers read their latent from, as it was measured: which latent, its mean, how far samples
 * lie from the mean, and what drew them. Immutable.
 */
public final class LatentSpace {
    private final String name;
    private final double[] mean;
    private final double spread;
    private final String sampler;
    private final int samples;

    /**
     * @param name which latent, such as "w"
     * @param mean the mean latent, which truncation pulls to
     * @param spread sqrt(E |w - mean|^2), the scale of distances
     * @param sampler {@linkplain io.github.rewrite4j.InputSampler#id() what drew} the samples
     * @param samples how many the spread was measured on
     */
    public LatentSpace(String name, double[] mean, double spread, String sampler, int samples) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(mean, "mean");
        Objects.requireNonNull(sampler, "sampler");
        if (mean.length == 0 || !(spread > 0) || Double.isInfinite(spread)) {
            throw new IllegalArgumentException("A latent space has a mean and a positive spread, but got " + mean.length
                    + " dimensions and the spread " + spread + ".");
        }
        this.name = name;
        this.mean = mean.clone();
        this.spread = spread;
        this.sampler = sampler;
        this.samples = samples;
    }

    /** Which latent. */
    public String name() {
        return name;
    }

    /** Length d of a latent. */
    public int dimension() {
        return mean.length;
    }

    /** A copy of the mean latent. */
    public double[] mean() {
        return mean.clone();
    }

    /** sqrt(E |w - mean|^2). */
    public double spread() {
        return spread;
    }

    /** What drew the samples. */
    public String sampler() {
        return sampler;
    }

    /** Samples that the spread was measured on. */
    public int samples() {
        return samples;
    }

    /** mean + psi (w - mean): less variety, more usual pictures. Comes before any projection. */
    public double[] truncated(double[] latent, double psi) {
        Objects.requireNonNull(latent, "latent");
        requireLatent(latent, mean.length);
        double[] result = new double[mean.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = mean[i] + psi * (latent[i] - mean[i]);
        }
        return result;
    }

    static void requireLatent(double[] latent, int dimension) {
        if (latent.length != dimension) {
            throw new IllegalArgumentException(
                    "The latent has " + latent.length + " numbers, but expected were " + dimension + ".");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LatentSpace that
                && name.equals(that.name)
                && Arrays.equals(mean, that.mean)
                && spread == that.spread
                && sampler.equals(that.sampler)
                && samples == that.samples;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(mean);
    }

    @Override
    public String toString() {
        return String.format(
                java.util.Locale.ROOT,
                "latent %s of %d dimensions, spread %.3f over %d samples of %s",
                name,
                mean.length,
                spread,
                samples,
                sampler);
    }
}
