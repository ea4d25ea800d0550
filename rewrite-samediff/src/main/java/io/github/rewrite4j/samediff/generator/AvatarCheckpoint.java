package io.github.rewrite4j.samediff.generator;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.LinearStage;
import io.github.rewrite4j.WeightShape;
import io.github.rewrite4j.io.Fingerprints;
import io.github.rewrite4j.samediff.graph.GraphLayer;
import io.github.rewrite4j.samediff.graph.Named;
import io.github.rewrite4j.samediff.graph.WeightLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The layout of the bundled avatar generator: mapping of dense layers, a learnt constant, modulated 3x3 convolutions
 * named {@code layer0, layer1, ...} with an up-sampling after every second one, one conversion to RGB at the end.
 */
final class AvatarCheckpoint {
    private static final String OUTPUT = "image";
    private static final int KERNEL = 3;

    private final Map<String, INDArray> weights;
    private final int mappingLayers;
    private final List<Convolution> convolutions;

    private record Convolution(String name, int in, int out, int grid, boolean upsampledAfter) {}

    private AvatarCheckpoint(Map<String, INDArray> weights, int mappingLayers, List<Convolution> convolutions) {
        this.weights = weights;
        this.mappingLayers = mappingLayers;
        this.convolutions = convolutions;
    }

    static boolean matches(CheckpointReader reader) {
        return reader.has("mapping.0.weight") && reader.has("const") && reader.has("layer0.conv.weight");
    }

    static AvatarCheckpoint read(CheckpointReader reader) throws IOException {
        long latent = reader.shape("mapping.0.weight")[1];
        int mappingLayers = 0;
        while (reader.has("mapping." + mappingLayers + ".weight")) {
            reader.read("mapping." + mappingLayers + ".weight", latent, latent);
            reader.read("mapping." + mappingLayers + ".bias", latent);
            mappingLayers++;
        }
        reader.read("w_mean", latent);
        int channels = Math.toIntExact(reader.shape("const")[0]);
        int grid = Math.toIntExact(reader.shape("const")[1]);
        reader.read("const", channels, grid, grid);
        List<Convolution> convolutions = new ArrayList<>();
        for (int k = 0; reader.has("layer" + k + ".conv.weight"); k++) {
            String name = "layer" + k;
            int out = Math.toIntExact(reader.read(name + ".conv.weight", -1, channels, KERNEL, KERNEL)
                    .size(0));
            reader.read(name + ".conv.bias", out);
            reader.read(name + ".style.weight", channels, latent);
            reader.read(name + ".style.bias", channels);
            boolean last = !reader.has("layer" + (k + 1) + ".conv.weight");
            boolean up = k % 2 == 1 && !last;
            convolutions.add(new Convolution(name, channels, out, grid, up));
            channels = out;
            grid = up ? 2 * grid : grid;
        }
        reader.read("torgb.weight", 3, channels, 1, 1);
        reader.read("torgb.bias", 3);
        return new AvatarCheckpoint(reader.weights(), mappingLayers, convolutions);
    }

    GraphGenerator generator() {
        Convolution last = convolutions.get(convolutions.size() - 1);
        long latent = weight("w_mean").length();
        String architecture = "avatar StyleGAN2 " + last.grid() + "x" + last.grid() + ", latent " + latent + ", "
                + convolutions.size() + " layers";
        long parameters = weights.entrySet().stream()
                .filter(entry -> !entry.getKey().startsWith("w_"))
                .mapToLong(entry -> entry.getValue().length())
                .sum();
        GraphModel model = new GraphModel(
                architecture,
                Fingerprints.of(new TreeMap<>(weights), architecture),
                this::graph,
                List.of(LatentSampler.LATENT, LatentSampler.TRUNCATION),
                OUTPUT,
                new int[] {3, last.grid(), last.grid()},
                parameters,
                layers());
        Map<String, INDArray> editable = new HashMap<>();
        for (Convolution c : convolutions) {
            String name = c.name() + ".conv.weight";
            editable.put(name, WeightLayout.YXIO.fromCanonical(weight(name)));
        }
        return GraphGenerator.of(model, editable, new LatentSampler(Math.toIntExact(latent), 1));
    }

