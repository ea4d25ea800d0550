package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.samediff.tape.Arithmetic;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;

/**
 * A discriminator of small square pictures: the larger its logit, the more a picture looks real to it.
 *
 * <p>A 3x3 convolution, 4x4 ones of stride 2 down to 4x4, one map that says how varied the group of pictures is (Karras et al.
 * 2018), a 3x3 convolution and two linear layers; leaky ReLU of slope 0.2 times sqrt(2) between them. The widths follow from
 * the tensors, the size from their number: {@code conv0} to {@code conv5} are for 64x64 pixels.
 */
public final class StridedDiscriminator implements Discriminator {
    private static final float SLOPE = 0.2f;
    private static final float GAIN = (float) Math.sqrt(2);
    private static final int LEAST = 4;

    private final int strided;
    private final Map<String, Parameter> weights;

    private StridedDiscriminator(Map<String, Parameter> weights) {
        this.weights = weights;
        this.strided = (weights.size() - 4) / 2 - 2;
    }

    private static Map<String, int[]> shapes(List<Integer> widths) {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        int in = 3;
        for (int i = 0; i < widths.size(); i++) {
            int kernel = i == 0 ? 3 : 4;
            shapes.put("conv" + i, new int[] {widths.get(i), in, kernel, kernel});
            in = widths.get(i);
        }
        shapes.put("conv" + widths.size(), new int[] {in, in + 1, 3, 3});
        shapes.put("fc", new int[] {in, in * LEAST * LEAST});
        shapes.put("out", new int[] {1, in});
        return shapes;
    }

