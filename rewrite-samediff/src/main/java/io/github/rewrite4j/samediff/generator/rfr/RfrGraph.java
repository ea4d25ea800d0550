package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.samediff.generator.internal.EditableConvolutions;
import io.github.rewrite4j.samediff.generator.internal.GraphWeights;
import io.github.rewrite4j.samediff.generator.internal.MapGraph;
import io.github.rewrite4j.samediff.generator.internal.MapGraph.Steps;
import io.github.rewrite4j.samediff.generator.internal.Maps;
import io.github.rewrite4j.samediff.generator.internal.TrainableGraph;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/**
 * The graph of an inpainter. Partial convolutions see what is known alone and let it grow; six recurrences of one module
 * reason about what grew; their features are averaged where they are known; a transposed convolution and a short tail, which
 * sees the picture once more, paint. What was known of the picture is put back bit for bit.
 */
final class RfrGraph {
    static final String PICTURE = "picture";
    static final String KNOWN = "known";
    static final String OUTPUT = "image";
    /** What the network paints, in [0, 1] and not clipped. */
    static final String PAINTED = "painted";

    static final String MERGED = "merged.out";
    private static final int RECURRENCES = 6;
    private static final double SLOPE = 0.01;
    private static final double SMALL = 1e-7;

    private final RfrShape shape;
    private final RfrWeights weights;
    private final MapGraph graph;
    private final EditableConvolutions editable;
    private final RfrMasks masks;

    RfrGraph(RfrShape shape, RfrTensors tensors) {
        this(shape, tensors, GraphWeights::constants);
    }

    private RfrGraph(RfrShape shape, RfrTensors tensors, Function<MapGraph, GraphWeights> form) {
        this.shape = shape;
        this.graph = new MapGraph(SameDiff.create());
        this.weights = new RfrWeights(tensors, graph, form.apply(graph));
        this.editable = new EditableConvolutions(graph);
        this.masks = new RfrMasks(graph);
    }

    /** One whose weights are all inputs; of the tensors, the shapes count alone. */
    static RfrGraph trainable(RfrShape shape, RfrTensors tensors) {
        return new RfrGraph(shape, tensors, GraphWeights::fed);
    }

    TrainableGraph trained() {
        return new TrainableGraph(graph, weights.made(), editable);
    }

    List<RfrWeights.Normal> normals() {
        return weights.normals();
    }

    SameDiff graph() {
        return graph.graph();
    }

    EditableConvolutions editable() {
        return editable;
    }

    /** Builds the network for pictures of a size. */
    void build(int height, int width) {
        Maps picture = graph.feed(PICTURE, 3, height, width);
        Maps known = graph.feed(KNOWN, 1, height, width);
        Maps seen = picture.as(picture.variable().add(1).mul(0.5).mul(known.variable()))
                .named("seen.out");
        Maps features = features(seen, known);
        painted(picture, known, seen, features);
    }

    private Maps features(Maps seen, Maps known) {
        int first = editable.layers().size();
        RfrMasks.Grown one = masks.grown(known, 3, new Steps(7, 2, 3), "Pconv1");
        Maps x = partial("Pconv1", seen, known, one, new Steps(7, 2, 3));
        x = module("Pconv1+bn1", seen, relu(weights.normal(x, "bn1")), first);
        Steps steps = new Steps(shape.kernel(), 1, shape.kernel() / 2);
        int second = editable.layers().size();
        Maps before = x;
        RfrMasks.Grown two = masks.grown(one.mask(), shape.width(), steps, "Pconv2");
        x = partial("Pconv2", x, one.mask(), two, steps);
        x = module("Pconv2+bn20", before, relu(weights.normal(x, "bn20")), second);

        List<SDVariable> groups =
                new ArrayList<>(List.of(x.variable().mul(two.mask().variable())));
        List<SDVariable> amounts = new ArrayList<>(List.of(two.mask().variable()));
        Maps mask = two.mask();
        RfrModule module = new RfrModule(graph, weights, shape.encoder());
        for (int i = 0; i < RECURRENCES; i++) {
            x = repeated("Pconv21", x, mask, steps, i);
            mask = masks.named("Pconv21", i);
            x = repeated("Pconv22", x, mask, steps, i);
            mask = masks.named("Pconv22", i);
            x = leaky(weights.normal(x, "bn2"), SLOPE);
            x = module.of(x, mask, i);
            x = x.as(x.variable().mul(mask.variable()));
            groups.add(x.variable().mul(mask.variable()));
            amounts.add(mask.variable());
        }
        SDVariable sum =
                graph().math().mergeAdd(groups.toArray(new SDVariable[0])).mul(1.0 / groups.size());
        SDVariable amount = graph().math()
                .mergeAdd(amounts.toArray(new SDVariable[0]))
                .mul(1.0 / groups.size())
                .add(SMALL);
        masks.keepLast(mask);
        return x.as(sum.div(amount)).named(MERGED);
    }