    private List<GraphLayer> layers() {
        List<GraphLayer> layers = new ArrayList<>();
        for (Convolution c : convolutions) {
            String weight = c.name() + ".conv.weight";
            long parameters = List.of(".conv.weight", ".conv.bias", ".style.weight", ".style.bias").stream()
                    .mapToLong(part -> weight(c.name() + part).length())
                    .sum();
            Layer layer = new Layer(
                    c.name(),
                    layers.size(),
                    weight,
                    new WeightShape(c.out(), c.in(), KERNEL, KERNEL),
                    new FeatureShape(c.in(), c.grid(), c.grid()),
                    new FeatureShape(c.out(), c.grid(), c.grid()),
                    parameters);
            LayerForm form = new LayerForm(
                    weight,
                    1,
                    LinearStage.Convolution.same(KERNEL),
                    Optional.of(new LayerForm.Demodulation(
                            ModulatedLayers.styleEnergy(c.name()), ModulatedLayers.DEMODULATION_EPSILON)),
                    weight(c.name() + ".conv.bias"),
                    Optional.empty(),
                    Activation.STYLEGAN2);
            layers.add(new GraphLayer(
                    layer,
                    ModulatedLayers.key(c.name()),
                    ModulatedLayers.value(c.name()),
                    WeightLayout.YXIO,
                    Optional.of(form)));
        }
        return layers;
    }

    SameDiff graph() {
        SameDiff graph = SameDiff.create();
        ModulatedLayers build = new ModulatedLayers(graph);
        SDVariable latent = latent(graph, build);
        INDArray constant = weight("const");
        SDVariable x =
                graph.constant("const", constant.reshape(1, constant.size(0), constant.size(1), constant.size(2)));
        for (Convolution c : convolutions) {
            SDVariable style = dense(graph, latent, c.name() + ".style");
            SDVariable key = build.modulate(c.name(), x, style, c.in());
            SDVariable weight = build.weight(c.name() + ".conv.weight", KERNEL, c.in(), c.out());
            SDVariable demodulation = build.demodulation(c.name(), style, weight, 1, c.out());
            SDVariable y = build.convolve(key, weight, KERNEL)
                    .mul(demodulation)
                    .add(perChannel(graph, c.name() + ".conv.bias"));
            x = build.activate(ModulatedLayers.value(c.name()), y, Activation.STYLEGAN2);
            if (c.upsampledAfter()) {
                x = graph.cnn.upsampling2d(x, 2, 2, true);
            }
        }
        SDVariable toRgb = graph.constant("torgb.weight", WeightLayout.YXIO.fromCanonical(weight("torgb.weight")));
        graph.math.add(OUTPUT, build.convolve(x, toRgb, 1), perChannel(graph, "torgb.bias"));
        return graph;
    }

    /** z, normalised and mapped to w, truncated towards the mean: w' = w_mean + psi (w - w_mean). */
    private SDVariable latent(SameDiff graph, ModulatedLayers build) {
        long size = weight("w_mean").length();
        SDVariable z = graph.placeHolder(LatentSampler.LATENT, DataType.FLOAT, -1, size);
        SDVariable psi = graph.placeHolder(LatentSampler.TRUNCATION, DataType.FLOAT, -1, 1);
        SDVariable x =
                z.mul(graph.math.rsqrt(graph.mean(graph.math.square(z), true, 1).add(1e-8)));
        for (int k = 0; k < mappingLayers; k++) {
            x = build.activate("mapping." + k, dense(graph, x, "mapping." + k), Activation.STYLEGAN2);
        }
        SDVariable mean = graph.constant("w_mean", weight("w_mean").reshape(1, size));
        return graph.math.add("w", mean, x.sub(mean).mul(psi));
    }

    private SDVariable dense(SameDiff graph, SDVariable x, String name) {
        INDArray weight = weight(name + ".weight");
        INDArray bias = weight(name + ".bias");
        return graph.mmul(x, graph.constant(name + ".weight", weight.transpose().dup('c')))
                .add(graph.constant(name + ".bias", bias.reshape(1, bias.length())));
    }

    private SDVariable perChannel(SameDiff graph, String name) {
        INDArray bias = weight(name);
        return graph.constant(name, bias.reshape(1, bias.length(), 1, 1));
    }

    private INDArray weight(String name) {
        return Named.in(weights, name);
    }
}
