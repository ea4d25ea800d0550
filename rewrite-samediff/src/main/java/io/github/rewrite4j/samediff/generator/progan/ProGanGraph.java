package io.github.rewrite4j.samediff.generator.progan;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.LinearStage;
import io.github.rewrite4j.WeightShape;
import io.github.rewrite4j.samediff.generator.GaussianSampler;
import io.github.rewrite4j.samediff.generator.internal.Forms;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.generator.internal.GraphModel;
import io.github.rewrite4j.samediff.graph.internal.GraphLayer;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.WeightLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The graph of a Progressive GAN (Karras et al. 2018). Each block normalises every cell over its channels, doubles the grid
 * where it begins a resolution, convolves, multiplies by sqrt(2 / fan in), adds a bias and rectifies with the slope 0.2. The
 * last block makes colours in the same way, without the root of two and a rectifier, and clips them.
 */
final class ProGanGraph {
    static final String LATENT = "z";
    static final String OUTPUT = "image";

    private static final double EPSILON = 1e-8;
    private static final double SLOPE = 0.2;

    private final String architecture;
    private final int latent;
    private final List<Block> blocks;
    private final Colours colours;
    private final long parameters;

    ProGanGraph(String architecture, int latent, List<Block> blocks, Colours colours, long parameters) {
        this.architecture = architecture;
        this.latent = latent;
        this.blocks = List.copyOf(blocks);
        this.colours = colours;
        this.parameters = parameters;
    }

    /**
     * A block.
     *
     * @param name of its convolution
     * @param in input channels
     * @param out output channels
     * @param kernel side of the kernel
     * @param grid cells of a side of the output
     * @param doubles whether the grid is doubled before the convolution
     * @param bias [out]
     */
    record Block(String name, int in, int out, int kernel, int grid, boolean doubles, INDArray bias) {
        String weight() {
            return name + ".weight";
        }

        String key() {
            return name + ".key";
        }

        String value() {
            return name + ".value";
        }

        /** What the block gives to the next. */
        String result() {
            return name + ".out";
        }

        /** Zeros at each side: the first block makes 4x4 cells of one. */
        int padding() {
            return kernel == 4 ? 3 : 1;
        }

        FeatureShape keyShape() {
            int side = kernel == 4 ? 1 : grid;
            return new FeatureShape(in, side, side);
        }
    }

    /**
     * The last block.
     *
     * @param name layer name
     * @param weight [3, in, 1, 1]
     * @param bias [3]
     */
    record Colours(String name, INDArray weight, INDArray bias) {}

    /**
     * The generator.
     *
     * @param fingerprint of the network and its weights
     * @param canonical weights by name; those of the blocks [out, in, k, k] are copied
     */
    GraphGenerator generator(String fingerprint, Map<String, INDArray> canonical) {
        int side = blocks.get(blocks.size() - 1).grid();
        GraphModel model = new GraphModel(
                architecture,
                fingerprint,
                this::build,
                List.of(LATENT),
                OUTPUT,
                new int[] {3, side, side},
                parameters,
                layers(),
                Forms.NONE);
        Map<String, INDArray> editable = new HashMap<>();
        for (GraphLayer layer : layers()) {
            String name = layer.layer().weight();
            editable.put(name, layer.layout().fromCanonical(Named.in(canonical, name)));
        }
        return GraphGenerator.of(model, editable, GaussianSampler.of(LATENT, latent));
    }

    private List<GraphLayer> layers() {
        List<GraphLayer> layers = new ArrayList<>();
        for (Block block : blocks) {
            int padding = block.padding();
            Layer layer = new Layer(
                    block.name(),
                    layers.size(),
                    block.weight(),
                    new WeightShape(block.out(), block.in(), block.kernel(), block.kernel()),
                    block.keyShape(),
                    new FeatureShape(block.out(), block.grid(), block.grid()),
                    (long) block.in() * block.out() * block.kernel() * block.kernel() + block.out());
            LayerForm form = new LayerForm(
                    block.weight(),
                    1,
                    new LinearStage.Convolution(block.kernel(), block.kernel(), 1, padding, padding, padding, padding),
                    Optional.empty(),
                    Nd4j.zeros(DataType.FLOAT, block.out()),
                    Optional.empty(),
                    Activation.IDENTITY);
            layers.add(new GraphLayer(layer, block.key(), block.value(), WeightLayout.YXIO, Optional.of(form)));
        }
        return layers;
    }

    private SameDiff build() {
        SameDiff graph = SameDiff.create();
        SDVariable x = graph.reshape(graph.placeHolder(LATENT, DataType.FLOAT, -1, latent), -1, latent, 1, 1);
        for (Block block : blocks) {
            SDVariable normal = normalised(graph, x);
            SDVariable key =
                    (block.doubles() ? graph.cnn.upsampling2d(normal, 2, 2, true) : normal).rename(block.key());
            SDVariable weight = graph.placeHolder(
                    block.weight(), DataType.FLOAT, block.kernel(), block.kernel(), block.in(), block.out());
            SDVariable value = graph.cnn
                    .conv2d(key, weight, convolution(block.kernel(), block.padding()))
                    .rename(block.value());
            double scale = Math.sqrt(2.0 / ((double) block.in() * block.kernel() * block.kernel()));
            SDVariable biased = value.mul(scale)
                    .add(graph.constant(block.name() + ".bias", block.bias().reshape(1, block.out(), 1, 1)));
            // Cheaper to differentiate than the rectifier of the library, and the same.
            x = graph.math.add(
                    block.result(),
                    biased.mul((1 + SLOPE) / 2),
                    graph.math.abs(biased).mul((1 - SLOPE) / 2));
        }
        long in = colours.weight().size(1);
        INDArray scaled = WeightLayout.YXIO.fromCanonical(colours.weight()).muli(1 / Math.sqrt((double) in));
        SDVariable weight = graph.constant(colours.name() + ".weight", scaled);
        SDVariable key = normalised(graph, x).rename(colours.name() + ".key");
        SDVariable bias =
                graph.constant(colours.name() + ".bias", colours.bias().reshape(1, 3, 1, 1));
        SDVariable unclipped =
                graph.cnn.conv2d(key, weight, convolution(1, 0)).add(colours.name() + ".unclipped", bias);
        graph.math.clipByValue(OUTPUT, unclipped, -1, 1);
        return graph;
    }

    /** x / sqrt(mean over the channels of x^2 + 1e-8). */
    private static SDVariable normalised(SameDiff graph, SDVariable x) {
        return x.mul(graph.math.rsqrt(graph.mean(graph.math.square(x), true, 1).add(EPSILON)));
    }

    private static Conv2DConfig convolution(int kernel, int padding) {
        return Conv2DConfig.builder()
                .kH(kernel)
                .kW(kernel)
                .sH(1)
                .sW(1)
                .pH(padding)
                .pW(padding)
                .paddingMode(PaddingMode.VALID)
                .dataFormat("NCHW")
                .build();
    }
}
