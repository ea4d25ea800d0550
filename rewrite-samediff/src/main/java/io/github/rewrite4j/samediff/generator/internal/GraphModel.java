package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.UnknownLayerException;
import io.github.rewrite4j.samediff.graph.internal.GraphCut;
import io.github.rewrite4j.samediff.graph.internal.GraphLayer;
import io.github.rewrite4j.samediff.graph.internal.GraphModule;
import io.github.rewrite4j.samediff.graph.internal.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a generator and everything derived from it by patches have in common: the graph, its layers, and the cuts made so
 * far. Immutable but for the cache of cuts.
 */
public final class GraphModel {
    private static final long MAP_BYTES = 64L << 20;
    /** A cut is planned otherwise than the whole, and sums in another order. */
    private static final double ROUND_TRIP = 1e-4;

    private final String architecture;
    private final String fingerprint;
    private final Supplier<SameDiff> graph;
    private final Program program;
    private final String output;
    private final List<String> inputs;
    private final int[] imageShape;
    private final long parameters;
    private final List<GraphLayer> layers;
    private final List<GraphModule> modules;
    private final int atOnce;
    private final Map<String, String> refusals;
    private final boolean foreign;
    private final Forms forms;
    private final Map<String, GraphCut> cuts = new ConcurrentHashMap<>();
    private final Set<String> verified = ConcurrentHashMap.newKeySet();

    /**
     * @param architecture human-readable name and size
     * @param fingerprint hash of architecture and all weights
     * @param graph builds the graph anew at each call; editable weights are placeholders
     * @param inputs placeholders that are not weights
     * @param output image variable
     * @param imageShape [channels, height, width]
     * @param parameters number of weights
     * @param layers editable layers from input to output
     * @param forms what the generator offers besides its graph
     */
    public GraphModel(
            String architecture,
            String fingerprint,
            Supplier<SameDiff> graph,
            List<String> inputs,
            String output,
            int[] imageShape,
            long parameters,
            List<GraphLayer> layers,
            Forms forms) {
        this(
                Objects.requireNonNull(architecture, "architecture"),
                Objects.requireNonNull(fingerprint, "fingerprint"),
                Objects.requireNonNull(graph, "graph"),
                Objects.requireNonNull(inputs, "inputs"),
                Objects.requireNonNull(output, "output"),
                Objects.requireNonNull(imageShape, "imageShape"),
                parameters,
                Objects.requireNonNull(layers, "layers"),
                List.of(),
                Map.of(),
                false,
                null,
                Objects.requireNonNull(forms, "forms"));
    }

