package io.github.rewrite4j.samediff.metric;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Whether the pictures of a generator differ among themselves, or repeat the few pictures that it was adapted to (Ojha,
 * Li, Lu, Efros, Lee, Shechtman, Zhang, "Few-shot image generation via cross-domain correspondence", 2021, section 4):
 * pictures are sorted to the nearest of k centres, and the mean perceptual distance of all pairs of a cluster is
 * averaged over clusters. Clusters of fewer than two pictures have no pair and are left out.
 *
 * <p>1,000 pictures are usual. Cost for N pictures: the network's, O(N^2 d) for d features and 4 N d bytes, about 120 KB
 * a picture of 64x64 with {@link RandomFeatures}.
 *
 * @param distance name of the network that compared them
 * @param clusterSizes number of pictures for each centre
 * @param mean over clusters; empty where no cluster has two pictures
 * @param deviation standard deviation over clusters (divisor: their number); empty where there is no mean
 */
public record Diversity(String distance, List<Integer> clusterSizes, OptionalDouble mean, OptionalDouble deviation) {

    public Diversity {
        Objects.requireNonNull(distance, "distance");
        Objects.requireNonNull(clusterSizes, "clusterSizes");
        Objects.requireNonNull(mean, "mean");
        Objects.requireNonNull(deviation, "deviation");
        clusterSizes = List.copyOf(clusterSizes);
    }

    /**
     * Around given pictures, for instance the training pictures of a few-shot adaptation.
     *
     * @param images [N,3,H,W] in [-1,1]
     * @param references [k,3,H,W]
     * @throws IllegalArgumentException if a shape or a value does not fit
     */
    public static Diversity around(INDArray references, INDArray images, PerceptualDistance distance) {
        Objects.requireNonNull(references, "references");
        Objects.requireNonNull(images, "images");
        INDArray centres = distance.embed(references);
        INDArray features = distance.embed(images);
        if (centres.size(1) != features.size(1)) {
            throw new IllegalArgumentException("references and images have " + centres.size(1) + " and "
                    + features.size(1) + " features, expected as many: compare pictures of one size");
        }
        double[][] toCentres = PairDistances.squared(features, centres);
        int[] clusters = new int[toCentres.length];
        for (int i = 0; i < clusters.length; i++) {
            for (int c = 1; c < toCentres[i].length; c++) {
                clusters[i] = toCentres[i][c] < toCentres[i][clusters[i]] ? c : clusters[i];
            }
        }
        return of(distance.name(), clusters, toCentres[0].length, PairDistances.squared(features, features));
    }

    /**
     * Around the pictures themselves: k of them that are most central, found without chance by k-medoids.
     *
     * @param images [N,3,H,W] in [-1,1]
     * @param k number of clusters, 1 to N; 10 is usual
     * @throws IllegalArgumentException if a shape or a value does not fit
     */
    public static Diversity aroundMedoids(int k, INDArray images, PerceptualDistance distance) {
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(distance, "distance");
        if (k < 1 || images.rank() != 4 || k > images.size(0)) {
            throw new IllegalArgumentException("k is " + k + ", expected 1 to the number of pictures in [N, 3, H, W]");
        }
        INDArray features = distance.embed(images);
        double[][] pairs = PairDistances.squared(features, features);
        return of(distance.name(), Medoids.clusters(pairs, k), k, pairs);
    }

    private static Diversity of(String name, int[] clusters, int k, double[][] pairs) {
        List<Integer> sizes = new ArrayList<>(Collections.nCopies(k, 0));
        double[] sums = new double[k];
        for (int i = 0; i < clusters.length; i++) {
            sizes.set(clusters[i], sizes.get(clusters[i]) + 1);
            for (int j = 0; j < i; j++) {
                sums[clusters[i]] += clusters[i] == clusters[j] ? pairs[i][j] : 0;
            }
        }
        List<Double> means = new ArrayList<>();
        for (int c = 0; c < k; c++) {
            double size = sizes.get(c);
            if (size >= 2) {
                means.add(sums[c] / (size * (size - 1) / 2));
            }
        }
        OptionalDouble mean = means.stream().mapToDouble(Double::doubleValue).average();
        OptionalDouble variance = means.stream()
                .mapToDouble(value -> Math.pow(value - mean.orElseThrow(), 2))
                .average();
        OptionalDouble deviation =
                variance.isPresent() ? OptionalDouble.of(Math.sqrt(variance.getAsDouble())) : OptionalDouble.empty();
        return new Diversity(name, sizes, mean, deviation);
    }
}
