package io.github.rewrite4j.samediff.generator.foreign;

import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.WeightShape;
import io.github.rewrite4j.samediff.graph.internal.FoundLayer;
import io.github.rewrite4j.samediff.graph.internal.GraphLayer;
import io.github.rewrite4j.samediff.graph.internal.GraphSurgery;
import io.github.rewrite4j.samediff.graph.internal.LayerFinder;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The layers of a graph that was opened for editing, their weights, and the layers that had to stay closed. */
final class EditableLayers {
    private final SameDiff graph;
    private final Map<String, long[]> shapes;
    private final List<GraphLayer> layers = new ArrayList<>();
    private final Map<String, INDArray> weights = new LinkedHashMap<>();
    private final Map<String, String> refusals = new LinkedHashMap<>();

    private EditableLayers(SameDiff graph, Map<String, long[]> shapes) {
        this.graph = graph;
        this.shapes = shapes;
    }

    /**
     * Makes the weights of a graph its inputs.
     *
     * @param graph is changed
     * @param owned whether nobody else has the arrays of the graph, which are then taken over
     * @param found its layers
     * @param shapes those of their keys and values for two samples
     */
    static EditableLayers of(SameDiff graph, boolean owned, List<FoundLayer> found, Map<String, long[]> shapes) {
        EditableLayers editable = new EditableLayers(graph, shapes);
        Map<String, String> names =
                LayerNames.of(found.stream().map(FoundLayer::weight).toList());
        Map<FoundLayer, INDArray> opened = new LinkedHashMap<>();
        for (FoundLayer layer : found) {
            String name = Named.in(names, layer.weight());
            layer.refusal()
                    .or(() -> editable.misshapen(layer))
                    .ifPresentOrElse(
                            reason -> editable.refusals.put(name, reason),
                            () -> opened.put(layer, ownArray(LayerFinder.knownArray(graph, layer.factor()), owned)));
        }
        opened.forEach(
                (layer, factor) -> editable.layers.add(editable.open(layer, Named.in(names, layer.weight()), factor)));
        return editable;
    }

    private static INDArray ownArray(INDArray array, boolean owned) {
        return owned && array.ordering() == 'c' && !array.isView() ? array : array.dup('c');
    }

    List<GraphLayer> layers() {
        return List.copyOf(layers);
    }

    /** Editable weights in the layout of the graph. */
    Map<String, INDArray> weights() {
        return Map.copyOf(weights);
    }

    /** Why layers cannot be rewritten, by name. */
    Map<String, String> refusals() {
        return Map.copyOf(refusals);
    }

    private Optional<String> misshapen(FoundLayer layer) {
        int rank = layer.dense() ? 2 : 4;
        for (String variable : List.of(layer.key(), layer.value())) {
            long[] shape = Named.in(shapes, variable);
            if (shape.length != rank || shape[0] != 2) {
                return Optional.of("its variable '" + variable + "' has the shape " + Arrays.toString(shape)
                        + " for two samples, but expected were " + rank + " dimensions, the batch first.");
            }
        }
        return Optional.empty();
    }

    private GraphLayer open(FoundLayer found, String name, INDArray factor) {
        GraphSurgery surgery = new GraphSurgery(graph);
        WeightShape shape = found.layout().canonicalShape(factor.shape());
        FeatureShape keyShape = featureShape(found.key());
        FeatureShape valueShape = featureShape(found.value());
        Optional<LayerForm> form = form(found, shape, keyShape);
        long parameters = factor.length()
                + found.bias()
                        .map(bias -> LayerFinder.knownArray(graph, bias).length())
                        .orElse(0L);
        String key = found.key();
        String value = found.value();
        if (found.dense()) {
            key = surgery.freeName(name + "/key");
            value = surgery.freeName(name + "/value");
            surgery.widen(found, key, shape.in(), value, shape.out());
        }
        surgery.feedInstead(found.weight(), factor.shape());
        if (!found.factor().equals(found.weight())) {
            surgery.rewire(found.op(), found.factor(), found.weight());
            surgery.removeUnreadFrom(found.factor());
        }
        weights.put(found.weight(), factor);
        Layer layer = new Layer(name, layers.size(), found.weight(), shape, keyShape, valueShape, parameters);
        return new GraphLayer(layer, key, value, found.layout(), form);
    }

    private FeatureShape featureShape(String variable) {
        long[] shape = Named.in(shapes, variable);
        return new FeatureShape(
                Math.toIntExact(shape[1]),
                shape.length == 4 ? Math.toIntExact(shape[2]) : 1,
                shape.length == 4 ? Math.toIntExact(shape[3]) : 1);
    }

    private Optional<LayerForm> form(FoundLayer found, WeightShape shape, FeatureShape key) {
        INDArray bias = found.bias()
                .map(variable -> LayerFinder.knownArray(graph, variable)
                        .castTo(DataType.FLOAT)
                        .reshape(shape.out()))
                .orElseGet(() -> Nd4j.zeros(DataType.FLOAT, shape.out()));
        return found.stage(key.height(), key.width())
                .map(stage -> new LayerForm(
                        found.weight(), 1, stage, Optional.empty(), bias, Optional.empty(), found.activation()));
    }
}
