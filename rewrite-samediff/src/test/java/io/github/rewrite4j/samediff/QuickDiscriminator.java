package io.github.rewrite4j.samediff;

import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.samediff.perception.Discriminator;
import io.github.rewrite4j.samediff.tape.Channels;
import io.github.rewrite4j.samediff.tape.Convolutions;
import io.github.rewrite4j.samediff.tape.Dense;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** Two strided convolutions and a linear map with weights drawn at random: 64x64 pixels to a logit. */
final class QuickDiscriminator implements Discriminator {
    private static final int WIDTH = 8;
    private static final int SIZE = 64;

    private final List<Parameter> parameters;

    QuickDiscriminator() {
        Random random = new Random(64);
        parameters = List.of(
                drawn(random, "first", WIDTH, 3, 4, 4),
                drawn(random, "second", WIDTH, WIDTH, 4, 4),
                drawn(random, "out", 1, WIDTH * SIZE / 4 * SIZE / 4),
                new Parameter("zeros", new float[WIDTH], WIDTH));
    }

    private QuickDiscriminator(QuickDiscriminator other) {
        parameters = other.parameters.stream()
                .map(one -> new Parameter(one.name(), one.value().clone(), one.shape()))
                .toList();
    }

    private static Parameter drawn(Random random, String name, int... shape) {
        int inputs = 1;
        for (int i = 1; i < shape.length; i++) {
            inputs *= shape[i];
        }
        float[] values = new float[shape[0] * inputs];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() / Math.sqrt(inputs));
        }
        return new Parameter(name, values, shape);
    }

    @Override
    public FeatureShape pictures() {
        return new FeatureShape(3, SIZE, SIZE);
    }

    @Override
    public List<Parameter> parameters() {
        return parameters;
    }

    @Override
    public Discriminator copy() {
        return new QuickDiscriminator(this);
    }

    @Override
    public Node logits(Tape tape, Node images, int group) {
        return logits(images, tape::parameter);
    }

    @Override
    public Node frozenLogits(Tape tape, Node images, int group) {
        return logits(images, tape::frozen);
    }

    private Node logits(Node images, Function<Parameter, Node> use) {
        Node x = images;
        for (int i = 0; i < 2; i++) {
            x = Convolutions.convolve(x, use.apply(parameters.get(i)), 2, 1);
            x = Channels.biasedLeakyRelu(x, use.apply(parameters.get(3)), 0.2f, 1.4f);
        }
        Node flat = x.tape().reshape(x, images.shape()[0], x.rowLength());
        return Dense.linear(flat, use.apply(parameters.get(2)), x.tape().constant(new float[1], 1));
    }
}
