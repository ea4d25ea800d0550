package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.MemorySpec;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.event.GenerationEvent;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.io.internal.FreeMemory;
import io.github.rewrite4j.samediff.generator.StyleLatents;
import io.github.rewrite4j.samediff.graph.internal.GraphLayer;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.linalg.internal.Finite;
import io.github.rewrite4j.samediff.memory.GraphMemory;
import io.github.rewrite4j.samediff.memory.Lifetime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A generator that is a SameDiff graph with editable weights. */
public final class GraphGenerator implements Generator {
    private final GraphModel model;
    private final WeightSet base;
    private final WeightSet weights;
    private final InputSampler sampler;
    private final List<AppliedPatch> patches;
    private final Lifetime lifetime =
            new Lifetime("This generator is closed; keep it open as long as it or a memory of it is used.");

    private GraphGenerator(
            GraphModel model, WeightSet base, WeightSet weights, InputSampler sampler, List<AppliedPatch> patches) {
        this.model = model;
        this.base = base;
        this.weights = weights;
        this.sampler = sampler;
        this.patches = List.copyOf(patches);
    }

    /**
     * A generator without patches.
     *
     * @param model its graph
     * @param weights editable weights by name in the graph's layout; taken over
     * @param sampler draws its inputs
     */
    public static GraphGenerator of(GraphModel model, Map<String, INDArray> weights, InputSampler sampler) {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(weights, "weights");
        Objects.requireNonNull(sampler, "sampler");
        WeightSet base = WeightSet.owning(weights);
        return new GraphGenerator(model, base, base.share(), sampler, List.of());
    }

    GraphModel model() {
        return model;
    }

    @Override
    public GeneratorSpec spec() {
        return specWith(patches);
    }

    private GeneratorSpec specWith(List<AppliedPatch> applied) {
        int[] image = model.imageShape();
        return new GeneratorSpec(
                model.architecture(),
                fingerprintWith(applied, model.layersByWeight().keySet(), "all"),
                model.fingerprint(),
                image[0],
                image[1],
                image[2],
                model.parameters());
    }

    /** Identity of the effective weights, as far as the patches on some of them go. */
    private String fingerprintWith(List<AppliedPatch> applied, Set<String> relevantWeights, String part) {
        Map<String, Double> strengths = new LinkedHashMap<>();
        Strengths.of(applied).forEach((patch, strength) -> {
            if (patch.deltas().stream().anyMatch(delta -> relevantWeights.contains(delta.weight()))) {
                strengths.put(patch.id(), strength);
            }
        });
        if (strengths.isEmpty() && part.equals("all")) {
            return model.fingerprint();
        }
        return Fingerprints.of(new TreeMap<>(), model.fingerprint() + "/" + part + "/" + strengths);
    }

    @Override
    public InputSampler sampler() {
        return sampler;
    }

    @Override
    public INDArray generate(Inputs given) {
        Objects.requireNonNull(given, "given");
        GenerationEvent event = GenerationEvent.started();
        INDArray drawn = draw(sampler.complete(given));
        event.drawn(given.size(), patches().size());
        return drawn;
    }

    private INDArray draw(Inputs inputs) {
        return lifetime.whileOpen(() -> {
            Optional<String> entrance = model.program().entrance(inputs.arrays().keySet());
            Set<String> read = new LinkedHashSet<>(entrance.map(List::of).orElse(model.inputs()));
            model.forms().defaults().keySet().stream()
                    .filter(name -> inputs.arrays().containsKey(name))
                    .forEach(read::add);
            for (String name : read) {
                Finite.require(inputs.get(name), "The numbers of the input '" + name + "'", Finite.INPUT);
            }
            requireRoom(inputs.size());
            INDArray images = Named.in(
                    model.program()
                            .runBatched(weights.feeds(), inputs.arrays(), inputs.size(), List.of(model.output())),
                    model.output());
            return Finite.require(images, "The images of " + this, Finite.RESULT);
        });
    }

    private void requireRoom(int images) {
        GeneratorSpec spec = spec();
        FreeMemory.outside(
                "Drawing " + images + " images of " + spec.imageWidth() + "x" + spec.imageHeight() + " pixels",
                3.0 * Float.BYTES * spec.imageHeight() * spec.imageWidth() * images);
    }

    /** One variable of the graph for these inputs. */
    public INDArray compute(Inputs inputs, String variable) {
        Objects.requireNonNull(inputs, "inputs");
        Objects.requireNonNull(variable, "variable");
        return lifetime.whileOpen(() -> Named.in(
                model.program().runBatched(weights.feeds(), inputs.arrays(), inputs.size(), List.of(variable)),
                variable));
    }

