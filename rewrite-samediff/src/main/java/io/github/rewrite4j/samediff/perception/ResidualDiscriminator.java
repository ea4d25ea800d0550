package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.perception.ResidualNames.Block;
import io.github.rewrite4j.samediff.perception.ResidualNames.Layer;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Channels;
import io.github.rewrite4j.samediff.tape.Convolutions;
import io.github.rewrite4j.samediff.tape.Dense;
import io.github.rewrite4j.samediff.tape.Grids;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * The discriminator that StyleGAN2 is trained against (Karras et al. 2020): residual blocks that halve the grid behind a blur
 * down to 4x4, a map that says how varied the group of pictures is, a convolution and two linear layers; leaky rectifiers of
 * slope 0.2 times sqrt(2). The larger its logit, the more a picture looks real to it.
 *
 * <p>Read from training checkpoints of github.com/rosinality/stylegan2-pytorch ({@code d}) and from the pickles of NVIDIA's
 * stylegan2-ada-pytorch and stylegan3 ({@code D}), of networks without classes. Weights are kept as in the file; they act
 * divided by the root of the numbers that they sum over, so that an optimiser sees equalised learning rates.
 */
public final class ResidualDiscriminator implements Discriminator {
    private static final float SLOPE = 0.2f;
    private static final float GAIN = (float) Math.sqrt(2);
    private static final float HALF = (float) Math.sqrt(0.5);

    private final ResidualNames names;
    private final Map<String, Parameter> weights;
    private final Map<String, float[]> filters;
    private final Map<String, Float> clamps;

    /**
     * Of weights.
     *
     * @param weights by their names, shapes that fit together
     * @param filters turned by half a circle, by their names
     * @param clamps where the results of layers are cut off, by the name of the layer's weight; none for nowhere
     */
    ResidualDiscriminator(
            ResidualNames names,
            Map<String, Parameter> weights,
            Map<String, float[]> filters,
            Map<String, Float> clamps) {
        this.names = names;
        this.weights = new LinkedHashMap<>(weights);
        this.filters = Map.copyOf(filters);
        this.clamps = Map.copyOf(clamps);
    }

    /**
     * Reads the discriminator of a training checkpoint or of a pickle.
     *
     * @throws io.github.rewrite4j.io.FileFormatException if there is none, or it is of another kind
     */
    public static ResidualDiscriminator load(Path file) throws IOException {
        try (TensorSource tensors = TensorSource.open(file)) {
            return ResidualFile.read(tensors);
        }
    }

    private int size() {
        return 4 << names.blocks().size();
    }

    @Override
    public FeatureShape pictures() {
        return new FeatureShape(3, size(), size());
    }

    @Override
    public List<Parameter> parameters() {
        return List.copyOf(weights.values());
    }

    @Override
    public ResidualDiscriminator copy() {
        Map<String, Parameter> copies = new LinkedHashMap<>();
        weights.forEach((name, weight) ->
                copies.put(name, new Parameter(name, weight.value().clone(), weight.shape())));
        return new ResidualDiscriminator(names, copies, filters, clamps);
    }

    @Override
    public Node logits(Tape tape, Node images, int group) {
        Objects.requireNonNull(tape, "tape");
        return logits(images, group, tape::parameter);
    }

    @Override
    public Node frozenLogits(Tape tape, Node images, int group) {
        Objects.requireNonNull(tape, "tape");
        return logits(images, group, tape::frozen);
    }

    private Node logits(Node images, int group, Function<Parameter, Node> use) {
        int[] shape = images.shape();
        if (!pictures().matches(Arrays.stream(shape).asLongStream().toArray())) {
            throw new IllegalArgumentException("The pictures have the shape " + Arrays.toString(shape)
                    + ", but the discriminator takes [N, 3, " + size() + ", " + size() + "]: resize them first.");
        }
        Node x = activated(convolved(images, names.fromColours().weight(), 1, 0, use), names.fromColours(), use);
        for (Block block : names.blocks()) {
            x = block(block, x, use);
        }
        Node spread = Channels.concat(x, Grids.spread(x, group));
        x = activated(convolved(spread, names.last().weight(), 1, 1, use), names.last(), use);
        Node flat = x.tape().reshape(x, shape[0], x.rowLength());
        Node summed = Dense.linear(flat, scaled(names.hidden().weight(), use), zeros(x.tape(), names.hidden()));
        Node hidden = Channels.biasedLeakyRelu(summed, used(names.hidden().bias(), use), SLOPE, GAIN);
        return Dense.linear(
                hidden, scaled(names.logit().weight(), use), used(names.logit().bias(), use));
    }

    private Node block(Block block, Node x, Function<Parameter, Node> use) {
        Node same = activated(convolved(x, block.same().weight(), 1, 1, use), block.same(), use);
        Node blurred = Grids.filtered(same, filter(block.halvingBlur()), 2);
        Node halved = activated(convolved(blurred, block.halving().weight(), 2, 0, use), block.halving(), use);
        Node around = convolved(Grids.filtered(x, filter(block.skipBlur()), 1), block.skip(), 2, 0, use);
        return Arithmetic.scale(Arithmetic.add(halved, clamped(around, block.skip())), HALF, 0);
    }

    private Node convolved(Node x, String weight, int stride, int padding, Function<Parameter, Node> use) {
        return Convolutions.convolve(x, scaled(weight, use), stride, padding);
    }

    private Node activated(Node x, Layer layer, Function<Parameter, Node> use) {
        return clamped(Channels.biasedLeakyRelu(x, used(layer.bias(), use), SLOPE, GAIN), layer.weight());
    }

    private Node clamped(Node x, String weight) {
        Float clamp = clamps.get(weight);
        return clamp == null ? x : Arithmetic.clamped(x, clamp);
    }

    /** A weight over the root of the numbers that it sums over. */
    private Node scaled(String name, Function<Parameter, Node> use) {
        Node weight = used(name, use);
        return Arithmetic.scale(weight, (float) (1 / Math.sqrt(weight.rowLength())), 0);
    }

    private Node zeros(Tape tape, Layer layer) {
        int length = weight(layer.bias()).value().length;
        return tape.constant(tape.zeros(length), length);
    }

    private Node used(String name, Function<Parameter, Node> use) {
        return use.apply(weight(name));
    }

    private Parameter weight(String name) {
        Parameter weight = weights.get(name);
        if (weight == null) {
            throw new IllegalStateException("The discriminator has no weight '" + name + "'.");
        }
        return weight;
    }

    private float[] filter(String name) {
        float[] filter = filters.get(name);
        if (filter == null) {
            throw new IllegalStateException("The discriminator has no filter '" + name + "'.");
        }
        return filter;
    }
}
