package io.github.rewrite4j.samediff.generator.nvidia;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.ActivationFilters;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.LinearStage;
import io.github.rewrite4j.WeightShape;
import io.github.rewrite4j.samediff.generator.StyleLatents;
import io.github.rewrite4j.samediff.generator.internal.Forms;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.generator.internal.GraphModel;
import io.github.rewrite4j.samediff.generator.internal.StyleEntrance;
import io.github.rewrite4j.samediff.generator.nvidia.FilteredNetwork.FilteredLayer;
import io.github.rewrite4j.samediff.generator.nvidia.FilteredNetwork.Filters;
import io.github.rewrite4j.samediff.generator.nvidia.FilteredNetwork.Grid;
import io.github.rewrite4j.samediff.generator.style.LatentSampler;
import io.github.rewrite4j.samediff.generator.style.ModulatedLayers;
import io.github.rewrite4j.samediff.generator.style.StyleMapping;
import io.github.rewrite4j.samediff.graph.internal.GraphLayer;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.WeightLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;

/** Turns the description of a StyleGAN3 into its graph and its editable layers. */
final class FilteredGraph {
    static final String OUTPUT = "image";
    static final String INPUT = "synthesis.input";
    /** What stands in solvers for an epsilon that is relative to the weight, so that a kernel of zeros divides by none. */
    private static final double TINY = 1e-30;

    private final FilteredNetwork network;
    private final INDArray colours;

    /**
     * Of a network.
     *
     * @param colours weight of the last layer [3, in, 1, 1]
     */
    FilteredGraph(FilteredNetwork network, INDArray colours) {
        this.network = network;
        this.colours = colours;
    }

    /** Where numbers are fed: z, the w that all layers read, or a w for each layer. */
    private enum Entrance {
        INPUTS,
        LATENT,
        ROWS
    }

    /**
     * The generator.
     *
     * @param fingerprint of the network and its weights
     * @param canonical the editable weights by name [out, in, k, k]; copied
     */
    GraphGenerator generator(String fingerprint, Map<String, INDArray> canonical) {
        List<String> inputs = new ArrayList<>(List.of(LatentSampler.LATENT, LatentSampler.TRUNCATION));
        if (network.classes() > 0) {
            inputs.add(LatentSampler.LABEL);
        }
        GraphModel model = new GraphModel(
                network.architecture(),
                fingerprint,
                () -> build(Entrance.INPUTS),
                inputs,
                OUTPUT,
                new int[] {3, network.imageSize(), network.imageSize()},
                network.parameters(),
                layers(),
                Forms.NONE.entered(new StyleEntrance(
                        Collections.nCopies(network.rows(), StyleLatents.COMMON),
                        network.latent(),
                        () -> build(Entrance.LATENT),
                        () -> build(Entrance.ROWS))));
        Map<String, INDArray> editable = new HashMap<>();
        for (GraphLayer layer : layers()) {
            String name = layer.layer().weight();
            editable.put(name, layer.layout().fromCanonical(Named.in(canonical, name)));
        }
        LatentSampler sampler = new LatentSampler(
                network.mapping().size(), 1, Optional.empty(), network.classes(), OptionalInt.empty());
        return GraphGenerator.of(model, editable, sampler);
    }

    private List<GraphLayer> layers() {
        List<GraphLayer> layers = new ArrayList<>();
        for (FilteredLayer filtered : network.layers()) {
            if (filtered.filters().isEmpty()) {
                continue;
            }
            Layer layer = new Layer(
                    filtered.name(),
                    layers.size(),
                    filtered.weight(),
                    new WeightShape(filtered.out(), filtered.in(), filtered.kernel(), filtered.kernel()),
                    shape(filtered.in(), filtered.keyGrid()),
                    shape(filtered.out(), filtered.valueGrid()),
                    filtered.parameters());
            layers.add(new GraphLayer(
                    layer,
                    ModulatedLayers.key(filtered.name()),
                    ModulatedLayers.value(filtered.name()),
                    WeightLayout.YXIO,
                    Optional.of(form(filtered, filtered.filters().get()))));
        }
        return layers;
    }

    private static LayerForm form(FilteredLayer layer, Filters filters) {
        int edge = layer.kernel() - 1;
        FirFilter.Enlargement how = filters.enlargement();
        return new LayerForm(
                layer.weight(),
                1,
                new LinearStage.Convolution(layer.kernel(), layer.kernel(), 1, edge, edge, edge, edge),
                Optional.of(new LayerForm.Demodulation(ModulatedLayers.styleEnergy(layer.name()), TINY)),
                layer.bias(),
                Optional.empty(),
                Activation.STYLEGAN2.clamped(layer.clamp()),
                Optional.of(new ActivationFilters(
                        filters.up().taps().mul(how.factor()),
                        how.factor(),
                        how.before(),
                        how.after(),
                        filters.down().taps(),
                        filters.factor())));
    }

    private static FeatureShape shape(int channels, Grid grid) {
        return new FeatureShape(channels, grid.size(), grid.size(), grid.margin());
    }