    /** A partial convolution that others are too: not to be rewritten. */
    private Maps repeated(String name, Maps x, Maps mask, Steps steps, int recurrence) {
        RfrMasks.Grown grown = masks.grown(mask, shape.width(), steps, RfrMasks.name(name, recurrence));
        Maps y = graph.convolved(x.as(x.variable().mul(mask.variable())), weights.kernel(name), shape.width(), steps);
        return y.as(y.variable().mul(grown.ratio()));
    }

    private Maps partial(String name, Maps x, Maps mask, RfrMasks.Grown grown, Steps steps) {
        Maps y = editable.add(
                name, weights.tensors().canonical(name), x.as(x.variable().mul(mask.variable())), steps, 0);
        return y.as(y.variable().mul(grown.ratio()));
    }

    private void painted(Maps picture, Maps known, Maps seen, Maps features) {
        int first = editable.layers().size();
        Maps up = editable.addDoubling("Tconv", weights.tensors().transposed("Tconv"), features);
        up = module("Tconv+bn3", features, leaky(weights.normal(up, "bn3"), SLOPE), first);

        Maps mask = graph.repeated(masks.last());
        SDVariable joined = graph().concat(
                        1, seen.variable().mul(known.variable()), up.variable().mul(mask.variable()));
        Steps three = new Steps(3, 1, 1);
        int one = editable.layers().size();
        RfrMasks.Grown grown = masks.grown(known, 3, mask, shape.width(), three);
        Maps tail1 = editable.add(
                "tail1",
                weights.tensors().canonical("tail1"),
                new Maps(joined, shape.width() + 3, up.height(), up.width()),
                three,
                0);
        tail1 = module("tail1+leaky", up, leaky(tail1.as(tail1.variable().mul(grown.ratio())), SLOPE), one);

        int two = editable.layers().size();
        Steps single = new Steps(1, 1, 0);
        Maps neck = relu(weights.normal(plain("tail2.conv1", tail1, single), "tail2.bn1"));
        neck = relu(weights.normal(plain("tail2.conv2", neck, three), "tail2.bn2"));
        neck = weights.normal(plain("tail2.conv3", neck, single), "tail2.bn3");
        Maps tail2 = module("tail2", tail1, relu(tail1.as(neck.variable().add(tail1.variable()))), two);

        SDVariable both = graph().concat(1, tail1.variable(), tail2.variable());
        Maps out = plain("out", new Maps(both, 2 * shape.tail(), tail1.height(), tail1.width()), three);
        Maps painted = out.as(graph().identity(PAINTED, out.variable()));
        SDVariable hole = known.variable().rsub(1);
        graph().math()
                .add(
                        OUTPUT,
                        painted.variable().mul(2).sub(1).mul(hole),
                        picture.variable().mul(known.variable()));
    }

    private Maps plain(String name, Maps x, Steps steps) {
        return editable.add(name, weights.tensors().canonical(name), x, steps, 0);
    }

    private Maps module(String name, Maps from, Maps to, int first) {
        Maps out = to.named(name + ".out");
        editable.module(name, from, out, first);
        return out;
    }

    private Maps relu(Maps x) {
        return x.as(graph().nn().relu(x.variable(), 0));
    }

    private Maps leaky(Maps x, double slope) {
        return x.as(graph().nn().leakyRelu(x.variable(), slope));
    }
}
