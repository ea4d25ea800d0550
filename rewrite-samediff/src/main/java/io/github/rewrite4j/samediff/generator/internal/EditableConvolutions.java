package io.github.rewrite4j.samediff.generator.internal;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.LinearStage;
import io.github.rewrite4j.WeightShape;
import io.github.rewrite4j.samediff.graph.internal.GraphLayer;
import io.github.rewrite4j.samediff.graph.internal.GraphModule;
import io.github.rewrite4j.samediff.graph.internal.WeightLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Convolutions of a graph whose weights are fed, in the order in which they were added. A key is what the convolution reads,
 * with what lies beyond the edges; a value is its sum, before all else: a linear memory. Whole modules are named apart.
 */
public final class EditableConvolutions {
    private final MapGraph graph;
    private final List<GraphLayer> layers = new ArrayList<>();
    private final List<GraphModule> modules = new ArrayList<>();

    public EditableConvolutions(MapGraph graph) {
        Objects.requireNonNull(graph, "graph");
        this.graph = graph;
    }

    public List<GraphLayer> layers() {
        return List.copyOf(layers);
    }

    public List<GraphModule> modules() {
        return List.copyOf(modules);
    }

    /**
     * Adds a convolution.
     *
     * @param name of the layer; its weight is called {@code name.weight}
     * @param weight canonical [out, in, k, k]
     * @param x what it reads
     * @param steps of the convolution; zeros that it adds itself belong to the layer
     * @param margin cells at each side of x that lie beyond the picture
     */
    public Maps add(String name, INDArray weight, Maps x, MapGraph.Steps steps, int margin) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(weight, "weight");
        Objects.requireNonNull(x, "x");
        Objects.requireNonNull(steps, "steps");
        WeightShape shape = WeightShape.of(weight.shape());
        Maps key = named(x, name + ".key");
        SDVariable fed = graph.graph()
                .placeHolder(
                        name + ".weight",
                        DataType.FLOAT,
                        shape.kernelHeight(),
                        shape.kernelWidth(),
                        shape.in(),
                        shape.out());
        Maps value = named(graph.convolved(key, fed, shape.out(), steps), name + ".value");
        int pad = steps.pad();
        Optional<LayerForm> form = steps.dilation() > 1
                ? Optional.empty()
                : Optional.of(form(
                        name,
                        shape,
                        new LinearStage.Convolution(
                                steps.kernel(), steps.kernel(), steps.stride(), pad, pad, pad, pad)));
        add(name, shape, key, margin, value, WeightLayout.YXIO, form);
        return value;
    }

    /**
     * Adds a transposed convolution that doubles the grid.
     *
     * @param weight canonical [out, in, 4, 4]
     */
    public Maps addDoubling(String name, INDArray weight, Maps x) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(weight, "weight");
        Objects.requireNonNull(x, "x");
        WeightShape shape = WeightShape.of(weight.shape());
        Maps key = named(x, name + ".key");
        SDVariable fed = graph.graph()
                .placeHolder(
                        name + ".weight",
                        DataType.FLOAT,
                        shape.kernelHeight(),
                        shape.kernelWidth(),
                        shape.out(),
                        shape.in());
        Maps value = named(graph.doubledBy(key, fed, shape.out()), name + ".value");
        add(name, shape, key, 0, value, WeightLayout.YXOI, Optional.empty());
        return value;
    }

    private void add(
            String name,
            WeightShape shape,
            Maps key,
            int margin,
            Maps value,
            WeightLayout layout,
            Optional<LayerForm> form) {
        Layer layer = new Layer(
                name,
                layers.size(),
                name + ".weight",
                shape,
                key.shape(margin),
                value.shape(),
                (long) shape.out() * shape.in() * shape.kernelHeight() * shape.kernelWidth());
        layers.add(new GraphLayer(layer, key.variable().name(), value.variable().name(), layout, form));
    }

    private static LayerForm form(String name, WeightShape shape, LinearStage stage) {
        return new LayerForm(
                name + ".weight",
                1,
                stage,
                Optional.empty(),
                Nd4j.zeros(DataType.FLOAT, shape.out()),
                Optional.empty(),
                Activation.IDENTITY);
    }

    /** A variable of its own: what two layers read, or what is an input, cannot bear two names. */
    private Maps named(Maps x, String name) {
        boolean taken = x.variable().isPlaceHolder()
                || x.variable().name().endsWith(".key")
                || x.variable().name().endsWith(".value")
                || x.variable().name().endsWith(".out");
        return taken ? x : x.named(name);
    }

    /**
     * Names a module.
     *
     * @param name of it
     * @param key what it reads
     * @param value what it gives
     * @param first number of its first layer; it ends with the last layer so far
     */
    public void module(String name, Maps key, Maps value, int first) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        modules.add(new GraphModule(
                name,
                key.variable().name(),
                key.shape(),
                value.variable().name(),
                value.shape(),
                layers.get(first).layer().name(),
                layers.get(layers.size() - 1).layer().name()));
    }
}
