package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.samediff.engine.kernel.Dense;
import io.github.rewrite4j.samediff.engine.kernel.NativeFloats;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.ToRgb;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The fixed numbers of a style-based network on the heap, as its forward pass reads them; shared by all passes. */
final class StyledConstants {
    private final List<Dense> mapping = new ArrayList<>();
    private final Map<String, Dense> styles = new HashMap<>();
    private final Map<String, Integer> places = new HashMap<>();
    private final Optional<Dense> embedding;
    private final Map<String, float[]> arrays = new HashMap<>();
    private final Optional<Projection> projection;

    /** P_base(w + offset) + sum_i amount_i s_i d_i. */
    private static final class Projection {
        private final Dense parts;
        private final Dense directions;
        private final Dense steps;
        private final float[] centre;

        private Projection(Dense parts, Dense directions, Dense steps, float[] centre) {
            this.parts = parts;
            this.directions = directions;
            this.steps = steps;
            this.centre = centre;
        }

        static Projection of(LatentProjection from) {
            return new Projection(
                    dense(from.columns()),
                    dense(from.directions()),
                    dense(from.steps()),
                    NativeFloats.heap(from.centre()));
        }

        float[] apply(float[] latent, float[] offset, float[] amounts) {
            float[] moved = new float[latent.length];
            float[] centred = new float[latent.length];
            for (int i = 0; i < moved.length; i++) {
                moved[i] = latent[i] + offset[i];
                centred[i] = moved[i] - centre[i];
            }
            float[] along = directions.apply(parts.apply(centred));
            float[] more = steps.apply(amounts);
            for (int i = 0; i < moved.length; i++) {
                moved[i] += more[i] - along[i];
            }
            return moved;
        }
    }

    StyledConstants(StyledNetwork network, Optional<LatentProjection> projection) {
        this.projection = projection.map(Projection::of);
        network.mapping().forEach(dense -> mapping.add(dense(dense)));
        this.embedding = network.embedding().map(StyledConstants::dense);
        arrays.put(
                StyledParameters.CONSTANT, NativeFloats.heap(network.constant().permute(0, 2, 3, 1)));
        arrays.put(StyledGraph.TRUNCATED, NativeFloats.heap(network.latentMean()));
        for (StyledLayer layer : network.layers()) {
            styles.put(layer.name(), dense(layer.modulation()));
            int place = network.layers().indexOf(layer);
            places.put(layer.name(), place);
            layer.toRgb().ifPresent(toRgb -> places.put(toRgb.name(), place + 1));
            arrays.put(StyledParameters.bias(layer.name()), NativeFloats.heap(layer.bias()));
            layer.noise().ifPresent(noise -> arrays.put(ModulatedLayers.noise(layer.name()), scaled(noise)));
            layer.blur()
                    .ifPresent(kernel -> arrays.put(
                            blur(layer), NativeFloats.heap(Blur.of(kernel).flipped())));
            layer.toRgb().ifPresent(this::add);
        }
    }

    private void add(ToRgb toRgb) {
        toRgb.modulation().ifPresent(dense -> styles.put(toRgb.name(), dense(dense)));
        arrays.put(
                StyledParameters.weight(toRgb), NativeFloats.heap(toRgb.weight().permute(3, 2, 0, 1)));
        arrays.put(StyledParameters.bias(toRgb.name()), NativeFloats.heap(toRgb.bias()));
        toRgb.enlarge()
                .ifPresent(kernel -> arrays.put(ModulatedLayers.enlarged(toRgb.name()), NativeFloats.heap(kernel)));
    }

    private static float[] scaled(StyledNetwork.Noise noise) {
        float[] map = NativeFloats.heap(noise.map());
        float strength = NativeFloats.heap(noise.strength())[0];
        if (strength == 0) {
            return new float[0];
        }
        for (int i = 0; i < map.length; i++) {
            map[i] *= strength;
        }
        return map;
    }

    private static Dense dense(StyledNetwork.Dense dense) {
        return Dense.of(NativeFloats.heap(dense.weight()), NativeFloats.heap(dense.bias()));
    }

    private static Dense dense(INDArray matrix) {
        return Dense.of(NativeFloats.heap(matrix), new float[Math.toIntExact(matrix.size(1))]);
    }

    /** Name of the blur filter of a layer. */
    static String blur(StyledLayer layer) {
        return layer.name() + ".blur";
    }

    List<Dense> mapping() {
        return mapping;
    }

    /** From a label to what is appended to z, where there are labels. */
    Optional<Dense> embedding() {
        return embedding;
    }

    /** From w to the styles of a layer or a conversion to RGB. */
    Dense styles(String name) {
        return Named.in(styles, name);
    }

    /** The place among those that read the latent where a layer or a conversion to RGB does. */
    int place(String name) {
        return Named.in(places, name);
    }

    /** An array by the name that the graph or {@link StyledParameters} has for it. Not to be changed. */
    float[] array(String name) {
        return Named.in(arrays, name);
    }

    /** The latents that layers read. */
    float[] projected(float[] truncated, float[] offset, float[] amounts) {
        return projection.map(onto -> onto.apply(truncated, offset, amounts)).orElse(truncated);
    }

    boolean isProjected() {
        return projection.isPresent();
    }
}
