package io.github.rewrite4j.samediff.generator.dcgan;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.internal.CheckpointReader;
import io.github.rewrite4j.samediff.generator.internal.MemoryNeeds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads a plain convolutional generator; depth and channels follow from the weights. */
final class DcganCheckpoint {
    private static final int FEWEST = 3;

    private final CheckpointReader reader;
    private final String label;
    private final String root;
    private final List<DcganLayer> layers;

    private DcganCheckpoint(TensorSource tensors, String root, List<DcganLayer> layers) {
        this.reader = new CheckpointReader(tensors);
        this.label = tensors.label();
        this.root = root;
        this.layers = List.copyOf(layers);
    }

    /** The generator in this file, if there is one: of several that of running means, then the one nearest to the top. */
    static Optional<DcganCheckpoint> in(TensorSource tensors) throws IOException {
        for (String root : DcganNames.roots(tensors)) {
            Optional<List<DcganLayer>> layers = DcganNames.under(tensors, root);
            if (layers.isPresent() && isChain(layers.get())) {
                return Optional.of(new DcganCheckpoint(tensors, root, layers.get()));
            }
        }
        return Optional.empty();
    }

    /** Whether each layer reads what the one before makes, and the last makes a picture; convolutions that shrink do not. */
    private static boolean isChain(List<DcganLayer> layers) {
        boolean chain = layers.size() >= FEWEST && layers.get(0).kernel() > 1;
        for (int i = 1; chain && i < layers.size(); i++) {
            chain = layers.get(i).in() == layers.get(i - 1).out();
        }
        DcganLayer last = layers.get(layers.size() - 1);
        return chain && last.norm().isEmpty() && (last.out() == 1 || last.out() == 3 || last.out() == 4);
    }

    private Map<String, long[]> expected() {
        Map<String, long[]> expected = new LinkedHashMap<>();
        for (DcganLayer layer : layers) {
            expected.put(layer.weight(), new long[] {layer.in(), layer.out(), layer.kernel(), layer.kernel()});
            if (layer.biased()) {
                expected.put(layer.name() + ".bias", new long[] {layer.out()});
            }
            layer.norm().ifPresent(norm -> {
                for (String part : DcganLayer.NORM) {
                    expected.put(norm + "." + part, new long[] {layer.out()});
                }
            });
        }
        return expected;
    }

    private Map<String, long[]> inFile() {
        Map<String, long[]> inFile = new LinkedHashMap<>();
        expected().forEach((name, shape) -> inFile.put(root + name, shape));
        return inFile;
    }

    void requireComplete() throws IOException {
        reader.requireMatches(inFile(), List.of());
    }

    private List<Integer> strides(DcganSettings settings) throws IOException {
        if (settings.strides().isEmpty()) {
            List<Integer> strides = new ArrayList<>();
            layers.forEach(layer -> strides.add(strides.isEmpty() || layer.kernel() == 1 ? 1 : 2));
            return strides;
        }
        List<Integer> strides = settings.strides();
        if (strides.size() != layers.size()) {
            throw new FileFormatException(
                    label, "layers", "there are " + layers.size() + ", but the option strides has " + strides.size());
        }
        for (int i = 0; i < strides.size(); i++) {
            int kernel = layers.get(i).kernel();
            if (strides.get(i) > kernel || (i > 0 && strides.get(i) == 1 && kernel % 2 == 0)) {
                throw new FileFormatException(
                        label,
                        "layer '" + layers.get(i).name() + "'",
                        "a kernel of " + kernel + " x " + kernel + " cannot multiply a grid by " + strides.get(i));
            }
        }
        return strides;
    }

    private static int side(List<DcganLayer> layers, List<Integer> strides) {
        int side = layers.get(0).kernel();
        for (int i = 1; i < layers.size(); i++) {
            side = Math.min(1 << 16, side * strides.get(i));
        }
        return side;
    }

    private String architecture(int side) {
        return "convolutional generator " + side + "x" + side + ", latent "
                + layers.get(0).in() + ", " + layers.size() + " layers";
    }

    GeneratorEstimate estimate(DcganSettings settings) throws IOException {
        requireComplete();
        List<Integer> strides = strides(settings);
        long parameters = 0;
        for (String name : inFile().keySet()) {
            parameters += reader.length(name);
        }
        long largest = 0;
        for (int n = 1; n <= layers.size(); n++) {
            long side = side(layers.subList(0, n), strides);
            largest = Math.max(largest, layers.get(n - 1).out() * side * side);
        }
        int side = side(layers, strides);
        MemoryNeeds needs = new MemoryNeeds(parameters, largest);
        return new GeneratorEstimate(
                architecture(side),
                List.of(DcganGraph.LATENT + " [N, " + layers.get(0).in() + ", 1, 1]"),
                side,
                side,
                layers.size(),
                parameters,
                needs.loadingBytes(),
                needs.generatingBytes(),
                List.of());
    }

    Generator generator(DcganSettings settings) throws IOException {
        requireComplete();
        List<Integer> strides = strides(settings);
        TreeMap<String, INDArray> weights = new TreeMap<>();
        for (Map.Entry<String, long[]> tensor : expected().entrySet()) {
            weights.put(tensor.getKey(), reader.read(root + tensor.getKey(), tensor.getValue()));
        }
        int side = side(layers, strides);
        return new DcganGraph(layers, strides, settings).generator(architecture(side), weights);
    }

    static Comparator<String> nearestFirst() {
        return Comparator.<String>comparingInt(root -> root.contains("ema") ? 0 : 1)
                .thenComparingLong(root -> root.chars().filter(c -> c == '.').count())
                .thenComparing(Comparator.naturalOrder());
    }
}
