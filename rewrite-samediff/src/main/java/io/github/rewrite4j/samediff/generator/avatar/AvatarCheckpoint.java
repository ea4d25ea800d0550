package io.github.rewrite4j.samediff.generator.avatar;

import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.samediff.generator.internal.CheckpointReader;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.generator.style.StyledEstimate;
import io.github.rewrite4j.samediff.generator.style.StyledGraph;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.Dense;
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
 * The layout of the bundled avatar generator: mapping of dense layers, a learnt constant, modulated 3x3 convolutions
 * named {@code layer0, layer1, ...} with an up-sampling after every second one, one conversion to RGB at the end.
 */
final class AvatarCheckpoint {
    private static final int KERNEL = StyledLayer.KERNEL;

    private final CheckpointReader reader;
    private final long latent;
    private final int mappingLayers;
    private final int convolutions;

    private AvatarCheckpoint(CheckpointReader reader) throws IOException {
        this.reader = reader;
        this.latent = reader.shape("mapping.0.weight")[1];
        this.mappingLayers = reader.count("mapping.", ".weight");
        this.convolutions = reader.count("layer", ".conv.weight");
    }

    /** The layout of this file, if it is one. */
    static Optional<AvatarCheckpoint> in(CheckpointReader reader) throws IOException {
        return reader.has("mapping.0.weight") && reader.has("const") && reader.has("layer0.conv.weight")
                ? Optional.of(new AvatarCheckpoint(reader))
                : Optional.empty();
    }

    private Map<String, long[]> expected() throws IOException {
        Map<String, long[]> expected = new LinkedHashMap<>();
        for (int k = 0; k < mappingLayers; k++) {
            expected.put("mapping." + k + ".weight", new long[] {latent, latent});
            expected.put("mapping." + k + ".bias", new long[] {latent});
        }
        expected.put("w_mean", new long[] {latent});
        expected.put("const", new long[] {-1, 4, 4});
        long channels = reader.size("const", 0);
        for (int k = 0; k < convolutions; k++) {
            String name = "layer" + k;
            long out = reader.size(name + ".conv.weight", 0);
            expected.put(name + ".conv.weight", new long[] {-1, channels, KERNEL, KERNEL});
            expected.put(name + ".conv.bias", new long[] {out});
            expected.put(name + ".style.weight", new long[] {channels, latent});
            expected.put(name + ".style.bias", new long[] {channels});
            channels = out;
        }
        expected.put("torgb.weight", new long[] {3, channels, 1, 1});
        expected.put("torgb.bias", new long[] {3});
        return expected;
    }

    /** Holds the file against the tensors that it must have. */
    void requireComplete() throws IOException {
        reader.requireMatches(expected(), List.of("mapping.", "layer", "torgb."));
    }

    /** Size and needs, from names and shapes alone. */
    GeneratorEstimate estimate() throws IOException {
        requireComplete();
        long parameters = 0;
        long largest = 0;
        for (String name : expected().keySet()) {
            parameters += name.equals("w_mean") ? 0 : reader.length(name);
        }
        for (int k = 0; k < convolutions; k++) {
            largest = Math.max(largest, reader.size("layer" + k + ".conv.weight", 0) * grid(k) * grid(k));
        }
        return StyledEstimate.of(architecture(), latent, grid(convolutions - 1), convolutions, parameters, largest);
    }

    private String architecture() {
        int size = grid(convolutions - 1);
        return "avatar StyleGAN2 " + size + "x" + size + ", latent " + latent + ", " + convolutions + " layers";
    }

    /** Side of the maps of a layer: doubled after every second one. */
    private static int grid(int layer) {
        return 4 << (layer / 2);
    }

    /** Reads the weights. */
    GraphGenerator generator() throws IOException {
        requireComplete();
        Map<String, INDArray> weights = new LinkedHashMap<>();
        for (Map.Entry<String, long[]> tensor : expected().entrySet()) {
            weights.put(tensor.getKey(), reader.read(tensor.getKey(), tensor.getValue()));
        }
        Weights named = name -> Named.in(weights, name);
        List<Dense> mapping = new ArrayList<>();
        for (int k = 0; k < mappingLayers; k++) {
            mapping.add(dense(named, "mapping." + k));
        }
        List<StyledLayer> layers = new ArrayList<>();
        for (int k = 0; k < convolutions; k++) {
            layers.add(layer(named, k));
        }
        StyledNetwork network = new StyledNetwork(
                architecture(),
                named.of("w_mean").reshape(1, latent),
                named.of("const").reshape(1, named.of("const").size(0), 4, 4),
                mapping,
                layers);
        return new StyledGraph(network).generator(Fingerprints.of(new TreeMap<>(weights), architecture()), weights);
    }

    @FunctionalInterface
    private interface Weights {
        INDArray of(String name);
    }

    private StyledLayer layer(Weights weights, int k) {
        String name = "layer" + k;
        INDArray weight = weights.of(name + ".conv.weight");
        boolean last = k == convolutions - 1;
        return new StyledLayer(
                name,
                name + ".conv.weight",
                (int) weight.size(1),
                (int) weight.size(0),
                grid(k),
                grid(k),
                1,
                dense(weights, name + ".style"),
                weights.of(name + ".conv.bias"),
                Optional.empty(),
                Optional.empty(),
                k % 2 == 1 && !last,
                last ? Optional.of(toRgb(weights)) : Optional.empty());
    }

    private static ToRgb toRgb(Weights weights) {
        return new ToRgb(
                "torgb",
                WeightLayout.YXIO.fromCanonical(weights.of("torgb.weight")),
                weights.of("torgb.bias").reshape(1, 3, 1, 1),
                Optional.empty(),
                Optional.empty());
    }

    private static Dense dense(Weights weights, String name) {
        return Dense.of(name, weights.of(name + ".weight"), 1, weights.of(name + ".bias"), 1);
    }
}
