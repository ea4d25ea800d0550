package io.github.rewrite4j.samediff.generator.nvidia;

import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.io.torch.TorchCheckpoint;
import io.github.rewrite4j.samediff.generator.internal.CheckpointReader;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.generator.internal.MemoryNeeds;
import io.github.rewrite4j.samediff.generator.nvidia.FilteredNetwork.FilteredLayer;
import io.github.rewrite4j.samediff.generator.nvidia.FilteredNetwork.Filters;
import io.github.rewrite4j.samediff.generator.nvidia.FilteredNetwork.Grid;
import io.github.rewrite4j.samediff.generator.style.StyleMapping;
import io.github.rewrite4j.samediff.generator.style.StyledEstimate;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads the StyleGAN3 of github.com/NVlabs/stylegan3, configurations T and R, from its pickles. Filters and the transform of
 * the plane come from the file; the grids from the settings of the layers, which a state dict does not tell.
 */
final class NvidiaStyleGan3 {
    private static final String MARKS = "synthesis\\.(input\\.(freqs|phases)|L[0-9]+_[0-9]+_[0-9]+\\.weight)";
    private static final String SYNTHESIS = "synthesis";
    private static final String INPUT = "synthesis.input";
    private static final List<String> SPACES = List.of("mapping.", "synthesis.");
    private static final int LARGEST_GRID = 1 << 13;

    private final NvidiaModules modules;
    private final CheckpointReader reader;
    private final NvidiaMapping mapping;
    private final TreeMap<String, INDArray> weights = new TreeMap<>();

    private NvidiaStyleGan3(NvidiaModules modules) {
        this.modules = modules;
        this.reader = modules.reader();
        this.mapping = new NvidiaMapping(modules);
    }

    /** The layout of this file, if it is one. */
    static Optional<NvidiaStyleGan3> in(TensorSource tensors) {
        return in(tensors, NvidiaModules.settings(tensors));
    }

    /** With settings from another file. */
    static Optional<NvidiaStyleGan3> in(TensorSource tensors, Optional<TorchCheckpoint> settings) {
        return NvidiaModules.with(tensors, settings, MARKS).map(NvidiaStyleGan3::new);
    }

    private List<String> layers() throws IOException {
        return modules.texts(SYNTHESIS, "layer_names").stream()
                .map(name -> SYNTHESIS + "." + name)
                .toList();
    }

    private boolean makesColours(String layer) throws IOException {
        return modules.required(layer, "is_torgb") != 0;
    }

    private Map<String, long[]> expected() throws IOException {
        Map<String, long[]> expected = new LinkedHashMap<>();
        mapping.expect(expected);
        long latent = mapping.latent();
        long channels = reader.size(INPUT + ".phases", 0);
        expected.put(INPUT + ".phases", new long[] {-1});
        expected.put(INPUT + ".freqs", new long[] {channels, 2});
        expected.put(INPUT + ".weight", new long[] {channels, channels});
        expected.put(INPUT + ".transform", new long[] {3, 3});
        expected.put(INPUT + ".affine.weight", new long[] {4, latent});
        expected.put(INPUT + ".affine.bias", new long[] {4});
        List<String> layers = layers();
        for (int i = 0; i < layers.size(); i++) {
            String layer = layers.get(i);
            boolean last = i == layers.size() - 1;
            int kernel = modules.whole(layer, "conv_kernel", 1, 9);
            long out = last ? 3 : reader.size(layer + ".weight", 0);
            expected.put(layer + ".weight", new long[] {last ? 3 : -1, channels, kernel, kernel});
            expected.put(layer + ".bias", new long[] {out});
            expected.put(layer + ".affine.weight", new long[] {channels, latent});
            expected.put(layer + ".affine.bias", new long[] {channels});
            expected.put(layer + ".magnitude_ema", new long[0]);
            if (!last) {
                expected.put(layer + ".up_filter", new long[] {-1});
                boolean radial = reader.size(layer + ".down_filter", 1) > 0;
                expected.put(layer + ".down_filter", radial ? new long[] {-1, -1} : new long[] {-1});
            }
            channels = out;
        }
        return expected;
    }

    void check() throws IOException {
        if (!modules.hasSettings()) {
            throw new FileFormatException(
                    modules.tensors().label(),
                    "tensor names",
                    "the file holds the weights of a StyleGAN3 alone, which do not tell its grids. Load the pickle (.pkl)"
                            + " that they were taken from.");
        }
        List<String> layers = layers();
        if (layers.size() < 2 || layers.size() > 100) {
            throw modules.wrong(SYNTHESIS, "layer_names", "names " + layers.size() + " layers; expected 2 to 100");
        }
        reader.requireMatches(expected(), SPACES);
        mapping.check();
        Grid before = inputGrid();
        for (int i = 0; i < layers.size(); i++) {
            String layer = layers.get(i);
            if (makesColours(layer) != (i == layers.size() - 1)) {
                throw modules.wrong(layer, "is_torgb", "is not as expected: the last layer alone makes colours");
            }
            Grid keys = grid(layer, "in");
            if (keys.size() != before.size()) {
                throw modules.wrong(
                        layer, "in_size", "is " + keys.size() + ", but before it are " + before.size() + " cells");
            }
            before = grid(layer, "out");
            checkFilters(layer, keys, before);
        }
        int side = modules.whole(SYNTHESIS, "img_resolution", 1, LARGEST_GRID);
        if (before.size() != side) {
            throw modules.wrong(SYNTHESIS, "img_resolution", "is " + side + ", but the layers make " + before.size());
        }
    }