    private SameDiff build(Entrance entrance) {
        SameDiff graph = SameDiff.create();
        ModulatedLayers build = new ModulatedLayers(graph);
        SDVariable latent =
                switch (entrance) {
                    case INPUTS -> network.mapping().truncated(graph, StyleLatents.COMMON, network.latentMean());
                    case LATENT -> graph.placeHolder(StyleLatents.COMMON, DataType.FLOAT, -1, network.latent());
                    case ROWS ->
                        graph.placeHolder(StyleLatents.ROWS, DataType.FLOAT, -1, network.rows(), network.latent());
                };
        SDVariable x = network.input().build(graph, INPUT, row(latent, 0, entrance));
        int index = 1;
        for (FilteredLayer layer : network.layers()) {
            SDVariable own = row(latent, index, entrance);
            index++;
            x = layer.filters().isPresent()
                    ? filtered(graph, build, layer, layer.filters().get(), x, own)
                    : coloured(graph, build, layer, x, own);
        }
        return graph;
    }

    private static SDVariable row(SDVariable latent, int index, Entrance entrance) {
        return entrance == Entrance.ROWS ? latent.get(SDIndex.all(), SDIndex.point(index), SDIndex.all()) : latent;
    }

    private static SDVariable filtered(
            SameDiff graph,
            ModulatedLayers build,
            FilteredLayer layer,
            Filters filters,
            SDVariable x,
            SDVariable latent) {
        String name = layer.name();
        SDVariable style = StyleMapping.dense(graph, latent, layer.style());
        SDVariable key = build.modulate(name, x, style, layer.in());
        SDVariable weight = build.weight(layer.weight(), WeightLayout.YXIO, layer.kernel(), layer.in(), layer.out());
        SDVariable linear = graph.cnn.conv2d(key, weight, overTheEdge(layer.kernel()));
        SDVariable y = graph.math.mul(ModulatedLayers.convolved(name), linear, factors(graph, layer, style, weight));
        SDVariable biased = y.add(graph.constant(name + ".bias", layer.bias().reshape(1, layer.out(), 1, 1)));
        int size = layer.convolved();
        SDVariable large = filters.up().enlarge(graph, name, biased, layer.out(), size, filters.enlargement());
        SDVariable active = build.activate(name + ".activated", large, Activation.STYLEGAN2.clamped(layer.clamp()));
        int between = filters.enlargement().result(size, filters.up().length());
        return filters.down()
                .reduce(graph, name, active, layer.out(), between, filters.factor(), ModulatedLayers.value(name));
    }

    /**
     * What the convolution of the bare key x s with the bare weight W is multiplied by, [N, out, 1, 1]. Styles are divided by
     * their root mean square r, kernels by theirs q_o, and the result is demodulated: with E_oi = sum_yx W_oiyx^2 and
     * e_i = (s_i / gain)^2, d_o = 1 / sqrt(sum_i e_i E_oi + epsilon r^2 q_o^2 / gain^2).
     */
    private static SDVariable factors(SameDiff graph, FilteredLayer layer, SDVariable style, SDVariable weight) {
        String name = layer.name();
        SDVariable energy = graph.math.square(ModulatedLayers.styleEnergy(name), style.mul(1 / layer.gain()));
        SDVariable squares = graph.sum(graph.math.square(weight), 0, 1);
        double taps = (double) layer.in() * layer.kernel() * layer.kernel();
        SDVariable meanWeight = graph.sum(squares, true, 0).div(taps);
        SDVariable meanStyle = graph.mean(energy, true, 1);
        SDVariable epsilon = graph.mmul(meanStyle, meanWeight).mul(ModulatedLayers.DEMODULATION_EPSILON);
        SDVariable d = graph.math.rsqrt(graph.mmul(energy, squares).add(epsilon));
        return graph.reshape(d, -1, layer.out(), 1, 1).rename(name + ".demodulation");
    }

    private SDVariable coloured(
            SameDiff graph, ModulatedLayers build, FilteredLayer layer, SDVariable x, SDVariable latent) {
        String name = layer.name();
        SDVariable style = StyleMapping.dense(graph, latent, layer.style());
        SDVariable key = build.modulate(name, x, style, layer.in());
        INDArray scaled = WeightLayout.YXIO.fromCanonical(colours).mul(layer.gain());
        SDVariable weight = graph.constant(layer.weight(), scaled);
        SDVariable linear = graph.cnn.conv2d(ModulatedLayers.convolved(name), key, weight, overTheEdge(layer.kernel()));
        SDVariable biased =
                linear.add(graph.constant(name + ".bias", layer.bias().reshape(1, layer.out(), 1, 1)));
        SDVariable cut =
                build.activate(ModulatedLayers.value(name), biased, Activation.IDENTITY.clamped(layer.clamp()));
        return graph.math.mul(OUTPUT, cut, graph.constant(name + ".scale", (float) network.outputScale()));
    }

    /** Zeros around, so that each tap reaches each cell. */
    private static Conv2DConfig overTheEdge(int kernel) {
        return Conv2DConfig.builder()
                .kH(kernel)
                .kW(kernel)
                .sH(1)
                .sW(1)
                .pH(kernel - 1)
                .pW(kernel - 1)
                .paddingMode(PaddingMode.VALID)
                .dataFormat("NCHW")
                .build();
    }
}
