package io.github.rewrite4j.avatars;

import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.samediff.perception.Discriminator;
import io.github.rewrite4j.samediff.perception.Weights;
import io.github.rewrite4j.samediff.tape.Channels;
import io.github.rewrite4j.samediff.tape.Convolutions;
import io.github.rewrite4j.samediff.tape.Dense;
import io.github.rewrite4j.samediff.tape.Grids;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * The discriminator that the bundled generator was trained against, and others of its shape: the larger its logit, the more a picture looks drawn to it.
 *
 * <p>A 3x3 convolution, four 4x4 ones of stride 2 down to 4x4, one map that says how varied the group of pictures is
 * (Karras et al. 2018), a 3x3 convolution and two linear layers; leaky ReLU of slope 0.2 times sqrt(2) between them. It was
 * trained with groups of 4 pictures.
 */
public final class AvatarDiscriminator implements Discriminator {
    /** Side of the pictures. */
    public static final int SIZE = 64;

    private static final float SLOPE = 0.2f;
    private static final float GAIN = (float) Math.sqrt(2);
    private static final int STRIDED = 4;
    private static final Map<String, int[]> SHAPES = shapes();

    private final Map<String, Parameter> weights;

    private AvatarDiscriminator(Map<String, Parameter> weights) {
        this.weights = weights;
    }

    private static Map<String, int[]> shapes() {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        int[] widths = {3, 16, 32, 64, 128, 128};
        for (int i = 0; i <= STRIDED; i++) {
            int kernel = i == 0 ? 3 : 4;
            shapes.put("conv" + i, new int[] {widths[i + 1], widths[i], kernel, kernel});
        }
        shapes.put("conv5", new int[] {128, 129, 3, 3});
        shapes.put("fc", new int[] {128, 2048});
        shapes.put("out", new int[] {1, 128});
        return shapes;
    }

    /**
     * Reads the weights; other tensors in the file are left alone.
     *
     * @throws io.github.rewrite4j.io.FileFormatException when a weight is missing, misshapen or not finite
     */
    public static AvatarDiscriminator load(Path file) throws IOException {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            return read(tensors);
        }
    }

    /**
     * As {@link #load(Path)}, from a stream such as a resource of a jar, which is read to its end and not closed.
     *
     * @param label what error messages call the file
     */
    public static AvatarDiscriminator load(InputStream file, String label) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(label, "label");
        try (SafeTensors tensors = SafeTensors.read(file, label)) {
            return read(tensors);
        }
    }

    private static AvatarDiscriminator read(SafeTensors tensors) throws IOException {
        Map<String, Parameter> weights = new LinkedHashMap<>();
        for (Map.Entry<String, int[]> layer : SHAPES.entrySet()) {
            for (String part : List.of(".weight", ".bias")) {
                String name = layer.getKey() + part;
                int[] shape = part.equals(".bias") ? new int[] {layer.getValue()[0]} : layer.getValue();
                weights.put(name, Weights.read(tensors, name, shape));
            }
        }
        return new AvatarDiscriminator(weights);
    }

    /** Writes the weights in the layout that {@link #load(Path)} reads. */
    public void save(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        SafeTensorsWriter writer = new SafeTensorsWriter();
        weights.forEach((name, weight) -> writer.add(name, weight.toArray()));
        writer.write(file);
    }

    @Override
    public FeatureShape pictures() {
        return new FeatureShape(3, SIZE, SIZE);
    }

    @Override
    public AvatarDiscriminator copy() {
        Map<String, Parameter> copies = new LinkedHashMap<>();
        weights.forEach((name, weight) ->
                copies.put(name, new Parameter(name, weight.value().clone(), weight.shape())));
        return new AvatarDiscriminator(copies);
    }

    @Override
    public List<Parameter> parameters() {
        return List.copyOf(weights.values());
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
        if (shape.length != 4 || shape[1] != 3 || shape[2] != SIZE || shape[3] != SIZE) {
            throw new IllegalArgumentException("The pictures have the shape " + Arrays.toString(shape)
                    + ", but the discriminator takes [N, 3, 64, 64] in [-1, 1]: resize them first.");
        }
        Node x = images;
        for (int i = 0; i <= STRIDED; i++) {
            x = convolution(x, "conv" + i, i == 0 ? 1 : 2, use);
        }
        x = convolution(Channels.concat(x, Grids.spread(x, group)), "conv5", 1, use);
        Node flat = x.tape().reshape(x, shape[0], x.rowLength());
        Node hidden = Dense.linear(flat, weight("fc.weight", use), zeros(x.tape(), 128));
        hidden = Channels.biasedLeakyRelu(hidden, weight("fc.bias", use), SLOPE, GAIN);
        return Dense.linear(hidden, weight("out.weight", use), weight("out.bias", use));
    }

    private static Node zeros(Tape tape, int length) {
        return tape.constant(tape.zeros(length), length);
    }

    private Node convolution(Node x, String layer, int stride, Function<Parameter, Node> use) {
        Node y = Convolutions.convolve(x, weight(layer + ".weight", use), stride, 1);
        return Channels.biasedLeakyRelu(y, weight(layer + ".bias", use), SLOPE, GAIN);
    }

    private Node weight(String name, Function<Parameter, Node> use) {
        Parameter weight = weights.get(name);
        if (weight == null) {
            throw new IllegalStateException("The discriminator has no weight '" + name + "'.");
        }
        return use.apply(weight);
    }
}