    private void checkFilters(String layer, Grid keys, Grid values) throws IOException {
        int convolved = keys.size() + modules.whole(layer, "conv_kernel", 1, 9) - 1;
        if (makesColours(layer)) {
            if (convolved != values.size()) {
                throw modules.wrong(layer, "out_size", "is " + values.size() + "; the convolution makes " + convolved);
            }
            return;
        }
        FirFilter.Enlargement how = enlargement(layer);
        long up = reader.size(layer + ".up_filter", 0);
        long down = reader.size(layer + ".down_filter", 0);
        int factor = modules.whole(layer, "down_factor", 1, 16);
        long square = reader.size(layer + ".down_filter", 1);
        boolean known = up <= 1 << 10 && down <= 1 << 10 && (square < 0 || square == down);
        boolean fits = known
                && how.fits(convolved, (int) up)
                && how.result(convolved, (int) up) - (int) down == (values.size() - 1) * factor;
        if (!fits || taps(layer, "up_taps", up) != up || taps(layer, "down_taps", down) != down) {
            throw FileFormatException.atKey(
                    modules.tensors().label(),
                    modules.prefix() + layer,
                    "its filters of " + up + " and " + down + " taps do not make maps of " + values.size()
                            + " cells out of "
                            + keys.size() + " (enlarged by " + how.factor() + ", reduced by " + factor + ", padding "
                            + how.before() + " and " + how.after() + "). The file is damaged; get it again");
        }
    }

    private long taps(String layer, String name, long found) throws IOException {
        return Math.round(modules.number(layer, name).orElse((double) found));
    }

    private FirFilter.Enlargement enlargement(String layer) throws IOException {
        List<Integer> padding = modules.wholes(layer, "padding");
        if (padding.size() != 4
                || !padding.get(0).equals(padding.get(2))
                || !padding.get(1).equals(padding.get(3))
                || padding.stream().anyMatch(cells -> Math.abs(cells) > LARGEST_GRID)) {
            throw modules.wrong(layer, "padding", "is " + padding + "; expected the same along both axes");
        }
        return new FirFilter.Enlargement(modules.whole(layer, "up_factor", 1, 16), padding.get(0), padding.get(1));
    }

    /** The grid of a layer: as many cells as its rate cover the picture, the rest is margin. */
    private Grid grid(String layer, String side) throws IOException {
        int size = square(layer, side + "_size");
        return new Grid(size, margin(layer, size, modules.required(layer, side + "_sampling_rate")));
    }

    private Grid inputGrid() throws IOException {
        int size = square(INPUT, "size");
        return new Grid(size, margin(INPUT, size, modules.required(INPUT, "sampling_rate")));
    }

    private int square(String module, String name) throws IOException {
        List<Integer> sizes = modules.wholes(module, name);
        if (sizes.size() != 2
                || !sizes.get(0).equals(sizes.get(1))
                || sizes.get(0) < 1
                || sizes.get(0) > LARGEST_GRID) {
            throw modules.wrong(module, name, "is " + sizes + "; expected two equal numbers up to " + LARGEST_GRID);
        }
        return sizes.get(0);
    }

    private int margin(String module, int size, double rate) throws IOException {
        double cells = (size - rate) / 2;
        if (cells < 0 || cells != Math.rint(cells) || rate < 1) {
            throw modules.wrong(
                    module, "sampling_rate", "is " + rate + ", which does not lie in the middle of " + size + " cells");
        }
        return (int) cells;
    }

    private String architecture() throws IOException {
        int side = modules.whole(SYNTHESIS, "img_resolution", 1, LARGEST_GRID);
        boolean pointwise = modules.whole(layers().get(0), "conv_kernel", 1, 9) == 1;
        double clamp = modules.clamp(layers().get(0));
        return "StyleGAN3-" + (pointwise ? "R" : "T") + " " + side + "x" + side + ", " + mapping.words() + ", "
                + layers().size() + " layers" + (Double.isInfinite(clamp) ? "" : ", clamped at " + clamp);
    }

