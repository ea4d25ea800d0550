package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.LinearStage;
import io.github.rewrite4j.WeightShape;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.generator.StyleLatents;
import io.github.rewrite4j.samediff.generator.internal.Forms;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.generator.internal.GraphModel;
import io.github.rewrite4j.samediff.generator.internal.LatentForm;
import io.github.rewrite4j.samediff.generator.internal.StyleEntrance;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.Dense;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.ToRgb;
import io.github.rewrite4j.samediff.graph.internal.GraphLayer;
import io.github.rewrite4j.samediff.graph.internal.WeightLayout;
import io.github.rewrite4j.samediff.latent.LatentExpansion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Turns the description of a style-based generator into its graph and its editable layers. */
public final class StyledGraph {
    public static final String OUTPUT = "image";

    /** The latent that layers read. */
    public static final String STYLE = StyleLatents.COMMON;

    /** w after truncation, before any projection. */
    static final String TRUNCATED = "w.truncated";

    /** A w for each layer, [N, latents, latent], as an input. */
    static final String ROWS = StyleLatents.ROWS;

    private final StyledNetwork network;
    private final Optional<LatentExpansion> expansion;

    public StyledGraph(StyledNetwork network) {
        this(network, Optional.empty());
    }

    /** A network with domains in its latent space. */
    public StyledGraph(StyledNetwork network, Optional<LatentExpansion> expansion) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(expansion, "expansion");
        this.network = network;
        this.expansion = expansion;
    }

    /**
     * The generator.
     *
     * @param fingerprint of the network and its weights
     * @param canonical the editable weights by name [out, in, 3, 3]; copied
     */
    public GraphGenerator generator(String fingerprint, Map<String, INDArray> canonical) {
        Objects.requireNonNull(fingerprint, "fingerprint");
        Objects.requireNonNull(canonical, "canonical");
        GraphModel model = new GraphModel(
                network.architecture(),
                fingerprint,
                this::build,
                inputs(),
                OUTPUT,
                new int[] {3, network.imageSize(), network.imageSize()},
                network.parameters(),
                layers(),
                (network.layerMeans().isPresent() ? new Forms(LatentForm.NONE, defaults()) : forms())
                        .entered(entrance()));
        Map<String, INDArray> editable = new HashMap<>();
        for (GraphLayer layer : layers()) {
            String name = layer.layer().weight();
            INDArray weight = canonical.get(name);
            if (weight == null) {
                throw new IllegalArgumentException("The weight '" + name + "' is missing.");
            }
            editable.put(name, layer.layout().fromCanonical(weight));
        }
        LatentSampler sampler = new LatentSampler(
                network.inputSize(), 1, Optional.of(offsets()), network.classes(), OptionalInt.empty());
        return GraphGenerator.of(model, editable, sampler);
    }

    /** The form seen from the latent, which knows one mean latent only: with one for each layer the graph alone is right. */
    private Forms forms() {
        return new Forms(generator -> Optional.of(new StyledLatent(network, expansion, generator)), defaults());
    }

    private Map<String, INDArray> defaults() {
        return Map.of(LatentSampler.OFFSETS, offsets().zeros(1));
    }

    private LatentSampler.Offsets offsets() {
        return new LatentSampler.Offsets(network.places(), network.latent());
    }

    /** The latents w as inputs. */
    StyleEntrance entrance() {
        List<String> latents = new ArrayList<>();
        for (int place = 0; place < network.places(); place++) {
            latents.add(STYLE + "." + place);
        }
        return new StyleEntrance(latents, network.latent(), () -> build(Entrance.LATENT), () -> build(Entrance.ROWS));
    }

    private List<String> inputs() {
        List<String> inputs = new ArrayList<>(List.of(LatentSampler.LATENT, LatentSampler.TRUNCATION));
        if (network.classes() > 0) {
            inputs.add(LatentSampler.LABEL);
        }
        if (expansion.isPresent()) {
            inputs.addAll(List.of(ExpandedGenerator.DOMAINS, ExpandedGenerator.OFFSET));
        }
        return inputs;
    }

    public List<GraphLayer> layers() {
        List<GraphLayer> layers = new ArrayList<>();
        for (StyledLayer styled : network.layers()) {
            Layer layer = new Layer(
                    styled.name(),
                    layers.size(),
                    styled.weight(),
                    new WeightShape(styled.out(), styled.in(), StyledLayer.KERNEL, StyledLayer.KERNEL),
                    new FeatureShape(styled.in(), styled.keyGrid(), styled.keyGrid()),
                    new FeatureShape(styled.out(), styled.valueGrid(), styled.valueGrid()),
                    styled.parameters());
            layers.add(new GraphLayer(
                    layer,
                    ModulatedLayers.key(styled.name()),
                    ModulatedLayers.value(styled.name()),
                    layout(styled),
                    Optional.of(form(styled))));
        }
        return layers;
    }

    static WeightLayout layout(StyledLayer layer) {
        return layer.blur().isPresent() ? WeightLayout.YXOI : WeightLayout.YXIO;
    }

    private static LayerForm form(StyledLayer layer) {
        LinearStage stage = layer.blur()
                .<LinearStage>map(blur ->
                        new LinearStage.UpsampledConvolution(StyledLayer.KERNEL, StyledLayer.KERNEL, blur.dup()))
                .orElseGet(() -> LinearStage.Convolution.same(StyledLayer.KERNEL));
        return new LayerForm(
                layer.weight(),
                layer.gain(),
                stage,
                Optional.of(new LayerForm.Demodulation(
                        ModulatedLayers.styleEnergy(layer.name()), ModulatedLayers.DEMODULATION_EPSILON)),
                layer.bias(),
                layer.noise().map(noise -> ModulatedLayers.noise(layer.name())),
                layer.activation());
    }

    /** Where numbers are fed: z, the w that all layers read, or a w for each layer. */
    private enum Entrance {
        INPUTS,
        LATENT,
        ROWS
    }

    /** The graph; editable weights are placeholders. */
    public SameDiff build() {
        return build(Entrance.INPUTS);
    }

    private SameDiff build(Entrance entrance) {
        SameDiff graph = SameDiff.create();
        ModulatedLayers build = new ModulatedLayers(graph);
        SDVariable latent =
                switch (entrance) {
                    case INPUTS -> {
                        graph.placeHolder(
                                LatentSampler.OFFSETS, DataType.FLOAT, -1, network.places(), network.latent());
                        yield latent(graph);
                    }
                    case LATENT -> graph.placeHolder(STYLE, DataType.FLOAT, -1, network.latent());
                    case ROWS -> graph.placeHolder(ROWS, DataType.FLOAT, -1, network.places(), network.latent());
                };
        SDVariable x = graph.constant("const", network.constant());
        SDVariable image = null;
        int left = network.layers().size();
        int index = 0;
        for (StyledLayer layer : network.layers()) {
            left--;
            SDVariable own = latentOf(graph, latent, index, entrance);
            index++;
            x = styled(graph, build, layer, x, own);
            if (layer.doubled()) {
                x = graph.cnn.upsampling2d(x, 2, 2, true);
            }
            ToRgb toRgb = layer.toRgb().orElse(null);
            if (toRgb != null) {
                String name = left == 0 ? OUTPUT : toRgb.name();
                SDVariable read = toRgb.modulation().isPresent() ? latentOf(graph, latent, index, entrance) : latent;
                image = rgb(graph, build, toRgb, x, read, image, layer.keyGrid(), name);
            }
        }
        return graph;
    }

    /**
     * What a layer reads: w' and the offset of the layer; with means of their own w' + (1 - psi) (mean of the layer - common
     * mean), which is mean + psi (w - mean) with its own. Where latents are fed, what is fed.
     */
    private SDVariable latentOf(SameDiff graph, SDVariable latent, int index, Entrance entrance) {
        if (entrance == Entrance.LATENT) {
            return latent;
        }
        String name = STYLE + "." + index;
        if (graph.hasVariable(name)) {
            return graph.getVariable(name);
        }
        if (entrance == Entrance.ROWS) {
            return latent.get(SDIndex.all(), SDIndex.point(index), SDIndex.all())
                    .rename(name);
        }
        SDVariable offset =
                graph.getVariable(LatentSampler.OFFSETS).get(SDIndex.all(), SDIndex.point(index), SDIndex.all());
        if (network.layerMeans().isEmpty()) {
            return graph.math.add(name, latent, offset);
        }
        INDArray own = network.layerMeans().get().getRow(index, true).sub(network.latentMean());
        SDVariable kept = graph.getVariable(LatentSampler.TRUNCATION).rsub(1.0);
        SDVariable moved = latent.add(graph.constant(name + ".mean", own).mul(kept));
        return graph.math.add(name, moved, offset);
    }

    private SDVariable styled(
            SameDiff graph, ModulatedLayers build, StyledLayer layer, SDVariable x, SDVariable latent) {
        String name = layer.name();
        SDVariable style = StyleMapping.dense(graph, latent, layer.modulation()).rename(ModulatedLayers.styles(name));
        SDVariable key = build.modulate(name, x, style, layer.in());
        SDVariable weight = build.weight(layer.weight(), layout(layer), StyledLayer.KERNEL, layer.in(), layer.out());
        SDVariable demodulation = build.demodulation(name, style, weight, layout(layer), layer.gain(), layer.out());
        SDVariable linear = layer.blur()
                .map(blur -> build.convolveUpwards(name, key, weight, blur, layer.out(), layer.valueGrid()))
                .orElseGet(() -> build.convolve(key, weight, StyledLayer.KERNEL));
        SDVariable y = graph.math.mul(ModulatedLayers.convolved(name), linear, demodulation);
        if (layer.noise().isPresent()) {
            StyledNetwork.Noise noise = layer.noise().get();
            // An operation rather than a constant: so it is a side tensor, which memories carry and solvers ask for.
            SDVariable scaled = graph.math.mul(
                    ModulatedLayers.noise(name),
                    graph.constant(name + ".noise.map", noise.map()),
                    graph.constant(name + ".noise.strength", noise.strength()));
            y = graph.math.add(ModulatedLayers.noised(name), y, scaled);
        }
        INDArray bias = layer.bias().reshape(1, layer.out(), 1, 1);
        SDVariable biased = y.add(graph.constant(name + ".bias", bias));
        return build.activate(ModulatedLayers.value(name), biased, layer.activation());
    }

    private static SDVariable rgb(
            SameDiff graph,
            ModulatedLayers build,
            ToRgb toRgb,
            SDVariable x,
            SDVariable latent,
            @Nullable SDVariable before,
            int grid,
            String result) {
        SDVariable weight = graph.constant(toRgb.name() + ".weight", toRgb.weight());
        SDVariable bias = graph.constant(toRgb.name() + ".bias", toRgb.bias());
        SDVariable modulated = toRgb.modulation()
                .map(dense -> build.modulate(
                        toRgb.name(),
                        x,
                        StyleMapping.dense(graph, latent, dense).rename(ModulatedLayers.styles(toRgb.name())),
                        toRgb.weight().size(2)))
                .orElse(x);
        SDVariable converted = build.convolve(modulated, weight, 1).rename(toRgb.name() + ".convolved");
        if (before == null || toRgb.enlarge().isEmpty()) {
            return Double.isInfinite(toRgb.clamp())
                    ? graph.math.add(result, converted, bias)
                    : graph.math.clipByValue(result, converted.add(bias), -toRgb.clamp(), toRgb.clamp());
        }
        SDVariable enlarged =
                build.enlarge(toRgb.name(), before, toRgb.enlarge().get(), grid);
        SDVariable coloured = converted.add(bias);
        return graph.math.add(
                result,
                Double.isInfinite(toRgb.clamp())
                        ? coloured
                        : graph.math.clipByValue(coloured, -toRgb.clamp(), toRgb.clamp()),
                enlarged);
    }

    /** z, normalised and mapped to w, truncated towards the mean: w' = w_mean + psi (w - w_mean). */
    private SDVariable latent(SameDiff graph) {
        StyleMapping mapping = new StyleMapping(network.inputSize(), network.mapping(), network.embedding());
        if (expansion.isEmpty()) {
            return mapping.truncated(graph, STYLE, network.latentMean());
        }
        SDVariable truncated = mapping.truncated(graph, TRUNCATED, network.latentMean());
        return projected(graph, truncated, expansion.get());
    }

    /** P_base(w + offset) + sum_i amount_i s_i d_i. */
    private static SDVariable projected(SameDiff graph, SDVariable latent, LatentExpansion expansion) {
        LatentProjection onto = LatentProjection.of(expansion);
        long count = onto.directions().size(0);
        long d = onto.directions().size(1);
        SDVariable directions = graph.constant("directions", onto.directions());
        SDVariable columns = graph.constant("directions.columns", onto.columns());
        SDVariable steps = graph.constant("steps", onto.steps());
        SDVariable centre = graph.constant("centre", onto.centre());
        SDVariable amounts = graph.placeHolder(ExpandedGenerator.DOMAINS, DataType.FLOAT, -1, count);
        SDVariable moved = latent.add(graph.placeHolder(ExpandedGenerator.OFFSET, DataType.FLOAT, -1, d));
        SDVariable parts = graph.mmul(moved.sub(centre), columns);
        SDVariable base = moved.sub(graph.mmul(parts, directions));
        return graph.math.add(STYLE, base, graph.mmul(amounts, steps));
    }

    /** The mapping alone, from z to w; the name of w is that of the last dense layer. */
    public static SameDiff mapping(int latent, List<Dense> mapping) {
        Objects.requireNonNull(mapping, "mapping");
        SameDiff graph = SameDiff.create();
        new StyleMapping(latent, mapping, Optional.empty()).mapped(graph);
        return graph;
    }
}