    /**
     * One that has learnt nothing: normal weights over the root of the numbers that each sums over, no biases.
     *
     * @param widths channels of the first convolution and of each halving down to 4x4
     * @param random decides the weights
     */
    public static StridedDiscriminator initial(List<Integer> widths, Random random) {
        Objects.requireNonNull(widths, "widths");
        Objects.requireNonNull(random, "random");
        if (widths.isEmpty() || widths.size() > 9 || widths.stream().anyMatch(width -> width < 1)) {
            throw new IllegalArgumentException(
                    "A discriminator has one to nine widths from 1, one more than halvings down to 4 x 4, but given were "
                            + widths + ".");
        }
        Map<String, Parameter> weights = new LinkedHashMap<>();
        shapes(widths).forEach((layer, shape) -> {
            int row = Arrays.stream(shape).skip(1).reduce(1, Math::multiplyExact);
            float[] values = new float[shape[0] * row];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (random.nextGaussian() / Math.sqrt(row));
            }
            weights.put(layer + ".weight", new Parameter(layer + ".weight", values, shape));
            weights.put(layer + ".bias", new Parameter(layer + ".bias", new float[shape[0]], shape[0]));
        });
        return new StridedDiscriminator(weights);
    }

    /**
     * Reads the weights; other tensors in the file are left alone.
     *
     * @throws io.github.rewrite4j.io.FileFormatException when a weight is missing, misshapen or not finite
     */
    public static StridedDiscriminator load(Path file) throws IOException {
        try (SafeTensors tensors = SafeTensors.open(file)) {
            return read(tensors);
        }
    }

    /**
     * As {@link #load(Path)}, from a stream such as a resource of a jar, which is read to its end and not closed.
     *
     * @param label what error messages call the file
     */
    public static StridedDiscriminator load(InputStream file, String label) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(label, "label");
        try (SafeTensors tensors = SafeTensors.read(file, label)) {
            return read(tensors);
        }
    }

    private static StridedDiscriminator read(SafeTensors tensors) throws IOException {
        List<Integer> widths = new ArrayList<>();
        for (int i = 0; tensors.contains("conv" + (i + 1) + ".weight"); i++) {
            widths.add(Math.toIntExact(tensors.shape("conv" + i + ".weight")[0]));
        }
        if (widths.isEmpty()) {
            throw FileFormatException.atKey(
                    tensors.label(),
                    "conv1.weight",
                    "expected are the convolutions of a discriminator, 'conv0' and on");
        }
        Map<String, Parameter> weights = new LinkedHashMap<>();
        for (Map.Entry<String, int[]> layer : shapes(widths).entrySet()) {
            for (String part : List.of(".weight", ".bias")) {
                String name = layer.getKey() + part;
                int[] shape = part.equals(".bias") ? new int[] {layer.getValue()[0]} : layer.getValue();
                weights.put(name, Weights.read(tensors, name, shape));
            }
        }
        return new StridedDiscriminator(weights);
    }

    /** Writes the weights in the layout that {@link #load(Path)} reads. */
    public void save(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        SafeTensorsWriter writer = new SafeTensorsWriter();
        weights.forEach((name, weight) -> writer.add(name, weight.toArray()));
        writer.write(file);
    }

    private int size() {
        return LEAST << strided;
    }

    @Override
    public FeatureShape pictures() {
        return new FeatureShape(3, size(), size());
    }

    @Override
    public StridedDiscriminator copy() {
        Map<String, Parameter> copies = new LinkedHashMap<>();
        weights.forEach((name, weight) ->
                copies.put(name, new Parameter(name, weight.value().clone(), weight.shape())));
        return new StridedDiscriminator(copies);
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
        requireSize(images);
        Node x = images;
        for (int i = 0; i <= strided; i++) {
            x = activated(convolved(x, i, use), "conv" + i, use);
        }
        x = activated(
                convolved(Channels.concat(x, Grids.spread(x, group)), strided + 1, use), "conv" + (strided + 1), use);
        x = activated(hidden(x, use), "fc", use);
        return Dense.linear(x, weight("out.weight", use), weight("out.bias", use));
    }

    private void requireSize(Node images) {
        int[] shape = images.shape();
        if (shape.length != 4 || shape[1] != 3 || shape[2] != size() || shape[3] != size()) {
            throw new IllegalArgumentException("The pictures have the shape " + Arrays.toString(shape)
                    + ", but the discriminator takes [N, 3, " + size() + ", " + size()
                    + "] in [-1, 1]: resize them first.");
        }
    }

    /**
     * How the logits change when pictures move: the derivative along one direction for each picture, with gradients to the
     * weights and to the directions. Between the edges of its rectifiers the network is linear but for the map of variety,
     * which is held fixed.
     */
    final class Linearised {
        private final List<Node> slopes = new ArrayList<>();

        /** At pictures [N, 3, H, W]. */
        Linearised(Tape tape, Node images, int group) {
            requireSize(images);
            Function<Parameter, Node> use = tape::frozen;
            Node x = images;
            for (int i = 0; i <= strided; i++) {
                x = kept(activated(convolved(x, i, use), "conv" + i, use));
            }
            Node joined = Channels.concat(x, Grids.spread(x, group));
            x = kept(activated(convolved(joined, strided + 1, use), "conv" + (strided + 1), use));
            kept(activated(hidden(x, use), "fc", use));
        }

        private Node kept(Node x) {
            float[] slope = x.tape().array(x.length());
            for (int i = 0; i < slope.length; i++) {
                slope[i] = x.value()[i] > 0 ? GAIN : GAIN * SLOPE;
            }
            slopes.add(x.tape().constant(x.layout(), slope, x.shape()));
            return x;
        }

        /** [N, 1]. */
        Node along(Node directions, Function<Parameter, Node> use) {
            Tape tape = directions.tape();
            Node t = directions;
            for (int i = 0; i <= strided; i++) {
                t = Arithmetic.multiply(convolved(t, i, use), slopes.get(i));
            }
            int[] shape = t.shape();
            shape[1] = 1;
            int length = shape[0] * shape[2] * shape[3];
            Node joined = Channels.concat(t, tape.constant(tape.zeros(length), shape));
            t = Arithmetic.multiply(convolved(joined, strided + 1, use), slopes.get(strided + 1));
            t = Arithmetic.multiply(hidden(t, use), slopes.get(strided + 2));
            return Dense.linear(t, weight("out.weight", use), zeros(tape, 1));
        }
    }

    private static Node zeros(Tape tape, int length) {
        return tape.constant(tape.zeros(length), length);
    }

    private Node convolved(Node x, int number, Function<Parameter, Node> use) {
        int stride = number == 0 || number > strided ? 1 : 2;
        return Convolutions.convolve(x, weight("conv" + number + ".weight", use), stride, 1);
    }

    private Node hidden(Node x, Function<Parameter, Node> use) {
        Node flat = x.tape().reshape(x, x.size(0), x.rowLength());
        return Dense.linear(flat, weight("fc.weight", use), zeros(x.tape(), x.size(1)));
    }

    private Node activated(Node x, String layer, Function<Parameter, Node> use) {
        return Channels.biasedLeakyRelu(x, weight(layer + ".bias", use), SLOPE, GAIN);
    }

    private Node weight(String name, Function<Parameter, Node> use) {
        Parameter weight = weights.get(name);
        if (weight == null) {
            throw new IllegalStateException("The discriminator has no weight '" + name + "'.");
        }
        return use.apply(weight);
    }
}
