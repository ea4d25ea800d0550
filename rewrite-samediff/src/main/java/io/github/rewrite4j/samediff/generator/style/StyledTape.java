package io.github.rewrite4j.samediff.generator.style;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.ToRgb;
import io.github.rewrite4j.samediff.graph.GraphLayer;
import io.github.rewrite4j.samediff.graph.Named;
import io.github.rewrite4j.samediff.memory.Taped;
import io.github.rewrite4j.samediff.memory.TapedForm;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.tape.Channels;
import io.github.rewrite4j.samediff.tape.Convolutions;
import io.github.rewrite4j.samediff.tape.Dense;
import io.github.rewrite4j.samediff.tape.Grids;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A cut of a style-based generator on the tape's own operations. Reads the side tensors of the graph's cut by their
 * names: styles squared for the demodulation of rewritten layers, styles, and finished demodulations behind them.
 *
 * <p>For networks without up-sampling convolutions and with one conversion to RGB at their end; others train through
 * their graph.
 */
final class StyledTape implements TapedMemory {
    private final List<StyledLayer> rule;
    private final List<StyledLayer> decoder;
    private final Map<String, float[]> weights;
    private final Map<String, float[]> biases = new HashMap<>();
    private final Map<String, float[]> noises = new HashMap<>();
    private final float[] toRgb;
    private final float[] rgbBias;

    private StyledTape(List<StyledLayer> rule, List<StyledLayer> decoder, Map<String, float[]> weights, ToRgb last) {
        this.rule = rule;
        this.decoder = decoder;
        this.weights = weights;
        for (List<StyledLayer> part : List.of(rule, decoder)) {
            for (StyledLayer layer : part) {
                biases.put(layer.name(), HostArrays.of(layer.bias()));
                layer.noise()
                        .ifPresent(noise -> noises.put(
                                layer.name(),
                                HostArrays.of(noise.map().mul(noise.strength().getDouble(0)))));
            }
        }
        // [1, 1, in, 3] to [3, in, 1, 1].
        this.toRgb = HostArrays.of(last.weight().permute(3, 2, 0, 1));
        this.rgbBias = HostArrays.of(last.bias());
    }

    /** The form of a network's cuts, or none. */
    static TapedForm formOf(StyledNetwork network) {
        List<StyledLayer> all = network.layers();
        Optional<ToRgb> last = all.get(all.size() - 1).toRgb();
        boolean plain = all.stream().allMatch(layer -> layer.blur().isEmpty())
                && all.stream().filter(layer -> layer.toRgb().isPresent()).count() == 1
                && all.stream().allMatch(layer -> Double.isInfinite(layer.clamp()))
                && last.isPresent()
                && Double.isInfinite(last.get().clamp())
                && last.get().modulation().isEmpty();
        if (!plain) {
            return TapedForm.NONE;
        }
        ToRgb conversion = last.orElseThrow();
        return (layers, weights) -> Optional.of(cut(all, layers, weights, conversion));
    }

    private static StyledTape cut(
            List<StyledLayer> all, List<GraphLayer> layers, Map<String, INDArray> weights, ToRgb conversion) {
        int first = layers.get(0).layer().index();
        int last = layers.get(layers.size() - 1).layer().index();
        List<StyledLayer> decoder = all.subList(last + 1, all.size());
        Map<String, float[]> frozen = new HashMap<>();
        for (StyledLayer layer : decoder) {
            INDArray weight = Named.in(weights, layer.weight());
            frozen.put(layer.weight(), HostArrays.of(layers.get(0).layout().toCanonical(weight)));
        }
        return new StyledTape(all.subList(first, last + 1), decoder, frozen, conversion);
    }

    @Override
    public boolean fused() {
        return true;
    }

    @Override
    public Taped values(Tape tape, Taped keys, Map<String, Node> nodes) {
        Node key = keys.tensor();
        Node value = key;
        for (int i = 0; i < rule.size(); i++) {
            StyledLayer layer = rule.get(i);
            if (i > 0) {
                key = modulated(rule.get(i - 1), layer, value, keys);
            }
            Node weight = Named.in(nodes, layer.weight());
            Node energy = keys.side(ModulatedLayers.styleEnergy(layer.name()));
            Node demodulation = Dense.demodulation(energy, weight, (float) layer.gain());
            value = activated(tape, layer, key, weight, demodulation);
        }
        return new Taped(value, keys.side());
    }

    @Override
    public Node decode(Tape tape, Taped values) {
        StyledLayer before = rule.get(rule.size() - 1);
        Node value = values.tensor();
        for (StyledLayer layer : decoder) {
            Node key = modulated(before, layer, value, values);
            Node weight = tape.constant(
                    Named.in(weights, layer.weight()), layer.out(), layer.in(), StyledLayer.KERNEL, StyledLayer.KERNEL);
            Node demodulation = values.side(ModulatedLayers.demodulation(layer.name()));
            value = activated(tape, layer, key, weight, flat(tape, demodulation));
            before = layer;
        }
        Node x = before.doubled() ? Grids.doubled(value) : value;
        Node rgb = Convolutions.convolve(x, tape.constant(toRgb, 3, before.out(), 1, 1), 1, 0);
        return Channels.bias(rgb, tape.constant(rgbBias, 3));
    }

    /** Rewritten layers write the gain into the demodulation, as the graph does. */
    private Node activated(Tape tape, StyledLayer layer, Node key, Node weight, Node demodulation) {
        Node linear = Channels.scale(Convolutions.convolve(key, weight, 1, 1), demodulation);
        float[] noise = noises.get(layer.name());
        Node noised = noise == null ? linear : Channels.addMap(linear, noise);
        Node bias = tape.constant(Named.in(biases, layer.name()), layer.out());
        return Channels.biasedLeakyRelu(
                noised, bias, (float) Activation.STYLEGAN2.slope(), (float) Activation.STYLEGAN2.gain());
    }

    private static Node modulated(StyledLayer before, StyledLayer layer, Node value, Taped sides) {
        Node x = before.doubled() ? Grids.doubled(value) : value;
        return Channels.scale(x, flat(x.tape(), sides.side(ModulatedLayers.modulation(layer.name()))));
    }

    /** [N, C, 1, 1] to [N, C]. */
    private static Node flat(Tape tape, Node factors) {
        return tape.reshape(factors, factors.size(0), factors.size(1));
    }
}