    private GraphModel(
            String architecture,
            String fingerprint,
            Supplier<SameDiff> graph,
            List<String> inputs,
            String output,
            int[] imageShape,
            long parameters,
            List<GraphLayer> layers,
            List<GraphModule> modules,
            Map<String, String> refusals,
            boolean foreign,
            @Nullable Program program,
            Forms forms) {
        this.architecture = architecture;
        this.fingerprint = fingerprint;
        this.graph = graph;
        this.inputs = List.copyOf(inputs);
        this.output = output;
        this.imageShape = imageShape.clone();
        this.parameters = parameters;
        this.layers = List.copyOf(layers);
        this.modules = List.copyOf(modules);
        this.atOnce = samplesAtOnce(largestMap());
        this.program =
                program != null ? program : new Program(graph.get(), atOnce, forms.defaults(), forms.entrances());
        this.refusals = Map.copyOf(refusals);
        this.foreign = foreign;
        this.forms = forms;
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

    /**
     * This model of a graph that somebody else built: each cut is checked once by running it.
     *
     * @param layersAndReasons layers that cannot be rewritten, with why not
     */
    public GraphModel foreign(Map<String, String> layersAndReasons) {
        Objects.requireNonNull(layersAndReasons, "layersAndReasons");
        return with(modules, layersAndReasons, true);
    }

    /**
     * This model with names for several layers and what lies around them, and for what cannot be rewritten.
     *
     * @param named each between layers of this model
     * @param layersAndReasons layers that cannot be rewritten, with why not
     */
    public GraphModel withModules(List<GraphModule> named, Map<String, String> layersAndReasons) {
        Objects.requireNonNull(named, "named");
        Objects.requireNonNull(layersAndReasons, "layersAndReasons");
        return with(named, layersAndReasons, foreign);
    }

    private GraphModel with(List<GraphModule> named, Map<String, String> reasons, boolean checked) {
        return new GraphModel(
                architecture,
                fingerprint,
                graph,
                inputs,
                output,
                imageShape,
                parameters,
                layers,
                named,
                reasons,
                checked,
                program,
                forms);
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

    /** Built anew. */
    SameDiff freshGraph() {
        return graph.get();
    }

    Forms forms() {
        return forms;
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
        Optional<GraphModule> begins = GraphModule.named(modules, first);
        Optional<GraphModule> ends = GraphModule.named(modules, last);
        int from = indexOf(begins.map(GraphModule::first).orElse(first));
        int to = indexOf(ends.map(GraphModule::last).orElse(last));
        if (from > to) {
            throw new IllegalArgumentException("The memory would end before it begins: '" + last + "' comes before '"
                    + first + "'. Name the layers in the order of the generator.");
        }
        List<GraphLayer> between = new ArrayList<>(layers.subList(from, to + 1));
        begins.ifPresent(module -> between.set(0, module.entered(between.get(0))));
        int end = between.size() - 1;
        ends.ifPresent(module -> between.set(end, module.left(between.get(end))));
        return between;
    }

    private int indexOf(String name) {
        for (int i = 0; i < layers.size(); i++) {
            if (layers.get(i).layer().name().equals(name)) {
                return i;
            }
        }
        String refusal = refusals.get(name);
        if (refusal != null) {
            throw new RewriteException("The layer '" + name + "' cannot be rewritten: " + refusal);
        }
        throw new UnknownLayerException(
                name,
                Stream.concat(
                                layers.stream().map(layer -> layer.layer().name()),
                                modules.stream().map(GraphModule::name))
                        .toList());
    }

    /** The cut at these layers; made once and kept. */
    GraphCut cut(List<GraphLayer> between) {
        String key = between.get(0).key();
        String value = between.get(between.size() - 1).value();
        return cuts.computeIfAbsent(
                key + ">" + value,
                k -> GraphCut.open(graph, key, value, output, weightsOf(between), weightsOf(layers), atOnce));
    }

    /**
     * Runs a new cut of a foreign graph on a few inputs; later calls for the same cut return at once.
     *
     * @throws RewriteException naming layer and deviation when decode(values(keys(x))) is not generate(x)
     */
    void verify(AssociativeMemory memory, Generator generator) {
        String cut = memory.spec().name();
        if (!foreign || verified.contains(cut)) {
            return;
        }
        Inputs inputs = generator.sample(2, Sample.DEFAULT_SEED);
        INDArray direct = generator.generate(inputs);
        INDArray through = memory.decode(memory.values(memory.keys(inputs)));
        double deviation = direct.sub(through).amaxNumber().doubleValue()
                / Math.max(1, direct.amaxNumber().doubleValue());
        if (!(deviation <= ROUND_TRIP)) {
            throw new RewriteException("The graph cannot be cut at '" + cut + "': decode(values(keys(x))) deviates from"
                    + " generate(x) by " + deviation + ", more than " + ROUND_TRIP
                    + ". Random operations inside the graph (dropout, noise) do this; feed their result as an input.");
        }
        verified.add(cut);
    }

    private static Set<String> weightsOf(List<GraphLayer> layers) {
        Set<String> names = new LinkedHashSet<>();
        layers.forEach(layer -> names.add(layer.layer().weight()));
        return names;
    }
}
