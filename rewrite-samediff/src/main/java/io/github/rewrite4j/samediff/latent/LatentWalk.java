package io.github.rewrite4j.samediff.latent;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Subject;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A walk through the latent space, for moving pictures: from subject to subject and back to the first, so that it can be
 * repeated for ever without a jump. The latents of all places go along the closed uniform Catmull-Rom curve
 *
 * <pre>
 * w(t) = ((2 b) + (c - a) t + (2 a - 5 b + 4 c - d) t^2 + (3 b - a - 3 c + d) t^3) / 2
 * </pre>
 *
 * <p>between the neighbours a, b, c, d (Catmull and Rom 1974), which passes through every subject without a corner. The
 * same inputs drawn by a generator with a patch and without show how steady a rule is.
 */
public final class LatentWalk {
    private LatentWalk() {}

    /**
     * The inputs of the frames, evenly spread; frame {@code i * frames / subjects} shows subject i.
     *
     * @param generator with a latent that its layers read
     * @param subjects at least two: samples, or inputs that an inversion found
     * @param frames at least as many as subjects
     * @throws RewriteException when the generator has no such latent
     */
    public static Inputs through(Generator generator, List<? extends Subject> subjects, int frames) {
        Objects.requireNonNull(generator, "generator");
        if (subjects.size() < 2 || frames < subjects.size()) {
            throw new IllegalArgumentException(
                    "A walk leads through at least two subjects in at least as many frames, but" + " there are "
                            + subjects.size() + " and " + frames + ".");
        }
        LatentNetwork network = LatentNetwork.of(generator);
        INDArray keys;
        try (Inputs inputs = Subject.inputs(subjects, generator.sampler())) {
            keys = network.placed(inputs);
        }
        INDArray walk = Nd4j.create(DataType.FLOAT, frames, keys.size(1), keys.size(2));
        for (int frame = 0; frame < frames; frame++) {
            double at = (double) frame * subjects.size() / frames;
            int from = (int) at;
            walk.put(
                    new INDArrayIndex[] {NDArrayIndex.point(frame), NDArrayIndex.all(), NDArrayIndex.all()},
                    between(keys, from, at - from));
        }
        return network.at(walk);
    }

    private static INDArray between(INDArray keys, int from, double t) {
        int count = Math.toIntExact(keys.size(0));
        INDArray a = key(keys, (from + count - 1) % count);
        INDArray b = key(keys, from);
        INDArray c = key(keys, (from + 1) % count);
        INDArray d = key(keys, (from + 2) % count);
        double squared = t * t;
        double cubed = squared * t;
        return a.mul(-t + 2 * squared - cubed)
                .addi(b.mul(2 - 5 * squared + 3 * cubed))
                .addi(c.mul(t + 4 * squared - 3 * cubed))
                .addi(d.mul(-squared + cubed))
                .muli(0.5);
    }

    private static INDArray key(INDArray keys, int number) {
        return keys.get(NDArrayIndex.point(number), NDArrayIndex.all(), NDArrayIndex.all());
    }
}
