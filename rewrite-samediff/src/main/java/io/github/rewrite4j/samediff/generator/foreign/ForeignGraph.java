package io.github.rewrite4j.samediff.generator.foreign;

import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.samediff.engine.plan.GraphEngine;
import io.github.rewrite4j.samediff.generator.internal.Forms;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.generator.internal.GraphModel;
import io.github.rewrite4j.samediff.graph.internal.FoundLayer;
import io.github.rewrite4j.samediff.graph.internal.GraphLayer;
import io.github.rewrite4j.samediff.graph.internal.GraphText;
import io.github.rewrite4j.samediff.graph.internal.LayerFinder;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.Program;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.autodiff.samediff.VariableType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns a copy of somebody's graph into the form that {@link GraphGenerator} runs. */
final class ForeignGraph {
    private static final Logger log = LoggerFactory.getLogger(ForeignGraph.class);
    /** The copy runs by a plan, the original in a session: they sum in other orders, and a lost setting shows far above. */
    private static final double COPY_TOLERANCE = 1e-4;

    private static final int PROBES = 2;

    private final SameDiff original;
    /** The original itself where it was given away. */
    private final SameDiff copy;

    private final String name;
    private final JointSampler sampler;
    private final List<String> inputs;
    private final String originalOutput;
    private final PictureAdapter pictures;
    private final Inputs probe;
    private final boolean owned;
    private boolean lent;

    /** @param owned whether nobody else has the graph, which is then changed instead of a copy */
    ForeignGraph(
            SameDiff original,
            boolean owned,
            String name,
            JointSampler sampler,
            Set<String> inputs,
            String output,
            PictureAdapter pictures) {
        this.original = original;
        this.owned = owned;
        this.copy = owned ? original : original.dup();
        this.name = name;
        this.sampler = sampler;
        this.inputs = List.copyOf(inputs);
        this.originalOutput = output;
        this.pictures = pictures;
        this.probe = sampler.sample(PROBES, Sample.DEFAULT_SEED);
    }

    GraphGenerator generator() {
        inputs.forEach(input -> requireShape(input, probe.get(input)));
        String text = GraphText.of(original);
        Optional<INDArray> expected = owned ? Optional.empty() : Optional.of(pictures.fromGraph(runOriginal()));
        String output = pictures.adapt(copy, originalOutput);
        SortedMap<String, INDArray> everything = fixedArrays();
        List<FoundLayer> found = LayerFinder.find(copy, output);
        Map<String, long[]> shapes = new HashMap<>(shapes(output, found));
        if (shapes.isEmpty()) {
            INDArray traced = checked(() -> Program.traced(copy, probe.arrays(), output, shapes));
            expected = expected.or(() -> Optional.of(traced));
        }
        long[] picture = requirePicture(Named.in(shapes, output));
        EditableLayers editable = EditableLayers.of(copy, owned, found, shapes);
        editable.refusals()
                .forEach((layer, reason) -> log.info("{}: the layer '{}' is not rewritable: {}", name, layer, reason));
        List<GraphLayer> layers = editable.layers();

        String architecture = name + ", " + layers.size() + " editable layers";
        GraphModel model = new GraphModel(
                        architecture,
                        Fingerprints.of(everything, architecture + "/" + pictures + "/" + text),
                        this::fresh,
                        inputs,
                        output,
                        Arrays.stream(picture)
                                .skip(1)
                                .mapToInt(Math::toIntExact)
                                .toArray(),
                        everything.values().stream().mapToLong(INDArray::length).sum(),
                        layers,
                        Forms.NONE)
                .foreign(editable.refusals());
        GraphGenerator generator = GraphGenerator.of(model, editable.weights(), sampler);
        // One sample says it too, and twice the pictures of a large network take longer than all else that is done
        // here.
        expected.ifPresent(images ->
                requireFaithful(generator.generate(probe.slice(0, 1)), images.get(NDArrayIndex.interval(0, 1))));
        return generator;
    }

