package io.github.rewrite4j.samediff.generator.nvidia;

import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.io.torch.TorchCheckpoint;
import io.github.rewrite4j.samediff.generator.internal.CheckpointReader;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.generator.style.StyledEstimate;
import io.github.rewrite4j.samediff.generator.style.StyledGraph;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.Noise;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.ToRgb;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.WeightLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads the StyleGAN2 of github.com/NVlabs/stylegan2-ada-pytorch and of stylegan3, from a pickle or from a state dict of the
 * same names. Size, channels and depth follow from the weights; clamps and gains from the modules in a pickle, and are the
 * usual ones (no clamp) in a state dict, which does not tell them. Weights of convolutions are not scaled: demodulation would
 * undo it.
 */
final class NvidiaStyleGan2 {
    private static final String CONSTANT = "synthesis.b4.const";
    private static final String MARKS = "synthesis\\.b[0-9]+\\..*";
    private static final int FILTER = 4;

    /** The gain of an up-sampling filter: what is lost to the zeros between the pixels. */
    private static final double UPSAMPLING = 4;

    private static final List<String> SPACES = List.of("mapping.", "synthesis.");

    private final NvidiaModules modules;
    private final CheckpointReader reader;
    private final NvidiaMapping mapping;
    private final int doublings;
    private final TreeMap<String, INDArray> weights = new TreeMap<>();

    private NvidiaStyleGan2(NvidiaModules modules) {
        this.modules = modules;
        this.reader = modules.reader();
        this.mapping = new NvidiaMapping(modules);
        int found = 0;
        while (found < 10 && reader.has(block(found + 1) + ".conv1.weight")) {
            found++;
        }
        this.doublings = found;
    }

    /** The layout of this file, if it is one. */
    static Optional<NvidiaStyleGan2> in(TensorSource tensors) {
        return in(tensors, NvidiaModules.settings(tensors));
    }

    /** With settings from another file. */
    static Optional<NvidiaStyleGan2> in(TensorSource tensors, Optional<TorchCheckpoint> settings) {
        return NvidiaModules.with(tensors, settings, MARKS).map(NvidiaStyleGan2::new);
    }

    private static String block(int doublings) {
        return "synthesis.b" + (4 << doublings);
    }

    private boolean isNoisy(String layer) {
        return reader.has(layer + ".noise_const");
    }

    private Map<String, long[]> expected() throws IOException {
        Map<String, long[]> expected = new LinkedHashMap<>();
        mapping.expect(expected);
        expected.put(CONSTANT, new long[] {-1, 4, 4});
        long channels = reader.size(CONSTANT, 0);
        for (int k = 0; k <= doublings; k++) {
            String block = block(k);
            long grid = 4L << k;
            expected.put(block + ".resample_filter", new long[] {FILTER, FILTER});
            for (String layer : convolutions(k)) {
                long out = reader.size(layer + ".weight", 0);
                expected.put(layer + ".weight", new long[] {-1, channels, StyledLayer.KERNEL, StyledLayer.KERNEL});
                expected.put(layer + ".bias", new long[] {out});
                expected.put(layer + ".resample_filter", new long[] {FILTER, FILTER});
                affine(expected, layer, channels);
                if (isNoisy(layer)) {
                    expected.put(layer + ".noise_const", new long[] {grid, grid});
                    expected.put(layer + ".noise_strength", new long[0]);
                }
                channels = out;
            }
            expected.put(block + ".torgb.weight", new long[] {3, channels, 1, 1});
            expected.put(block + ".torgb.bias", new long[] {3});
            affine(expected, block + ".torgb", channels);
        }
        return expected;
    }

    private void affine(Map<String, long[]> expected, String layer, long channels) throws IOException {
        expected.put(layer + ".affine.weight", new long[] {channels, mapping.latent()});
        expected.put(layer + ".affine.bias", new long[] {channels});
    }

    private static List<String> convolutions(int k) {
        String block = block(k);
        return k == 0 ? List.of(block + ".conv1") : List.of(block + ".conv0", block + ".conv1");
    }

    /** Refuses architectures that are not the usual one by their names. */
    private void requireSkips() throws IOException {
        for (int k = 0; k <= doublings; k++) {
            String block = block(k);
            String guess = reader.has(block + ".skip.weight")
                    ? "resnet"
                    : reader.has(block + ".torgb.weight") ? "skip" : k < doublings ? "orig" : "skip";
            String architecture = modules.text(block, "architecture").orElse(guess);
            if (!architecture.equals("skip")) {
                throw FileFormatException.atKey(
                        modules.tensors().label(),
                        modules.prefix() + block,
                        "the generator has the architecture '" + PrintableText.name(architecture)
                                + "'; read are those with 'skip', which all usual networks of this code have");
            }
        }
    }

    void check() throws IOException {
        requireSkips();
        reader.requireMatches(expected(), SPACES);
        mapping.check();
    }

