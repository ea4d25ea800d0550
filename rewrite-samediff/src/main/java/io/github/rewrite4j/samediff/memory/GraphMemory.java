package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.MemorySpec;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Trainable;
import io.github.rewrite4j.UnknownLayerException;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.graph.internal.GraphCut;
import io.github.rewrite4j.samediff.graph.internal.GraphLayer;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.linalg.PackedMoment;
import io.github.rewrite4j.samediff.linalg.Precision;
import io.github.rewrite4j.samediff.linalg.internal.Finite;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A memory that is a cut of a graph. */
public final class GraphMemory implements AssociativeMemory, PartialStatistics, KeysWithin {
    /** What a memory is a cut of, and its weights. */
    public interface State {
        /** With these patches in force on the generator. */
        InForce with(List<AppliedPatch> patches);
    }

    /**
     * What patches make of a memory.
     *
     * @param spec its identity
     * @param weights all editable weights in the graph's layout; shared, never changed
     */
    public record InForce(MemorySpec spec, Map<String, INDArray> weights) {
        public InForce {
            Objects.requireNonNull(spec, "spec");
            Objects.requireNonNull(weights, "weights");
        }
    }

    private final MemorySpec spec;
    private final List<AppliedPatch> patches;
    private final State state;
    private final Program base;
    private final GraphCut cut;
    private final List<GraphLayer> layers;
    private final String output;
    private final Map<String, INDArray> weights;
    private final InputSampler sampler;
    private final Lifetime lifetime;

    /**
     * @param state what this is a cut of, and its weights, with patches in force
     * @param patches those in force
     * @param base the whole graph
     * @param cut the opened graph
     * @param layers the layers between key and value
     * @param output image variable
     * @param sampler draws the generator's inputs
     * @param lifetime of the generator
     */
    public GraphMemory(
            State state,
            List<AppliedPatch> patches,
            Program base,
            GraphCut cut,
            List<GraphLayer> layers,
            String output,
            InputSampler sampler,
            Lifetime lifetime) {
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(patches, "patches");
        Objects.requireNonNull(base, "base");
        Objects.requireNonNull(cut, "cut");
        Objects.requireNonNull(layers, "layers");
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(sampler, "sampler");
        Objects.requireNonNull(lifetime, "lifetime");
        this.state = state;
        this.patches = List.copyOf(patches);
        InForce inForce = state.with(this.patches);
        this.spec = inForce.spec();
        this.weights = Map.copyOf(inForce.weights());
        this.base = base;
        this.cut = cut;
        this.layers = List.copyOf(layers);
        this.output = output;
        this.sampler = sampler;
        this.lifetime = lifetime;
    }

    @Override
    public MemorySpec spec() {
        return spec;
    }

    @Override
    public InputSampler sampler() {
        return sampler;
    }

    @Override
    public Keys keys(Inputs given) {
        Objects.requireNonNull(given, "given");
        Inputs inputs = sampler.complete(given);
        Set<String> outputs = new LinkedHashSet<>(Set.of(cut.key()));
        outputs.addAll(cut.keySide());
        Map<String, INDArray> results = lifetime.whileOpen(() -> {
            Finite.requireAll(inputs.arrays(), "The numbers of the input", Finite.INPUT);
            return base.runBatched(weights, inputs.arrays(), inputs.size(), outputs);
        });
        INDArray key = finite("keys", Named.in(results, cut.key()));
        results.remove(cut.key());
        return new Keys(key, results);
    }

    @Override
    public Values values(Keys keys) {
        Objects.requireNonNull(keys, "keys");
        requireShape("keys", keys.tensor(), spec.keyShape());
        requireFinite("keys", keys.tensor(), keys.side());
        requireSides("keys", keys.side(), keys.size());
        Map<String, INDArray> feeds = new HashMap<>(keys.side());
        feeds.put(cut.key(), keys.tensor());
        Set<String> outputs = new LinkedHashSet<>(Set.of(cut.value()));
        outputs.addAll(cut.recomputed());
        Map<String, INDArray> results =
                lifetime.whileOpen(() -> cut.rule().runBatched(weights, feeds, keys.size(), outputs));
        TreeMap<String, INDArray> side = new TreeMap<>();
        for (String name : cut.valueSide()) {
            // A skip connection may carry the key itself around the memory.
            INDArray array = name.equals(cut.key())
                    ? keys.tensor()
                    : results.containsKey(name)
                            ? results.get(name)
                            : keys.side().get(name);
            if (array != null) {
                side.put(name, array);
            }
        }
        return new Values(finite("values", Named.in(results, cut.value())), side);
    }

