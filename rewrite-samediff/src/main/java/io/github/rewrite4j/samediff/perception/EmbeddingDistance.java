package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.samediff.metric.FeatureStatistics;
import io.github.rewrite4j.samediff.metric.FrechetDistance;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How far two sets of pictures lie apart to a named network: the {@link FrechetDistance} of their embeddings. It is not
 * the FID, which belongs to another network, and numbers of different networks cannot be compared.
 *
 * @param network the name of the network
 * @param samplesA pictures in the first set
 * @param samplesB pictures in the second set
 * @param frechet the distance and its parts; says whether there were fewer than 10 pictures for each dimension
 */
public record EmbeddingDistance(String network, int samplesA, int samplesB, FrechetDistance frechet) {
    public EmbeddingDistance {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(frechet, "frechet");
    }

    /**
     * The distance of two sets of pictures.
     *
     * @param imagesA [n, 3, H, W] in [-1, 1]; 10 d or more for a network of d dimensions, or the distance is too large
     *     and a warning is logged
     * @param imagesB [m, 3, H, W] in [-1, 1]
     */
    public static EmbeddingDistance between(ImageEmbedding network, INDArray imagesA, INDArray imagesB) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(imagesA, "imagesA");
        Objects.requireNonNull(imagesB, "imagesB");
        return between(network, statistics(network, imagesA), statistics(network, imagesB));
    }

    /** What has to be known of a set of pictures, to compare several others with it. */
    public static FeatureStatistics statistics(ImageEmbedding network, INDArray images) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(images, "images");
        return FeatureStatistics.ofFeatures(network.embedding(images));
    }

    /** As {@link #between(ImageEmbedding, INDArray, INDArray)} for statistics of the same network. */
    public static EmbeddingDistance between(ImageEmbedding network, FeatureStatistics a, FeatureStatistics b) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        if (a.dimension() != network.dimension()) {
            throw new IllegalArgumentException("The statistics have " + a.dimension() + " dimensions, but "
                    + network.name() + " has " + network.dimension() + ": they come from another network.");
        }
        return new EmbeddingDistance(
                network.name(), count(a.samples()), count(b.samples()), FrechetDistance.between(a, b));
    }

    private static int count(OptionalInt samples) {
        return samples.orElseThrow(() ->
                new IllegalArgumentException("The number of pictures behind the statistics must be known: give it."));
    }

    /** The distance. */
    public double value() {
        return frechet.value();
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "Frechet distance %.4f (%s, d = %d, n = %d and %d%s)",
                value(),
                network,
                frechet.dimension(),
                samplesA,
                samplesB,
                frechet.undersampled() ? ", undersampled: too large" : "");
    }
}