    /** The shapes that plans give for two samples; empty where only running the graph says them. */
    private Map<String, long[]> shapes(String output, List<FoundLayer> found) {
        Map<String, List<Integer>> sizes = new HashMap<>();
        probe.arrays().forEach((input, array) -> sizes.put(input, sizes(array)));
        for (FoundLayer layer : found) {
            INDArray fixed = copy.getVariable(layer.factor()).getVariableType() == VariableType.ARRAY
                    ? null
                    : copy.getVariable(layer.factor()).getArr();
            if (fixed != null) {
                sizes.put(layer.factor(), sizes(fixed));
            }
        }
        return new GraphEngine(copy).shapes(sizes, List.of(output)).orElse(Map.of());
    }

    private static List<Integer> sizes(INDArray array) {
        return Arrays.stream(array.shape()).mapToObj(Math::toIntExact).toList();
    }

    /** The first graph that is asked for runs the generator and is only read; who cuts one open gets a copy. */
    private synchronized SameDiff fresh() {
        boolean first = owned && !lent;
        lent = true;
        return first ? copy : copy.dup();
    }

    private INDArray runOriginal() {
        Map<String, INDArray> feeds = new LinkedHashMap<>();
        for (String input : inputs) {
            INDArray array = probe.get(input);
            feeds.put(input, pictures.isPicture(input) ? pictures.toGraph(array) : array);
        }
        return checked(() -> Named.in(Program.bySession(original).run(feeds, List.of(originalOutput)), originalOutput));
    }

    private INDArray checked(Supplier<INDArray> computed) {
        INDArray image;
        try {
            image = computed.get();
        } catch (RuntimeException failure) {
            throw new RewriteException(
                    "The graph cannot compute '" + originalOutput + "' for a batch of " + PROBES + ": "
                            + failure.getMessage()
                            + ". The batch must be the first, free dimension everywhere; look for reshapes with a fixed one.",
                    failure);
        }
        requirePicture(image.shape());
        return image;
    }

    private long[] requirePicture(long[] shape) {
        if (shape.length != 4 || shape[0] != PROBES) {
            throw new RewriteException("The output '" + originalOutput + "' has the shape " + Arrays.toString(shape)
                    + " for " + PROBES
                    + " samples, but pictures are [N, C, H, W], or [N, H, W, C] with channelsLast().");
        }
        return shape;
    }

    private void requireShape(String input, INDArray array) {
        SDVariable placeholder = original.getVariable(input);
        long[] wanted = placeholder.placeholderShape();
        INDArray fed = pictures.isPicture(input) ? pictures.toGraph(array) : array;
        if (wanted == null || wanted.length == 0) {
            return;
        }
        if (wanted[0] > 0) {
            throw new RewriteException("The input '" + input + "' has the fixed batch " + wanted[0] + " in "
                    + Arrays.toString(wanted) + ": build the placeholder with -1 as its first dimension.");
        }
        boolean fits = wanted.length == fed.rank();
        for (int i = 1; fits && i < wanted.length; i++) {
            fits = wanted[i] <= 0 || wanted[i] == fed.size(i);
        }
        if (!fits) {
            throw new RewriteException("The sampler of '" + input + "' draws " + Arrays.toString(fed.shape())
                    + ", but the graph takes " + Arrays.toString(wanted) + ".");
        }
    }

    private SortedMap<String, INDArray> fixedArrays() {
        TreeMap<String, INDArray> arrays = new TreeMap<>();
        for (SDVariable variable : copy.variables()) {
            VariableType type = variable.getVariableType();
            if ((type == VariableType.VARIABLE || type == VariableType.CONSTANT)
                    && variable.getArr() != null
                    && variable.getArr().dataType().isFPType()) {
                arrays.put(variable.name(), variable.getArr());
            }
        }
        return arrays;
    }

    private void requireFaithful(INDArray images, INDArray expected) {
        double deviation = images.sub(expected).amaxNumber().doubleValue()
                / Math.max(1, expected.amaxNumber().doubleValue());
        if (!(deviation <= COPY_TOLERANCE)) {
            throw new RewriteException("The copy of the graph draws pictures that deviate by " + deviation
                    + " from the graph's own '" + originalOutput
                    + "'. An operation is random, or loses its settings when a graph is copied; save and load the graph"
                    + " to find out which.");
        }
    }
}
