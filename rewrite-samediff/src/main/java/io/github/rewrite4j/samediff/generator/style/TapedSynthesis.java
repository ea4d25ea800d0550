package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.ToRgb;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Channels;
import io.github.rewrite4j.samediff.tape.Convolutions;
import io.github.rewrite4j.samediff.tape.Dense;
import io.github.rewrite4j.samediff.tape.Grids;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Rows;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Everything behind the latent of a style-based network on a tape, all weights as nodes of the caller's. */
final class TapedSynthesis {
    private final StyledNetwork network;
    private final Map<String, float[]> noises = new HashMap<>();
    private final Map<String, float[]> filters = new HashMap<>();

    TapedSynthesis(StyledNetwork network) {
        this.network = network;
        for (StyledLayer layer : network.layers()) {
            layer.noise()
                    .ifPresent(noise -> noises.put(
                            layer.name(),
                            HostArrays.of(noise.map().mul(noise.strength().getDouble(0)))));
            layer.blur().ifPresent(kernel -> filters.put(layer.name(), flipped(kernel)));
            layer.toRgb().ifPresent(toRgb -> toRgb.enlarge()
                    .ifPresent(kernel -> filters.put(toRgb.name(), flipped(kernel))));
        }
    }

    private static float[] flipped(INDArray kernel) {
        return HostArrays.of(Blur.of(kernel).flipped());
    }

    /**
     * The images of latents [N, d], one for each place; see {@link io.github.rewrite4j.samediff.latent.LatentNetwork#images}.
     *
     * @param weights by the names of {@link StyledParameters}
     */
    Node images(Tape tape, List<Node> latents, Function<String, Node> weights, @Nullable Node entered) {
        Styles styles = new Styles(tape, latents, weights, entered);
        Node constant = Layout.CHANNELS_LAST.of(weights.apply(StyledParameters.CONSTANT));
        Node x = Rows.repeat(constant, latents.get(0).size(0));
        Node image = null;
        int place = 0;
        for (StyledLayer layer : network.layers()) {
            x = value(layer, x, styles.of(layer.name(), place), weights);
            place++;
            if (layer.doubled()) {
                x = Grids.doubled(x);
            }
            ToRgb toRgb = layer.toRgb().orElse(null);
            if (toRgb != null) {
                image = colours(toRgb, x, styles, place, weights, image);
            }
        }
        if (image == null) {
            throw new IllegalStateException("The network converts nothing to RGB.");
        }
        return image;
    }

    /** style = A w + b, and what entered domains add. */
    private record Styles(
            Tape tape,
            List<Node> latents,
            Function<String, Node> weights,
            @Nullable Node entered) {
        Node of(String layer, int place) {
            String name = StyledParameters.style(layer);
            Node style =
                    Dense.linear(latents.get(place), weights.apply(name + ".weight"), weights.apply(name + ".bias"));
            if (entered == null) {
                return style;
            }
            Node more = weights.apply(name + ".domains");
            Node none = tape.constant(tape.zeros(style.size(1)), style.size(1));
            return Arithmetic.add(style, Dense.linear(entered, more, none));
        }
    }

    private Node value(StyledLayer layer, Node x, Node style, Function<String, Node> weights) {
        Node key = Channels.scale(x, style);
        Node weight = weights.apply(layer.weight());
        Node factors = Dense.demodulation(Arithmetic.multiply(style, style), weight, (float) layer.gain());
        Node linear = layer.blur().isPresent()
                ? Grids.filtered(upwards(key, weight), filter(layer.name()), 1)
                : Convolutions.convolve(key, weight, 1, 1);
        Node y = Channels.scale(linear, factors);
        float[] noise = noises.get(layer.name());
        Node noised = noise == null ? y : Channels.addMap(y, noise);
        Node value = Channels.biasedLeakyRelu(
                noised,
                weights.apply(StyledParameters.bias(layer.name())),
                (float) Activation.STYLEGAN2.slope(),
                (float) Activation.STYLEGAN2.gain());
        return clamped(value, layer.clamp());
    }

    /** The transposed convolution of stride 2: [h] to [2 h + 1]. */
    private static Node upwards(Node key, Node weight) {
        return Convolutions.convolve(Grids.spaced(key), Grids.turned(weight), 1, 2);
    }

    private Node colours(
            ToRgb toRgb, Node x, Styles styles, int place, Function<String, Node> weights, @Nullable Node before) {
        Node key = toRgb.modulation().isPresent() ? Channels.scale(x, styles.of(toRgb.name(), place)) : x;
        Node converted = clamped(
                Channels.bias(
                        Convolutions.convolve(key, weights.apply(StyledParameters.weight(toRgb)), 1, 0),
                        weights.apply(StyledParameters.bias(toRgb.name()))),
                toRgb.clamp());
        if (before == null || toRgb.enlarge().isEmpty()) {
            return converted;
        }
        return Arithmetic.add(converted, Grids.filtered(Grids.spaced(before), filter(toRgb.name()), 2));
    }

    private static Node clamped(Node x, double limit) {
        return Double.isInfinite(limit) ? x : Arithmetic.clamped(x, (float) limit);
    }

    private float[] filter(String name) {
        float[] filter = filters.get(name);
        if (filter == null) {
            throw new IllegalStateException("There is no filter of '" + name + "'.");
        }
        return filter;
    }
}
