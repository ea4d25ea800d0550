package io.github.rewrite4j.samediff.generator.munit;

import io.github.rewrite4j.samediff.generator.internal.EditableConvolutions;
import io.github.rewrite4j.samediff.generator.internal.GraphWeights;
import io.github.rewrite4j.samediff.generator.internal.MapGraph;
import io.github.rewrite4j.samediff.generator.internal.MapGraph.Steps;
import io.github.rewrite4j.samediff.generator.internal.Maps;
import io.github.rewrite4j.samediff.generator.internal.TrainableGraph;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.util.Map;
import java.util.function.Function;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The graph of one direction of a translator. The content encoder of the source normalises each channel of each picture; the
 * decoder of the target does so in its residual blocks, with scales and shifts that a small network makes of the style, and
 * normalises all of a sample's numbers together while it enlarges. A bias before a normalisation that takes the mean away has
 * no effect and is left out.
 */
final class MunitGraph {
    static final String PICTURE = "picture";
    static final String STYLE = "style";
    static final String OUTPUT = "image";
    static final String CONTENT = "content";

    private static final double EPSILON = 1e-5;
    private static final int CONTENT_KERNEL = 7;

    private final MunitShape shape;
    private final MunitRecipe recipe;
    private final Map<String, INDArray> weights;
    private final MapGraph graph;
    private final EditableConvolutions editable;
    private final GraphWeights fixed;

    MunitGraph(MunitShape shape, MunitRecipe recipe, Map<String, INDArray> weights) {
        this(shape, recipe, weights, GraphWeights::constants);
    }

    private MunitGraph(
            MunitShape shape,
            MunitRecipe recipe,
            Map<String, INDArray> weights,
            Function<MapGraph, GraphWeights> form) {
        this.shape = shape;
        this.recipe = recipe;
        this.weights = weights;
        this.graph = new MapGraph(SameDiff.create());
        this.editable = new EditableConvolutions(graph);
        this.fixed = form.apply(graph);
    }

    /** One whose weights are all inputs; of those given, the shapes count alone. */
    static MunitGraph trainable(MunitShape shape, MunitRecipe recipe, Map<String, INDArray> weights) {
        return new MunitGraph(shape, recipe, weights, GraphWeights::fed);
    }

    TrainableGraph trained() {
        return new TrainableGraph(graph, fixed, editable);
    }

    /** Builds a content encoder alone; gives its output. */
    Maps buildContent(String domain) {
        return content(domain, graph.feed(PICTURE, 3, recipe.height(), recipe.width()));
    }

    /** Builds a decoder alone, from content and style. */
    Maps buildDecoder(String domain) {
        int height = recipe.height() >> shape.downs();
        int width = recipe.width() >> shape.downs();
        Maps content = graph.feed(CONTENT, shape.content(), height, width);
        SDVariable style = graph().placeHolder(STYLE, DataType.FLOAT, -1, shape.style());
        return decoded(domain, content, adaptive(domain, style));
    }

    SameDiff graph() {
        return graph.graph();
    }

    EditableConvolutions editable() {
        return editable;
    }

    /** Builds a direction; gives the picture. */
    Maps build(Direction direction) {
        Maps picture = graph.feed(PICTURE, 3, recipe.height(), recipe.width());
        Maps content = content(direction.source(), picture);
        SDVariable style = direction.isReconstruction()
                ? style(direction.target(), picture)
                : graph().placeHolder(STYLE, DataType.FLOAT, -1, shape.style());
        return decoded(direction.target(), content, adaptive(direction.target(), style));
    }

    /** Builds a style encoder alone; gives the style [N, S]. */
    SDVariable buildStyle(String domain) {
        return style(domain, graph.feed(PICTURE, 3, recipe.height(), recipe.width()));
    }

    private Maps content(String domain, Maps picture) {
        String name = domain + ".enc_content.model.";
        Maps x = normalisedBlock(name + "0", picture, new Steps(CONTENT_KERNEL, 1, 0), 3);
        for (int i = 1; i <= shape.downs(); i++) {
            x = normalisedBlock(name + i, x, new Steps(4, 2, 0), 1);
        }
        for (int r = 0; r < shape.blocks(); r++) {
            String block = name + (shape.downs() + 1) + ".model." + r;
            int first = editable.layers().size();
            Maps one = active(normal(convolved(block + ".model.0.conv", x, new Steps(3, 1, 0), 1)));
            Maps two = normal(convolved(block + ".model.1.conv", one, new Steps(3, 1, 0), 1));
            x = module(block, x, two.as(two.variable().add(x.variable())), first);
        }
        return x;
    }

    private Maps normalisedBlock(String name, Maps x, Steps steps, int pad) {
        int first = editable.layers().size();
        return module(name, x, active(normal(convolved(name + ".conv", x, steps, pad))), first);
    }