    private String architecture() throws IOException {
        int side = 4 << doublings;
        double clamp = modules.clamp(block(doublings) + ".conv1");
        return "StyleGAN2 (NVIDIA) " + side + "x" + side + ", " + mapping.words() + ", " + (1 + 2 * doublings)
                + " layers" + (Double.isInfinite(clamp) ? "" : ", clamped at " + clamp);
    }

    GeneratorEstimate estimate() throws IOException {
        check();
        long parameters = 0;
        long largest = 0;
        for (Map.Entry<String, long[]> tensor : expected().entrySet()) {
            String name = tensor.getKey();
            parameters += isBuffer(name) ? 0 : reader.length(name);
        }
        for (int k = 0; k <= doublings; k++) {
            for (String layer : convolutions(k)) {
                largest = Math.max(largest, reader.size(layer + ".weight", 0) << (2 * (k + 2)));
            }
        }
        return StyledEstimate.of(
                        architecture(),
                        mapping.inputSize(),
                        mapping.classes(),
                        4 << doublings,
                        1 + 2 * doublings,
                        parameters,
                        largest)
                .noting(notes());
    }

    private List<String> notes() throws IOException {
        return modules.hasSettings()
                ? List.of()
                : List.of(
                        "The file holds weights alone; where values are clamped (conv_clamp) is not known, and they are"
                                + " not.");
    }

    private static boolean isBuffer(String name) {
        return name.equals(NvidiaMapping.MEAN) || name.endsWith("_filter") || name.endsWith(".noise_const");
    }

    GraphGenerator generator() throws IOException {
        return generator(false);
    }

    /** @param noiseless whether nothing is added to maps, as with NVIDIA's {@code noise_mode='none'} */
    GraphGenerator generator(boolean noiseless) throws IOException {
        check();
        weights.clear();
        for (Map.Entry<String, long[]> tensor : expected().entrySet()) {
            weights.put(tensor.getKey(), reader.read(tensor.getKey(), tensor.getValue()));
        }
        Map<String, INDArray> editable = new TreeMap<>();
        List<StyledLayer> layers = new ArrayList<>();
        for (int k = 0; k <= doublings; k++) {
            for (String name : convolutions(k)) {
                layers.add(layer(name, k, noiseless));
                editable.put(name + ".weight", weight(name + ".weight"));
            }
        }
        INDArray mean = weight(NvidiaMapping.MEAN);
        INDArray constant = weight(CONSTANT);
        StyledNetwork network = new StyledNetwork(
                architecture(),
                mean.reshape(1, mean.length()),
                constant.reshape(1, constant.size(0), 4, 4),
                mapping.layers(weights),
                layers,
                Optional.empty(),
                mapping.embedding(weights));
        String fingerprint = Fingerprints.of(
                weights, network.architecture() + "/" + settings(layers) + (noiseless ? "noiseless" : ""));
        weights.clear();
        return new StyledGraph(network).generator(fingerprint, editable);
    }

    /** What the weights do not tell: two files may differ in it alone. */
    private static String settings(List<StyledLayer> layers) {
        StringBuilder text = new StringBuilder();
        for (StyledLayer layer : layers) {
            text.append(layer.clamp()).append(' ');
            layer.toRgb().ifPresent(toRgb -> text.append(toRgb.clamp()).append(' '));
        }
        return text.toString();
    }

    private StyledLayer layer(String name, int k, boolean noiseless) throws IOException {
        INDArray weight = weight(name + ".weight");
        boolean up = name.endsWith(".conv0");
        int grid = 4 << k;
        int out = Math.toIntExact(weight.size(0));
        Optional<Noise> noise = isNoisy(name) && !noiseless
                ? Optional.of(new Noise(
                        weight(name + ".noise_const").reshape(1, 1, grid, grid),
                        weight(name + ".noise_strength").reshape(1)))
                : Optional.empty();
        return new StyledLayer(
                name,
                name + ".weight",
                Math.toIntExact(weight.size(1)),
                out,
                up ? grid / 2 : grid,
                grid,
                1,
                modules.dense(name + ".affine", 1, weights),
                weight(name + ".bias"),
                noise,
                up ? Optional.of(weight(name + ".resample_filter").mul(UPSAMPLING)) : Optional.empty(),
                false,
                up ? Optional.empty() : Optional.of(toRgb(k, out)),
                modules.clamp(name));
    }

    /** The gain on the weight of a conversion lies on its styles, as NVIDIA's code has it. */
    private ToRgb toRgb(int k, int in) throws IOException {
        String name = block(k) + ".torgb";
        double gain = modules.number(name, "weight_gain").orElse(1 / Math.sqrt(in));
        return new ToRgb(
                name,
                WeightLayout.YXIO.fromCanonical(weight(name + ".weight")),
                weight(name + ".bias").reshape(1, 3, 1, 1),
                Optional.of(modules.dense(name + ".affine", 1, weights).times(gain)),
                k == 0
                        ? Optional.empty()
                        : Optional.of(weight(block(k) + ".resample_filter").mul(UPSAMPLING)),
                modules.clamp(name));
    }

    private INDArray weight(String name) {
        return Named.in(weights, name);
    }
}
