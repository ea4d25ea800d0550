package io.github.rewrite4j.samediff.latent;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.SymmetricEigen;
import java.util.Arrays;
import java.util.Objects;

/**
 * Bases of a latent space: orthonormal directions by how much they seem to matter, always as many as dimensions, in float64,
 * each with its largest component positive so that the same generator always gives the same basis.
 *
 * <p>Which of them are dormant is another question, which a {@link DormancyStudy} measures.
 */
public final class LatentBases {
    private LatentBases() {}

    /** As {@link #svd(LatentNetwork, ReaderStack)} with the {@linkplain ReaderStack#faithful published choice} of layers. */
    public static LatentBasis svd(LatentNetwork network) {
        return svd(network, ReaderStack.faithful(network));
    }

    /**
     * The right singular vectors of the stacked maps that read the latent, A = U S V' (Shen and Zhou 2021; Nitzan et al. 2023):
     * a direction that no map reads with weight changes no image. Strengths are the singular values. Cost: O(m d^2 + d^3) for
     * m rows, by the eigenvectors of A'A.
     */
    public static LatentBasis svd(LatentNetwork network, ReaderStack stack) {
        return basis(
                "singular directions of what reads " + network.latent() + ": " + stack,
                network,
                SymmetricEigen.of(stack.matrix().gram()));
    }

    /**
     * The principal directions of the latent about its stored mean (Härkönen et al. 2020). Strengths are standard deviations.
     *
     * @param samples at least as many as dimensions; some thousands
     */
    public static LatentBasis principal(LatentNetwork network, int samples, long seed, ProgressListener listener) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(listener, "listener");
        double[] mean = network.mean();
        requireEnough("samples", samples, mean.length);
        float[][] latents = LatentDraws.of(network, samples, seed, listener);
        double[] centred = new double[Math.multiplyExact(samples, mean.length)];
        for (int i = 0; i < centred.length; i++) {
            int j = i % mean.length;
            centred[i] = latents[i / mean.length][j] - mean[j];
        }
        return basis(
                "principal directions of " + network.latent() + " over " + samples + " samples of seed " + seed,
                network,
                SymmetricEigen.of(
                        Matrix.of(samples, mean.length, centred).gram().times(1.0 / samples)));
    }

    /**
     * The eigenvectors of E[J'J], J the derivative of the image by the latent: what moves pixels, on average over samples, to
     * first order (Ramesh et al. 2019). For any generator, whether linear maps read its latent or not.
     *
     * <p>With random signs v, E[J'v v'J] = J'J, and each J'v is one pass backwards. The estimate over M = samples x probes
     * passes has relative errors near sqrt(d / M), small eigenvalues no worse than large ones. Strengths are square roots of
     * eigenvalues: the length of the change of all pixels per unit of the latent. Cost: M images forwards and backwards.
     *
     * @param samples of the seed
     * @param probes per sample; samples x probes at least twice the dimensions
     */
    public static LatentBasis jacobian(
            LatentNetwork network, int samples, int probes, long seed, ProgressListener listener) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(listener, "listener");
        int dimension = network.mean().length;
        if (probes < 1) {
            throw new IllegalArgumentException("The number of probes is " + probes + ": at least one is needed.");
        }
        requireEnough("samples times probes", (long) samples * probes, 2L * dimension);
        float[][] latents = LatentDraws.of(network, samples, seed, listener.part(0, 0.1));
        double[] pulled = new double[Math.multiplyExact(Math.multiplyExact(samples, probes), dimension)];
        try (FrozenImages images = new FrozenImages(network)) {
            float[][] repeated = new float[samples * probes][];
            Arrays.setAll(repeated, i -> latents[i / probes]);
            images.pullBack(repeated, seed, listener.part(0.1, 1), (row, gradient) -> {
                for (int j = 0; j < dimension; j++) {
                    pulled[row * dimension + j] = gradient[j];
                }
            });
        }
        return basis(
                "directions of the mean squared derivative of images by " + network.latent() + " over " + samples
                        + " samples of seed " + seed + ", " + probes + " probes each",
                network,
                SymmetricEigen.of(
                        Matrix.of(samples * probes, dimension, pulled).gram().times(1.0 / (samples * probes))));
    }

    private static void requireEnough(String what, long given, long needed) {
        if (given < needed) {
            throw new IllegalArgumentException("The number of " + what + " is " + given
                    + ", but the latent's dimensions need at least " + needed
                    + ": with fewer, directions that were never seen would look dormant.");
        }
    }

    private static LatentBasis basis(String method, LatentNetwork network, SymmetricEigen squares) {
        double[] strengths = squares.values();
        double[][] directions = new double[strengths.length][];
        double[] rows = squares.vectors().toRowMajor();
        for (int i = 0; i < strengths.length; i++) {
            strengths[i] = strengths[i] > squares.roundingFloor() ? Math.sqrt(strengths[i]) : 0;
            directions[i] = largestPositive(Arrays.copyOfRange(rows, i * strengths.length, (i + 1) * strengths.length));
        }
        return new LatentBasis(method, network.spec().fingerprint(), strengths, directions);
    }

    /** The sign of an eigenvector is arbitrary; this fixes it. */
    private static double[] largestPositive(double[] direction) {
        double largest = 0;
        for (double component : direction) {
            if (Math.abs(component) > Math.abs(largest)) {
                largest = component;
            }
        }
        for (int i = 0; largest < 0 && i < direction.length; i++) {
            direction[i] = -direction[i];
        }
        return direction;
    }
}
