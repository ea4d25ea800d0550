package io.github.rewrite4j.samediff.generator.progan;

import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.internal.CheckpointReader;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.generator.internal.MemoryNeeds;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads a Progressive GAN; depth, channels and resolution follow from the weights. */
final class ProGanCheckpoint {
    private static final int FIRST_KERNEL = 4;
    private static final int KERNEL = 3;
    private static final int MOST_LAYERS = 20;
    private static final List<String> SPACES = List.of("layer");

    private final ProGanNames names;
    private final CheckpointReader reader;
    private final int layers;

    private ProGanCheckpoint(ProGanNames names) {
        this.names = names;
        this.reader = new CheckpointReader(names);
        int found = 0;
        while (found < MOST_LAYERS && reader.has(layer(found + 1) + ".conv.weight")) {
            found++;
        }
        this.layers = found;
    }

    /** The layout of this file, if it is one. */
    static Optional<ProGanCheckpoint> in(TensorSource tensors) {
        return ProGanNames.of(tensors).map(ProGanCheckpoint::new);
    }

    /** The tensors under the newer names. */
    TensorSource state() {
        return names;
    }

    static String layer(int number) {
        return "layer" + number;
    }

    static String output(int side) {
        return "output_" + side + "x" + side;
    }

    /** Pixels of a side that so many layers make: 4, and twice as many with each two of them. */
    static int imageSize(int layers) {
        return 4 << Math.min(10, Math.max(0, (layers - 1) / 2));
    }

    private int imageSize() {
        return imageSize(layers);
    }

    private Map<String, long[]> expected() throws IOException {
        Map<String, long[]> expected = new LinkedHashMap<>();
        long in = -1;
        for (int n = 1; n <= layers; n++) {
            int kernel = n == 1 ? FIRST_KERNEL : KERNEL;
            long out = reader.size(layer(n) + ".conv.weight", 0);
            expected.put(layer(n) + ".conv.weight", new long[] {-1, in, kernel, kernel});
            expected.put(layer(n) + ".wscale.b", new long[] {out});
            in = out;
        }
        expected.put(output(imageSize()) + ".conv.weight", new long[] {3, in, 1, 1});
        expected.put(output(imageSize()) + ".wscale.b", new long[] {3});
        return expected;
    }

    void requireComplete() throws IOException {
        if (layers < 2 || layers % 2 != 0) {
            throw new FileFormatException(
                    names.label(),
                    "tensor names",
                    "a Progressive GAN has two layers for each resolution, but '" + layer(layers) + "' is the last of "
                            + layers + ". The file is damaged, or of another network");
        }
        reader.requireMatches(expected(), SPACES);
    }

    private long latent() throws IOException {
        return reader.size(layer(1) + ".conv.weight", 1);
    }

    private String architecture() throws IOException {
        return "Progressive GAN " + imageSize() + "x" + imageSize() + ", latent " + latent() + ", " + layers
                + " layers";
    }

    GeneratorEstimate estimate() throws IOException {
        requireComplete();
        long parameters = 0;
        for (String name : expected().keySet()) {
            parameters += reader.length(name);
        }
        long largest = 0;
        for (int n = 1; n <= layers; n++) {
            long side = imageSize(n);
            long channels =
                    Math.max(reader.size(layer(n) + ".conv.weight", 0), reader.size(layer(n) + ".conv.weight", 1));
            largest = Math.max(largest, channels * side * side);
        }
        MemoryNeeds needs = new MemoryNeeds(parameters, largest);
        return new GeneratorEstimate(
                architecture(),
                List.of(ProGanGraph.LATENT + " [N, " + latent() + "]"),
                imageSize(),
                imageSize(),
                layers,
                parameters,
                needs.loadingBytes(),
                needs.generatingBytes(),
                List.of());
    }

    GraphGenerator generator() throws IOException {
        requireComplete();
        TreeMap<String, INDArray> weights = new TreeMap<>();
        for (Map.Entry<String, long[]> tensor : expected().entrySet()) {
            weights.put(tensor.getKey(), reader.read(tensor.getKey(), tensor.getValue()));
        }
        List<ProGanGraph.Block> blocks = new ArrayList<>();
        long parameters = 0;
        for (int n = 1; n <= layers; n++) {
            INDArray weight = Named.in(weights, layer(n) + ".conv.weight");
            blocks.add(new ProGanGraph.Block(
                    layer(n) + ".conv",
                    Math.toIntExact(weight.size(1)),
                    Math.toIntExact(weight.size(0)),
                    n == 1 ? FIRST_KERNEL : KERNEL,
                    imageSize(n),
                    n % 2 == 1 && n > 1,
                    Named.in(weights, layer(n) + ".wscale.b")));
        }
        for (INDArray weight : weights.values()) {
            parameters += weight.length();
        }
        ProGanGraph.Colours colours = new ProGanGraph.Colours(
                output(imageSize()),
                Named.in(weights, output(imageSize()) + ".conv.weight"),
                Named.in(weights, output(imageSize()) + ".wscale.b"));
        String architecture = architecture();
        return new ProGanGraph(architecture, Math.toIntExact(latent()), blocks, colours, parameters)
                .generator(Fingerprints.of(weights, architecture), weights);
    }
}