    GeneratorEstimate estimate() throws IOException {
        check();
        long parameters = 0;
        for (String name : expected().keySet()) {
            parameters += isBuffer(name) ? 0 : reader.length(name);
        }
        long largest = 0;
        List<String> layers = layers();
        for (String layer : layers.subList(0, layers.size() - 1)) {
            long between =
                    (long) enlargement(layer).factor() * grid(layer, "in").size();
            largest = Math.max(largest, reader.size(layer + ".weight", 0) * between * between);
        }
        MemoryNeeds needs = new MemoryNeeds(parameters, largest);
        return StyledEstimate.of(
                architecture(),
                mapping.inputSize(),
                mapping.classes(),
                modules.whole(SYNTHESIS, "img_resolution", 1, LARGEST_GRID),
                layers.size() - 1,
                needs,
                needs.generatingBytes());
    }

    private static boolean isBuffer(String name) {
        return name.equals(NvidiaMapping.MEAN)
                || name.endsWith("_filter")
                || name.endsWith(".magnitude_ema")
                || name.endsWith(".freqs")
                || name.endsWith(".phases")
                || name.endsWith(".transform");
    }

    GraphGenerator generator() throws IOException {
        return generator(Optional.empty());
    }

    /** @param placement where the picture lies, in place of what the file says */
    GraphGenerator generator(Optional<Placement> placement) throws IOException {
        check();
        weights.clear();
        for (Map.Entry<String, long[]> tensor : expected().entrySet()) {
            weights.put(tensor.getKey(), reader.read(tensor.getKey(), tensor.getValue()));
        }
        placement.ifPresent(where -> weights.put(INPUT + ".transform", where.transform()));
        List<FilteredLayer> layers = new ArrayList<>();
        Map<String, INDArray> editable = new TreeMap<>();
        for (String name : layers()) {
            FilteredLayer layer = layer(name);
            layers.add(layer);
            editable.put(layer.weight(), weight(layer.weight()));
        }
        INDArray mean = weight(NvidiaMapping.MEAN);
        FilteredNetwork network = new FilteredNetwork(
                architecture(),
                new StyleMapping(
                        Math.toIntExact(mapping.inputSize()), mapping.layers(weights), mapping.embedding(weights)),
                mean.reshape(1, mean.length()),
                input(),
                layers,
                modules.required(SYNTHESIS, "output_scale"));
        INDArray colours = weight(layers.get(layers.size() - 1).weight());
        String fingerprint = Fingerprints.of(weights, network.architecture() + "/" + settings(network));
        weights.clear();
        return new FilteredGraph(network, colours).generator(fingerprint, editable);
    }

    /** What the weights do not tell: two files may differ in it alone. */
    private static String settings(FilteredNetwork network) {
        StringBuilder text = new StringBuilder(network.outputScale() + " "
                + network.input().rate() + " " + network.input().bandwidth());
        for (FilteredLayer layer : network.layers()) {
            text.append('/').append(layer.keyGrid()).append(layer.valueGrid()).append(layer.clamp());
            layer.filters()
                    .ifPresent(filters -> text.append(filters.enlargement()).append(filters.factor()));
        }
        return PrintableText.of(text.toString());
    }

    private FourierFeatures input() throws IOException {
        double rate = modules.required(INPUT, "sampling_rate");
        double bandwidth = modules.required(INPUT, "bandwidth");
        if (!(bandwidth < rate / 2)) {
            throw modules.wrong(INPUT, "bandwidth", "is " + bandwidth + "; expected less than half of " + rate);
        }
        return new FourierFeatures(
                weight(INPUT + ".weight"),
                weight(INPUT + ".freqs"),
                weight(INPUT + ".phases"),
                weight(INPUT + ".transform"),
                modules.dense(INPUT + ".affine", 1, weights),
                inputGrid().size(),
                rate,
                bandwidth);
    }

    private FilteredLayer layer(String name) throws IOException {
        INDArray weight = weight(name + ".weight");
        boolean last = makesColours(name);
        int in = Math.toIntExact(weight.size(1));
        int kernel = Math.toIntExact(weight.size(2));
        double magnitude = weight(name + ".magnitude_ema").getDouble(0);
        if (!(magnitude > 0)) {
            throw modules.wrong(name, "magnitude_ema", "is " + magnitude + "; expected a positive number");
        }
        double styleGain = last ? 1 / Math.sqrt((double) in * kernel * kernel) : 1;
        return new FilteredLayer(
                name,
                in,
                Math.toIntExact(weight.size(0)),
                kernel,
                grid(name, "in"),
                grid(name, "out"),
                modules.dense(name + ".affine", 1, weights).times(styleGain),
                1 / Math.sqrt(magnitude),
                weight(name + ".bias"),
                modules.clamp(name),
                last
                        ? Optional.empty()
                        : Optional.of(new Filters(
                                new FirFilter(weight(name + ".up_filter")),
                                enlargement(name),
                                new FirFilter(weight(name + ".down_filter")),
                                modules.whole(name, "down_factor", 1, 16))));
    }

    private INDArray weight(String name) {
        return Named.in(weights, name);
    }
}
