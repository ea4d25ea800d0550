package io.github.rewrite4j.samediff.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * How different two pictures look to a network: the formula of LPIPS (Zhang, Isola, Efros, Shechtman, Wang, "The
 * unreasonable effectiveness of deep features as a perceptual metric", 2018, eq. 1) over any {@link FeatureNetwork}.
 *
 * <p>d(a,b) = sum over layers l of mean over positions of sum over channels c of w_lc (f_a - f_b)^2, f the features
 * divided by their length over channels plus 1e-10. Without trained weights w = 1/C. Only with the networks and weights
 * of its authors ({@link OfficialLpips}) this is LPIPS; {@link #name()} says which it is.
 *
 * <p>The spatial form keeps the positions: each layer's map is enlarged to the pictures (bilinear, corners not aligned)
 * and the layers are added; on one side of a mask its mean is taken. Pictures are in [-1,1] and clipped to it. Cost: the
 * network's, {@value #CHUNK} pictures at a time, and one pass over the features in double precision.
 */
public final class PerceptualDistance implements ImageMetric {
    private static final int CHUNK = 16;
    private static final ImageRange RANGE = ImageRange.SYMMETRIC;

    private final FeatureNetwork network;
    private final @Nullable List<double[]> weights;

    private PerceptualDistance(FeatureNetwork network, @Nullable List<double[]> weights) {
        this.network = network;
        this.weights = weights;
    }

    /** Every channel of a layer counts alike, w = 1/C. */
    public static PerceptualDistance unweighted(FeatureNetwork network) {
        Objects.requireNonNull(network, "network");
        return new PerceptualDistance(network, null);
    }

    /**
     * Channels with weights of their own.
     *
     * @param weights for each layer one weight of at least 0 for each channel
     * @throws IllegalArgumentException if a weight is negative or not finite
     */
    public static PerceptualDistance weighted(FeatureNetwork network, List<double[]> weights) {
        Objects.requireNonNull(network, "network");
        List<double[]> copies = new ArrayList<>();
        for (double[] layer : weights) {
            for (double weight : layer) {
                if (!(weight >= 0) || Double.isInfinite(weight)) {
                    throw new IllegalArgumentException("The weights of layer " + copies.size() + " hold " + weight
                            + ", expected finite values of at least 0");
                }
            }
            copies.add(layer.clone());
        }
        return new PerceptualDistance(network, copies);
    }

    /** The name of the network: numbers of different ones cannot be compared. */
    public String name() {
        return network.name();
    }

    /**
     * The distance of each pair of pictures.
     *
     * @param a pictures [N,3,H,W]
     * @param b pictures of the same shape
     * @return N values of at least 0
     * @throws IllegalArgumentException if a shape or a value does not fit
     */
    @Override
    public double[] perImage(INDArray a, INDArray b) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        double[] result = new double[checked(a, b).count()];
        forEachPair(a, b, (n, first, second, i) -> {
            for (int layer = 0; layer < first.size(); layer++) {
                double[] squares = squares(layer, first.get(layer), second.get(layer), i);
                result[n] += Arrays.stream(squares).average().orElseThrow();
            }
        });
        return result;
    }

    /** The mean of {@link #perImage(INDArray, INDArray)} over the pairs. */
    public double mean(INDArray a, INDArray b) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        return Arrays.stream(perImage(a, b)).average().orElseThrow();
    }

    /**
     * The distance at every pixel of each pair of pictures.
     *
     * @param a pictures [N,3,H,W]
     * @param b pictures of the same shape
     * @return a new float64 array [N,H,W]
     * @throws IllegalArgumentException if a shape or a value does not fit
     */
    public INDArray map(INDArray a, INDArray b) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        ImageBatch images = checked(a, b);
        return Nd4j.createFromArray(maps(images, a, b)).reshape('c', images.count(), images.height(), images.width());
    }

    /**
     * The mean of {@link #map} on one side of a mask, for each pair of pictures. Features see beyond the mask: a change
     * near it can be felt on the other side.
     *
     * @param mask [H,W] for all pictures or [N,H,W], one for each
     * @return N values of at least 0
     * @throws IllegalArgumentException if a shape or a value does not fit, or the side has no pixel
     */
    public double[] perImage(INDArray a, INDArray b, INDArray mask, MaskSide side) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        Objects.requireNonNull(mask, "mask");
        Objects.requireNonNull(side, "side");
        ImageBatch images = checked(a, b);
        PixelSelection selection = PixelSelection.of(mask, side, images);
        double[] maps = maps(images, a, b);
        double[] result = new double[images.count()];
        for (int n = 0; n < result.length; n++) {
            boolean[] selected = selection.plane(n);
            int pixels = 0;
            for (int i = 0; i < selected.length; i++) {
                if (selected[i]) {
                    result[n] += maps[n * images.planeSize() + i];
                    pixels++;
                }
            }
            result[n] /= pixels;
        }
        return result;
    }

    /** The mean of {@link #perImage(INDArray, INDArray, INDArray, MaskSide)} over the pairs. */
    public double mean(INDArray a, INDArray b, INDArray mask, MaskSide side) {
        Objects.requireNonNull(a, "a");
        Objects.requireNonNull(b, "b");
        Objects.requireNonNull(mask, "mask");
        Objects.requireNonNull(side, "side");
        return Arrays.stream(perImage(a, b, mask, side)).average().orElseThrow();
    }

    /**
     * Vectors whose squared Euclidean distances are the distances of the pictures: the features in one row, times the
     * roots of w_lc / (h w).
     *
     * @param images [N,3,H,W]
     * @return a new float32 array [N,d]
     */
    INDArray embed(INDArray images) {
        ImageBatch batch = ImageBatch.of("images", images, RANGE);
        List<float[]> rows = new ArrayList<>();
        for (int start = 0; start < batch.count(); start += CHUNK) {
            List<UnitMaps> layers = features(images, start, Math.min(batch.count(), start + CHUNK));
            for (int n = start; n < Math.min(batch.count(), start + CHUNK); n++) {
                rows.add(row(layers, n - start));
            }
        }
        return Nd4j.create(rows.toArray(float[][]::new));
    }

    private float[] row(List<UnitMaps> layers, int image) {
        float[] row = new float[layers.stream().mapToInt(UnitMaps::size).sum()];
        int at = 0;
        for (int l = 0; l < layers.size(); l++) {
            UnitMaps layer = layers.get(l);
            double[] channelWeights = weights(l, layer);
            for (int c = 0; c < layer.channels(); c++) {
                double factor = Math.sqrt(channelWeights[c] / layer.area());
                for (int i = 0; i < layer.area(); i++) {
                    row[at++] = (float) (factor * layer.value(image, c, i));
                }
            }
        }
        return row;
    }

    private static ImageBatch checked(INDArray a, INDArray b) {
        ImageBatch first = ImageBatch.of("a", a, RANGE);
        ImageBatch.of("b", b, RANGE, "a", first);
        return first;
    }

    private double[] maps(ImageBatch images, INDArray a, INDArray b) {
        double[] maps = new double[images.count() * images.planeSize()];
        forEachPair(a, b, (n, first, second, i) -> {
            for (int layer = 0; layer < first.size(); layer++) {
                UnitMaps grid = first.get(layer);
                Bilinear.of(grid.height(), grid.width(), images.height(), images.width())
                        .add(squares(layer, grid, second.get(layer), i), maps, n * images.planeSize());
            }
        });
        return maps;
    }

    private double[] squares(int layer, UnitMaps a, UnitMaps b, int image) {
        return a.squares(image, b, image, weights(layer, a));
    }

    private double[] weights(int layer, UnitMaps maps) {
        if (weights == null) {
            double[] alike = new double[maps.channels()];
            Arrays.fill(alike, 1.0 / maps.channels());
            return alike;
        }
        if (layer >= weights.size() || weights.get(layer).length != maps.channels()) {
            throw new IllegalArgumentException("Layer " + layer + " of the network " + name() + " has "
                    + maps.channels() + " channels, but there are weights for "
                    + weights.stream().map(w -> w.length).toList() + ": pass the weights of this network");
        }
        return weights.get(layer);
    }

    private void forEachPair(INDArray a, INDArray b, PairVisitor visitor) {
        int count = (int) a.size(0);
        for (int start = 0; start < count; start += CHUNK) {
            int end = Math.min(count, start + CHUNK);
            List<UnitMaps> first = features(a, start, end);
            List<UnitMaps> second = features(b, start, end);
            for (int n = start; n < end; n++) {
                visitor.visit(n, first, second, n - start);
            }
        }
    }

    private List<UnitMaps> features(INDArray images, int start, int end) {
        INDArray part = images.get(NDArrayIndex.interval(start, end), NDArrayIndex.all());
        float[] clipped = ImageBatch.of("images", part, RANGE).values();
        try (INDArray pictures = Nd4j.create(clipped, part.shape(), 'c')) {
            return UnitMaps.of(network, pictures);
        }
    }

    /** Receives pair n of the batch, which is pair i of the chunk that the features belong to. */
    @FunctionalInterface
    private interface PairVisitor {
        void visit(int n, List<UnitMaps> first, List<UnitMaps> second, int i);
    }
}
