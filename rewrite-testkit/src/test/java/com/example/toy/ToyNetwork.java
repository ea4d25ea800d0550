package com.example.toy;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.WeightShape;
import io.github.rewrite4j.io.Fingerprints;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/** z [N, 4] to pictures [N, 3, 4, 6]: images = colour leaky(mix k), k_i(p) = z_i wave(i, p). */
@SuppressWarnings("ArrayRecordComponent")
record ToyNetwork(double[][] mix, double[][] colour) {
    static final int LATENT = 4;
    static final List<Layer> LAYERS = List.of(layer("mix", 0, 5, LATENT), layer("colour", 1, 3, 5));

    private static Layer layer(String name, int index, int out, int in) {
        return new Layer(
                name,
                index,
                name + ".weight",
                new WeightShape(out, in, 1, 1),
                new FeatureShape(in, Maps.HEIGHT, Maps.WIDTH),
                new FeatureShape(out, Maps.HEIGHT, Maps.WIDTH),
                (long) out * in);
    }

    double[][] weight(Layer layer) {
        return layer.index() == 0 ? mix : colour;
    }

    static Maps entrance(Inputs inputs) {
        INDArray z = inputs.get("z");
        Maps keys = Maps.zeros(inputs.size(), LATENT);
        for (int n = 0; n < inputs.size(); n++) {
            for (int i = 0; i < LATENT; i++) {
                for (int p = 0; p < Maps.POSITIONS; p++) {
                    keys.numbers()[keys.at(n, i, p)] = z.getDouble(n, i) * (1 + 0.5 * Math.sin(i + 0.7 * p));
                }
            }
        }
        return keys;
    }

    /** What goes into a layer. */
    Maps keys(int layer, Inputs inputs) {
        Maps entrance = entrance(inputs);
        return layer == 0 ? entrance : entrance.times(mix).leaky();
    }

    /** What comes out behind a layer, of what goes into another. */
    Maps through(int first, int last, Maps keys) {
        Maps values = keys;
        for (int i = first; i <= last; i++) {
            values = i == 0 ? values.times(mix).leaky() : values.times(colour);
        }
        return values;
    }

    ToyNetwork with(List<AppliedPatch> patches) {
        double[][] first = copy(mix);
        double[][] second = copy(colour);
        for (AppliedPatch applied : patches) {
            for (WeightDelta delta : applied.patch().deltas()) {
                Layer layer = LAYERS.stream()
                        .filter(one -> one.weight().equals(delta.weight()))
                        .findFirst()
                        .orElseThrow(() -> new RewriteException("There is no weight '" + delta.weight() + "'."));
                if (!delta.shape().equals(layer.weightShape())) {
                    throw new RewriteException("The change of '" + delta.weight() + "' is of the shape " + delta.shape()
                            + ", but the weight of " + layer.weightShape() + ".");
                }
                double[][] weight = layer.index() == 0 ? first : second;
                double[][] change = Maps.matrix(delta.toDense());
                for (int o = 0; o < weight.length; o++) {
                    for (int i = 0; i < weight[o].length; i++) {
                        weight[o][i] += applied.strength() * change[o][i];
                    }
                }
            }
        }
        return new ToyNetwork(first, second);
    }

    private static double[][] copy(double[][] rows) {
        double[][] copy = new double[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            copy[i] = rows[i].clone();
        }
        return copy;
    }

    String fingerprint() {
        return Fingerprints.of(
                new TreeMap<>(Map.of("mix", Maps.canonical(mix), "colour", Maps.canonical(colour))), "toy");
    }

    /** With the strengths of patches as the sum for each of them. */
    static String fingerprint(String base, List<AppliedPatch> patches, String part) {
        TreeMap<String, Double> strengths = new TreeMap<>();
        patches.forEach(applied -> strengths.merge(applied.patch().id(), applied.strength(), Double::sum));
        return strengths.isEmpty() && part.isEmpty() ? base : Fingerprints.of(new TreeMap<>(), base + part + strengths);
    }

    GeneratorSpec spec(List<AppliedPatch> patches) {
        String base = fingerprint();
        return new GeneratorSpec(
                "toy of 4 latents",
                fingerprint(base, patches, ""),
                base,
                3,
                Maps.HEIGHT,
                Maps.WIDTH,
                LAYERS.stream().mapToLong(Layer::parameters).sum());
    }
}