    /** Copies of the effective editable weights, canonical. */
    public Map<String, INDArray> canonicalWeights() {
        return lifetime.whileOpen(() -> {
            Map<String, INDArray> feeds = weights.feeds();
            Map<String, INDArray> canonical = new LinkedHashMap<>();
            model.layersByWeight()
                    .forEach((name, layer) -> canonical.put(name, layer.layout().toCanonical(Named.in(feeds, name))));
            return canonical;
        });
    }

    /** The graph with the weights in force, for whoever translates the generator; valid until it is closed. */
    public GraphDefinition definition() {
        return lifetime.whileOpen(
                () -> new GraphDefinition(model.freshGraph(), weights.feeds(), model.inputs(), model.output()));
    }

    @Override
    public <T> Optional<T> capability(Class<T> type) {
        if (type == LatentNetwork.class) {
            return model.forms().latent().of(this).map(type::cast);
        }
        return type == StyleLatents.class
                ? model.forms()
                        .styles()
                        .map(entrance -> type.cast(
                                new StyleLatents(sampler, entrance.latents(), entrance.dimension(), this::compute)))
                : Generator.super.capability(type);
    }

    @Override
    public List<Layer> layers() {
        return model.layers().stream().map(GraphLayer::layer).toList();
    }

    @Override
    public AssociativeMemory memory(String first, String last) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(last, "last");
        AssociativeMemory memory = lifetime.whileOpen(() -> cutAt(first, last));
        model.verify(memory, this);
        return memory;
    }

    private AssociativeMemory cutAt(String first, String last) {
        List<GraphLayer> layers = model.between(first, last);
        String key = layers.get(0).key();
        Set<String> before = model.program().placeholdersOf(Set.of(key));
        GraphLayer value = layers.get(layers.size() - 1);
        Set<String> after = model.layers().stream()
                .map(GraphLayer::layer)
                .filter(layer -> layer.index() > value.layer().index())
                .map(Layer::weight)
                .collect(Collectors.toSet());
        // A memory with patches of its own is known by the weights in force, as the generator with them would be.
        GraphMemory.State state = all -> new GraphMemory.InForce(
                new MemorySpec(
                        specWith(all),
                        Strengths.inForce(all),
                        layers.stream().map(GraphLayer::layer).toList(),
                        fingerprintWith(all, before, "keys " + key),
                        fingerprintWith(all, after, "decoder " + value.value())),
                all.equals(patches) ? weights.feeds() : base.feeds(model.layersByWeight(), all));
        return new GraphMemory(
                state, patches, model.program(), model.cut(layers), layers, model.output(), sampler, lifetime);
    }

    @Override
    public GraphGenerator withSampler(InputSampler other) {
        Objects.requireNonNull(other, "other");
        return lifetime.whileOpen(() -> new GraphGenerator(model, base.share(), weights.share(), other, patches));
    }

    @Override
    public List<AppliedPatch> patches() {
        return patches;
    }

    @Override
    public GraphGenerator with(Patch patch, double strength) {
        Objects.requireNonNull(patch, "patch");
        patch.requireFits(spec());
        List<AppliedPatch> more = new ArrayList<>(patches);
        more.add(new AppliedPatch(patch, strength));
        return derived(more);
    }

    @Override
    public GraphGenerator without(Patch patch) {
        Objects.requireNonNull(patch, "patch");
        List<AppliedPatch> fewer = patches.stream()
                .filter(applied -> !applied.patch().equals(patch))
                .toList();
        if (fewer.size() == patches.size()) {
            throw new IllegalArgumentException("The generator does not carry " + patch + "; it carries "
                    + (patches.isEmpty()
                            ? "no patch"
                            : patches.stream()
                                    .map(applied -> applied.patch().toString())
                                    .collect(Collectors.joining(", ")))
                    + ".");
        }
        return derived(fewer);
    }

    private GraphGenerator derived(List<AppliedPatch> newPatches) {
        return lifetime.whileOpen(() -> {
            WeightSet changed = base.patched(model.layersByWeight(), newPatches);
            return new GraphGenerator(model, base.share(), changed, sampler, newPatches);
        });
    }

    @Override
    public void close() {
        lifetime.end(() -> {
            weights.release();
            base.release();
        });
    }

    @Override
    public String toString() {
        return model.architecture() + (patches.isEmpty() ? "" : " with " + patches.size() + " patches");
    }
}