    @Override
    public INDArray keysOf(String name, Keys keys) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(keys, "keys");
        GraphLayer layer = layers.stream()
                .filter(each -> each.layer().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UnknownLayerException(
                        name, layers.stream().map(each -> each.layer().name()).toList()));
        requireShape("keys", keys.tensor(), spec.keyShape());
        requireFinite("keys", keys.tensor(), keys.side());
        requireSides("keys", keys.side(), keys.size());
        if (layer.key().equals(cut.key())) {
            return keys.tensor().dup('c');
        }
        Map<String, INDArray> feeds = new HashMap<>(keys.side());
        feeds.put(cut.key(), keys.tensor());
        return finite(
                "keys",
                lifetime.whileOpen(() -> Named.in(
                        cut.rule().runBatched(weights, feeds, keys.size(), List.of(layer.key())), layer.key())));
    }

    @Override
    public INDArray decode(Values values) {
        Objects.requireNonNull(values, "values");
        requireShape("values", values.tensor(), spec.valueShape());
        requireFinite("values", values.tensor(), values.side());
        requireSides("values", values.side(), values.size());
        Map<String, INDArray> feeds = new HashMap<>(values.side());
        feeds.put(cut.value(), values.tensor());
        return finite(
                "images",
                lifetime.whileOpen(() ->
                        Named.in(cut.decoder().runBatched(weights, feeds, values.size(), List.of(output)), output)));
    }

    private TapedMemory taped() {
        return lifetime.whileOpen(() -> new PlanTaped(cut, layers, output, weights));
    }

    GraphCut cut() {
        return cut;
    }

    List<GraphLayer> layers() {
        return layers;
    }

    String output() {
        return output;
    }

    Map<String, INDArray> inForce() {
        return weights;
    }

    @Override
    public <T> Optional<T> capability(Class<T> type) {
        if (type == TapedMemory.class) {
            return Optional.of(type.cast(taped()));
        }
        return type == Trainable.class
                ? Optional.of(type.cast(new TapedSteps(taped())))
                : AssociativeMemory.super.capability(type);
    }

    @Override
    public SortedMap<String, INDArray> weights() {
        return lifetime.whileOpen(() -> {
            TreeMap<String, INDArray> copies = new TreeMap<>();
            for (GraphLayer layer : layers) {
                String name = layer.layer().weight();
                copies.put(name, layer.layout().toCanonical(Named.in(weights, name)));
            }
            return copies;
        });
    }

    @Override
    public Optional<LayerForm> form() {
        return layers.size() == 1 ? layers.get(0).form() : Optional.empty();
    }

    @Override
    public KeyCovariance covariance(int samples, long seed, ProgressListener listener) {
        Objects.requireNonNull(listener, "listener");
        return new KeyStatistics(spec.keyShape().channels(), sampler, this::readKeys).of(samples, seed, listener);
    }

    @Override
    public PackedMoment part(long seed, int from, int to, Precision precision, ProgressListener listener) {
        Objects.requireNonNull(precision, "precision");
        Objects.requireNonNull(listener, "listener");
        return new KeyStatistics(spec.keyShape().channels(), sampler, this::readKeys)
                .part(seed, from, to, precision, listener);
    }

    private void readKeys(Inputs inputs, Consumer<INDArray> reader) {
        lifetime.whileOpen(() -> base.readBatched(weights, inputs.arrays(), inputs.size(), cut.key(), reader));
    }

    @Override
    public AssociativeMemory with(Patch patch, double strength) {
        Objects.requireNonNull(patch, "patch");
        AppliedPatch applied = new AppliedPatch(patch, strength);
        return lifetime.whileOpen(() -> changedBy(applied));
    }

    private AssociativeMemory changedBy(AppliedPatch applied) {
        applied.patch().requireFits(spec.generator());
        for (WeightDelta delta : applied.patch().deltas()) {
            if (layers.stream().noneMatch(layer -> layer.layer().weight().equals(delta.weight()))) {
                throw new RewriteException("The patch changes '" + delta.weight() + "', which lies outside the memory "
                        + spec.name() + ". Apply it to the generator instead.");
            }
        }
        List<AppliedPatch> more = new ArrayList<>(patches);
        more.add(applied);
        return new GraphMemory(state, more, base, cut, layers, output, sampler, lifetime);
    }

    @Override
    public AssociativeMemory unpatched() {
        return lifetime.whileOpen(
                () -> new GraphMemory(state, List.of(), base, cut, layers, output, sampler, lifetime));
    }

    private static void requireShape(String operand, INDArray tensor, FeatureShape shape) {
        if (!shape.matches(tensor.shape())) {
            throw new RewriteException(
                    "The " + operand + " have the shape " + Arrays.toString(tensor.shape()) + ", but expected were [N, "
                            + shape.channels() + ", " + shape.height() + ", " + shape.width() + "].");
        }
    }

    /** What this memory computed. */
    private INDArray finite(String result, INDArray array) {
        return Finite.require(
                array,
                "The " + result + " of " + spec.name()
                        + (patches.isEmpty() ? "" : " with " + patches.size() + " patches"),
                Finite.RESULT);
    }

    /** What a caller hands over; a side tensor's fault would surface as one of the result. */
    private void requireFinite(String operand, INDArray tensor, Map<String, INDArray> side) {
        Finite.require(tensor, "The " + operand + " given to " + spec.name(), Finite.INPUT);
        Finite.requireAll(side, "The numbers of the side tensor", Finite.INPUT);
    }

    /** Side tensors that depend on the inputs have one row per sample, or one for all. */
    private void requireSides(String operand, Map<String, INDArray> side, int samples) {
        side.forEach((name, array) -> {
            long rows = array.rank() == 0 ? 1 : array.size(0);
            if (rows != samples && rows != 1 && dependsOnInputs(name)) {
                throw new RewriteException("The side tensor '" + name + "' of the " + operand + " has the shape "
                        + Arrays.toString(array.shape()) + ", but expected were " + samples
                        + " rows, as many as there are " + operand + ".");
            }
        });
    }

    private boolean dependsOnInputs(String name) {
        return base.hasVariable(name) && !weights.keySet().containsAll(base.placeholdersOf(Set.of(name)));
    }
}
