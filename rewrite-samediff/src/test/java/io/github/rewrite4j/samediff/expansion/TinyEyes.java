package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.samediff.perception.TapedFeatures;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Channels;
import io.github.rewrite4j.samediff.tape.Convolutions;
import io.github.rewrite4j.samediff.tape.Grids;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.List;
import java.util.Random;

/** A small random network for pictures of any even size: two stages, and the mean of the second as embedding. */
public record TinyEyes(long seed) implements TapedFeatures {
    static final int EMBEDDING = 6;

    @Override
    public String name() {
        return "tiny eyes " + seed;
    }

    @Override
    public List<Node> features(Tape tape, Node images) {
        Node fine = stage(tape, images, 4, 1);
        return List.of(fine, stage(tape, fine, EMBEDDING, 2));
    }

    private Node stage(Tape tape, Node x, int out, int number) {
        Random random = new Random(seed * 31 + number);
        int in = x.size(1);
        float[] weight = new float[out * in * 9];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) (random.nextGaussian() / Math.sqrt(in * 9.0));
        }
        float[] bias = new float[out];
        for (int i = 0; i < out; i++) {
            bias[i] = 0.2f * (float) random.nextGaussian();
        }
        Node y = Convolutions.convolve(x, tape.constant(weight, out, in, 3, 3), 2, 1);
        Node biased = Channels.bias(y, tape.constant(bias, out));
        // Smooth, so that differences show its gradient exactly.
        return Arithmetic.addScaled(biased, Arithmetic.multiply(biased, biased), 0.5f);
    }

    @Override
    public Node embedding(Tape tape, Node images) {
        return Grids.mean(features(tape, images).get(1));
    }
}
