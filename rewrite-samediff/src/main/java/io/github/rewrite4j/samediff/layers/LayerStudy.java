package io.github.rewrite4j.samediff.layers;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.io.Facts;
import io.github.rewrite4j.samediff.metric.FrechetDistance;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What isolated parts of every layer's values draw, in numbers: how well a single value keeps to its place, and how much
 * rendered parts look like the same parts of real images, by size of the part.
 *
 * <p>The distance is Fréchet's, of the colours of each crop averaged over a grid of at most 3 x 3; it is no FID. Immutable.
 */
public final class LayerStudy {
    /** Sizes of parts, in cells. */
    public static final List<Integer> SIZES = List.of(1, 2, 4, 8, 16, 32, 64);

    private static final int GRID = 3;
    private static final long SEED = 7;

    private final int samples;

    private LayerStudy(int samples) {
        this.samples = samples;
    }

    /**
     * A study.
     *
     * @param samples parts for each layer and size, at least 8; the distance needs hundreds to be more than a ranking
     */
    public static LayerStudy on(int samples) {
        if (samples < 8) {
            throw new IllegalArgumentException(
                    "A study looks at 8 parts of each size at least, but got " + samples + ".");
        }
        return new LayerStudy(samples);
    }

    /**
     * One size at one layer.
     *
     * @param cells side of the part
     * @param pixels side of the crop
     * @param frechet distance of rendered crops to crops of images
     */
    public record Size(int cells, int pixels, double frechet) {}

    /**
     * One layer.
     *
     * @param layer its name
     * @param focus share of a single value's energy in its cell and the cells around it
     * @param ownFocus the same in its cell alone
     * @param sizes of parts that fit on the grid
     */
    public record Findings(String layer, double focus, double ownFocus, List<Size> sizes) {
        public Findings {
            Objects.requireNonNull(layer, "layer");
            Objects.requireNonNull(sizes, "sizes");
            sizes = List.copyOf(sizes);
        }

        /** Flat, ordered facts for JSON. */
        public Facts facts() {
            Facts.Builder map = Facts.builder();
            map.put("layer", layer);
            map.put("focus", focus);
            map.put("ownFocus", ownFocus);
            map.put(
                    "sizes",
                    sizes.stream()
                            .map(size ->
                                    Map.of("cells", size.cells(), "pixels", size.pixels(), "frechet", size.frechet()))
                            .toList());
            return map.build();
        }
    }

    /**
     * Studies all layers.
     *
     * @param real images to compare with [M, C, H, W], such as photographs; at least 8
     */
    public List<Findings> of(Generator generator, INDArray real, RewriteListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(real, "real");
        Objects.requireNonNull(listener, "listener");
        List<Layer> layers = generator.layers();
        List<Findings> findings = new ArrayList<>();
        for (int i = 0; i < layers.size(); i++) {
            listener.report("studying layers", i, layers.size());
            findings.add(of(generator.memory(layers.get(i).name()), real));
        }
        listener.report("studying layers", layers.size(), layers.size());
        return List.copyOf(findings);
    }

    /** The same with images of the generator's own samples to compare with. */
    public List<Findings> of(Generator generator, RewriteListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(listener, "listener");
        try (Inputs inputs = generator.sample(samples, SEED + 1);
                INDArray images = generator.generate(inputs)) {
            return of(generator, images, listener);
        }
    }

    /** Studies one layer. */
    public Findings of(AssociativeMemory memory, INDArray real) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(real, "real");
        IsolatedPatches patches = IsolatedPatches.of(memory);
        FeatureShape shape = memory.spec().valueShape();
        int most = Math.min(shape.height(), shape.width()) - 2 * shape.margin();
        List<Size> sizes = new ArrayList<>();
        try (Inputs inputs = memory.sampler().at(Sample.range(SEED, 0, samples))) {
            List<Box> single = patches.spread(samples, 1);
            for (int size : SIZES) {
                if (size <= most) {
                    List<Box> boxes = patches.spread(samples, size);
                    try (INDArray drawn = patches.draw(inputs, boxes)) {
                        List<Box> pixels = boxes.stream()
                                .map(box -> patches.pixels(box, 0))
                                .toList();
                        double distance = FrechetDistance.ofFeatures(colours(drawn, pixels), colours(real, pixels))
                                .value();
                        sizes.add(new Size(size, pixels.get(0).height(), distance));
                    }
                }
            }
            return new Findings(
                    memory.spec().name(), patches.focus(inputs, single, 1), patches.focus(inputs, single, 0), sizes);
        }
    }

    /** Mean colours of each crop on a small grid, [N, 3 g g]. */
    private static INDArray colours(INDArray images, List<Box> crops) {
        float[] all = HostArrays.of(images);
        int count = (int) images.size(0);
        int channels = (int) images.size(1);
        int width = (int) images.size(3);
        int plane = (int) images.size(2) * width;
        int grid = GRID;
        for (Box crop : crops) {
            grid = Math.min(grid, Math.min(crop.height(), crop.width()));
        }
        double[][] features = new double[crops.size()][channels * grid * grid];
        for (int n = 0; n < crops.size(); n++) {
            Box crop = crops.get(n);
            int image = n % count;
            for (int f = 0; f < features[n].length; f++) {
                int row = f / grid % grid;
                int column = f % grid;
                int top = crop.top() + row * crop.height() / grid;
                int bottom = crop.top() + (row + 1) * crop.height() / grid;
                int left = crop.left() + column * crop.width() / grid;
                int right = crop.left() + (column + 1) * crop.width() / grid;
                double sum = 0;
                for (int y = top; y < bottom; y++) {
                    for (int x = left; x < right; x++) {
                        sum += all[(image * channels + f / (grid * grid)) * plane + y * width + x];
                    }
                }
                features[n][f] = sum / ((bottom - top) * (right - left));
            }
        }
        return Nd4j.createFromArray(features);
    }
}
