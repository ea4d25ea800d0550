package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.samediff.generator.style.StyledNetwork.Dense;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.ToRgb;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.graph.internal.WeightLayout;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The weights of a style-based network behind its latent, by name, out of its description and back. */
final class StyledParameters {
    static final String CONSTANT = "const";

    private StyledParameters() {}

    static String style(String layer) {
        return layer + ".style";
    }

    static String bias(String layer) {
        return layer + ".bias";
    }

    /** Weight of a conversion to RGB. */
    static String weight(ToRgb toRgb) {
        return toRgb.name() + ".weight";
    }

    /**
     * Copies of all of them: the constant, and of each layer weight, bias and style, then those of its conversion to RGB.
     *
     * @param editable convolutions by name [out, in, 3, 3]
     */
    static List<Parameter> of(StyledNetwork network, Map<String, INDArray> editable) {
        List<Parameter> all = new ArrayList<>();
        all.add(Parameter.of(CONSTANT, network.constant()));
        for (StyledLayer layer : network.layers()) {
            all.add(Parameter.of(layer.weight(), Named.in(editable, layer.weight())));
            all.add(Parameter.of(bias(layer.name()), layer.bias()));
            add(all, style(layer.name()), layer.modulation());
            layer.toRgb().ifPresent(toRgb -> {
                all.add(Parameter.of(weight(toRgb), WeightLayout.YXIO.toCanonical(toRgb.weight())));
                all.add(Parameter.of(
                        bias(toRgb.name()), toRgb.bias().reshape(toRgb.bias().length())));
                toRgb.modulation().ifPresent(dense -> add(all, style(toRgb.name()), dense));
            });
        }
        return all;
    }

    private static void add(List<Parameter> all, String name, Dense dense) {
        all.add(Parameter.of(name + ".weight", dense.weight().transpose()));
        all.add(Parameter.of(name + ".bias", dense.bias().reshape(dense.bias().length())));
    }

    /** Another network of the same description. */
    record Replaced(StyledNetwork network, Map<String, INDArray> editable) {}

    /** The network with other weights. */
    static Replaced replace(StyledNetwork network, Collection<Parameter> parameters) {
        Map<String, INDArray> values = new LinkedHashMap<>();
        parameters.forEach(p -> values.put(p.name(), p.toArray()));
        Map<String, INDArray> editable = new LinkedHashMap<>();
        List<StyledLayer> layers = new ArrayList<>();
        for (StyledLayer layer : network.layers()) {
            editable.put(layer.weight(), Named.in(values, layer.weight()));
            layers.add(new StyledLayer(
                    layer.name(),
                    layer.weight(),
                    layer.in(),
                    layer.out(),
                    layer.keyGrid(),
                    layer.valueGrid(),
                    layer.gain(),
                    dense(values, layer.modulation(), style(layer.name())),
                    Named.in(values, bias(layer.name())),
                    layer.noise(),
                    layer.blur(),
                    layer.doubled(),
                    layer.toRgb().map(toRgb -> toRgb(values, toRgb)),
                    layer.clamp()));
        }
        StyledNetwork replaced = new StyledNetwork(
                network.architecture(),
                network.latentMean(),
                Named.in(values, CONSTANT).reshape(network.constant().shape()),
                network.mapping(),
                layers,
                network.layerMeans(),
                network.embedding());
        return new Replaced(replaced, editable);
    }

    private static ToRgb toRgb(Map<String, INDArray> values, ToRgb toRgb) {
        Optional<Dense> modulation = toRgb.modulation().map(dense -> dense(values, dense, style(toRgb.name())));
        return new ToRgb(
                toRgb.name(),
                WeightLayout.YXIO.fromCanonical(Named.in(values, weight(toRgb))),
                Named.in(values, bias(toRgb.name())).reshape(toRgb.bias().shape()),
                modulation,
                toRgb.enlarge(),
                toRgb.clamp());
    }

    private static Dense dense(Map<String, INDArray> values, Dense old, String name) {
        INDArray bias = Named.in(values, name + ".bias");
        return new Dense(
                old.name(), Named.in(values, name + ".weight").transpose().dup('c'), bias.reshape(1, bias.length()));
    }
}