    private Maps decoded(String domain, Maps content, SDVariable adaptive) {
        String name = domain + ".dec.model.";
        Maps x = content;
        for (int r = 0; r < shape.blocks(); r++) {
            String block = name + "0.model." + r;
            int first = editable.layers().size();
            Maps one = active(adapted(convolved(block + ".model.0.conv", x, new Steps(3, 1, 0), 1), adaptive, 2 * r))
                    .named(block + ".model.0.out");
            Maps two = adapted(convolved(block + ".model.1.conv", one, new Steps(3, 1, 0), 1), adaptive, 2 * r + 1)
                    .named(block + ".model.1.out");
            x = module(block, x, two.as(two.variable().add(x.variable())), first);
        }
        for (int i = 0; i < shape.downs(); i++) {
            String block = name + (2 + 2 * i);
            int first = editable.layers().size();
            Maps doubled = graph.repeated(x).named(name + (1 + 2 * i) + ".out");
            Maps y = biased(block + ".conv", convolved(block + ".conv", doubled, new Steps(5, 1, 0), 2));
            x = module(block, doubled, active(layerNormal(block + ".norm", y)), first);
        }
        String last = name + (1 + 2 * shape.downs()) + ".conv";
        Maps colours = biased(last, convolved(last, x, new Steps(CONTENT_KERNEL, 1, 0), 3));
        return colours.as(graph().math().tanh(OUTPUT, colours.variable()));
    }

    private Maps module(String name, Maps from, Maps to, int first) {
        Maps out = to.named(name + ".out");
        editable.module(name, from, out, first);
        return out;
    }

    private Maps convolved(String name, Maps x, Steps steps, int pad) {
        return editable.add(name, weight(name + ".weight"), graph.padded(x, pad, recipe.edges()), steps, pad);
    }

    private Maps normal(Maps x) {
        return graph.instanceNormal(x, EPSILON);
    }

    private Maps active(Maps x) {
        return x.as(recipe.activation().of(graph(), x.variable()));
    }

    private Maps biased(String name, Maps x) {
        return x.as(x.variable().add(channels(name + ".bias")));
    }

    /** Of each layer's numbers the first half are shifts, the second scales. */
    private Maps adapted(Maps x, SDVariable adaptive, int layer) {
        int channels = shape.content();
        return graph.instanceNormal(
                x,
                EPSILON,
                columns(adaptive, (2 * layer + 1) * channels, channels),
                columns(adaptive, 2 * layer * channels, channels));
    }

    private SDVariable columns(SDVariable rows, int from, int count) {
        SDVariable part = graph().stridedSlice(
                        rows, new long[] {0, from}, new long[] {0, from + count}, new long[] {1, 1}, 1, 1, 0, 0, 0);
        return graph().reshape(part, -1, count, 1, 1);
    }

    /** One mean and one deviation per sample; the deviation is unbiased, and the epsilon stands outside of its root. */
    private Maps layerNormal(String name, Maps x) {
        double count = (double) x.channels() * x.height() * x.width();
        SDVariable centred = x.variable().sub(graph().mean(x.variable(), true, 1, 2, 3));
        SDVariable variance =
                graph().mean(graph().math().square(centred), true, 1, 2, 3).mul(count / (count - 1));
        SDVariable deviation = graph().math().sqrt(variance).add(EPSILON);
        SDVariable scaled = centred.mul(graph().math().reciprocal(deviation).mul(channels(name + ".gamma")));
        return x.as(scaled.add(channels(name + ".beta")));
    }

    private SDVariable style(String domain, Maps picture) {
        String name = domain + ".enc_style.model.";
        Maps x = styleBlock(name + "0.conv", picture, new Steps(CONTENT_KERNEL, 1, 0), 3);
        for (int i = 1; i <= MunitShape.STYLE_DOWNS; i++) {
            x = styleBlock(name + i + ".conv", x, new Steps(4, 2, 0), 1);
        }
        SDVariable pooled = graph().mean(x.variable(), false, 2, 3);
        return dense(pooled, name + "6");
    }

    private Maps styleBlock(String name, Maps x, Steps steps, int pad) {
        INDArray kernel = weight(name + ".weight");
        Maps y = graph.convolved(
                graph.padded(x, pad, recipe.edges()),
                fixed.kernel(name + ".weight", kernel),
                Math.toIntExact(kernel.size(0)),
                steps);
        return active(biased(name, y));
    }

    private SDVariable adaptive(String domain, SDVariable style) {
        SDVariable x = style;
        for (int i = 0; i < 3; i++) {
            String name = domain + ".mlp.model." + i + ".fc";
            x = dense(x, name);
            x = i < 2 ? recipe.activation().of(graph(), x) : x;
        }
        return x.rename(domain + ".adaptive");
    }

    /** x W' + b. */
    private SDVariable dense(SDVariable x, String name) {
        return x.mmul(fixed.dense(name + ".weight", weight(name + ".weight")))
                .add(fixed.row(name + ".bias", weight(name + ".bias")));
    }

    private SDVariable channels(String name) {
        return fixed.channels(name, weight(name));
    }

    private INDArray weight(String name) {
        return Named.in(weights, name);
    }
}
