package io.github.rewrite4j.samediff.generator;

import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.UnknownLayerException;
import io.github.rewrite4j.samediff.graph.GraphCut;
import io.github.rewrite4j.samediff.graph.GraphLayer;
import io.github.rewrite4j.samediff.graph.Program;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * What a generator and everything derived from it by patches have in common: the graph, its layers, and the cuts made so
 * far. Immutable but for the cache of cuts.
 */
public final class GraphModel {
    private static final long MAP_BYTES = 64L << 20;

    private final String architecture;
    private final String fingerprint;
    private final Supplier<SameDiff> graph;
    private final Program program;
    private final String output;
    private final List<String> inputs;
    private final int[] imageShape;
    private final long parameters;
    private final List<GraphLayer> layers;
    private final int atOnce;
    private final Map<String, GraphCut> cuts = new ConcurrentHashMap<>();

    /**
     * @param architecture human-readable name and size
     * @param fingerprint hash of architecture and all weights
     * @param graph builds the graph anew at each call; editable weights are placeholders
     * @param inputs placeholders that are not weights
     * @param output image variable
     * @param imageShape [channels, height, width]
     * @param parameters number of weights
     * @param layers editable layers from input to output
     */
    public GraphModel(
            String architecture,
            String fingerprint,
            Supplier<SameDiff> graph,
            List<String> inputs,
            String output,
            int[] imageShape,
            long parameters,
            List<GraphLayer> layers) {
        this.architecture = architecture;
        this.fingerprint = fingerprint;
        this.graph = graph;
        this.inputs = List.copyOf(inputs);
        this.output = output;
        this.imageShape = imageShape.clone();
        this.parameters = parameters;
        this.layers = List.copyOf(layers);
        this.atOnce = samplesAtOnce(largestMap());
        this.program = new Program(graph.get(), atOnce);
    }

    /** As many samples as keep one array of feature maps below {@value #MAP_BYTES} bytes, at least one. */
    static int samplesAtOnce(long largestMap) {
        return (int) Math.max(1, Math.min(Program.BATCH, MAP_BYTES / (Float.BYTES * Math.max(1, largestMap))));
    }

    private long largestMap() {
        long largest = (long) imageShape[0] * imageShape[1] * imageShape[2];
        for (GraphLayer layer : layers) {
            largest = Math.max(largest, size(layer.layer().keyShape()));
            largest = Math.max(largest, size(layer.layer().valueShape()));
        }
        return largest;
    }

    private static long size(FeatureShape shape) {
        return (long) shape.channels() * shape.height() * shape.width();
    }

    String architecture() {
        return architecture;
    }

    String fingerprint() {
        return fingerprint;
    }

    Program program() {
        return program;
    }

    String output() {
        return output;
    }

    List<String> inputs() {
        return inputs;
    }

    int[] imageShape() {
        return imageShape.clone();
    }

    long parameters() {
        return parameters;
    }

    List<GraphLayer> layers() {
        return layers;
    }

    Map<String, GraphLayer> layersByWeight() {
        Map<String, GraphLayer> byWeight = new LinkedHashMap<>();
        layers.forEach(layer -> byWeight.put(layer.layer().weight(), layer));
        return byWeight;
    }

    /** The layers from {@code first} to {@code last}, both included. */
    List<GraphLayer> between(String first, String last) {
        int from = indexOf(first);
        int to = indexOf(last);
        if (from > to) {
            throw new IllegalArgumentException("The memory would end before it begins: '" + last + "' comes before '"
                    + first + "'. Name the layers in the order of the generator.");
        }
        return layers.subList(from, to + 1);
    }

    private int indexOf(String name) {
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i).layer().name().equals(name)) {
                return i;
            }
        }
        throw new UnknownLayerException(
                name, layers.stream().map(layer -> layer.layer().name()).toList());
    }

    /** The cut at these layers; made once and kept. */
    GraphCut cut(List<GraphLayer> between) {
        String key = between.get(0).key();
        String value = between.get(between.size() - 1).value();
        return cuts.computeIfAbsent(
                key + ">" + value,
                k -> GraphCut.open(graph, key, value, output, weightsOf(between), weightsOf(layers), atOnce));
    }

    private static Set<String> weightsOf(List<GraphLayer> layers) {
        Set<String> names = new LinkedHashSet<>();
        layers.forEach(layer -> names.add(layer.layer().weight()));
        return names;
    }
}
