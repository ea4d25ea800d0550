package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Objects;

/**
 * R1 (Mescheder et al. 2018): weight / 2 times the mean of |grad D(x)|^2 over real pictures x, which keeps a discriminator
 * smooth there. No gradient of a gradient is taken: with v = grad D(x) held fixed, the penalty's gradient by the weights is that
 * of weight times the mean derivative of D along v, and this derivative is a network of its own, the discriminator with
 * its rectifiers replaced by their slopes at x. The map of variety counts as fixed. Cost: less than three times forwards and
 * backwards through the discriminator.
 */
public final class GradientPenalty {
    private final StridedDiscriminator discriminator;
    private final double weight;

    /**
     * @param discriminator that is trained
     * @param weight gamma; times the number of steps between two penalties where not every step has one
     */
    public GradientPenalty(StridedDiscriminator discriminator, double weight) {
        Objects.requireNonNull(discriminator, "discriminator");
        if (!(weight >= 0) || Double.isInfinite(weight)) {
            throw new IllegalArgumentException("The weight of a penalty is a number from 0, but is " + weight + ".");
        }
        this.discriminator = discriminator;
        this.weight = weight;
    }

    /**
     * A penalty that is ready for its backward run.
     *
     * @param loss whose gradient by the weights is the penalty's; its own value is twice the penalty
     * @param value the penalty
     */
    public record Penalty(Node loss, double value) {
        public Penalty {
            Objects.requireNonNull(loss, "loss");
        }
    }

    /**
     * The penalty at pictures.
     *
     * @param tape empty: it runs backwards for v, and is cleared
     * @param pictures [N, C, H, W]
     * @param group see {@link Discriminator#logits}
     * @param share factor, such as this shard's part of a batch
     */
    public Penalty of(Tape tape, float[] pictures, int[] shape, int group, double share) {
        Objects.requireNonNull(tape, "tape");
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(shape, "shape");
        Node still = tape.variable(new float[pictures.length], shape);
        Node any = at(tape, pictures, shape, group).along(still, tape::frozen);
        tape.backward(Arithmetic.scale(Arithmetic.mean(any), shape[0], 0));
        float[] slope = still.gradient().clone();
        tape.clear();
        double square = 0;
        for (float v : slope) {
            square += (double) v * v;
        }
        Node along = at(tape, pictures, shape, group).along(tape.constant(slope, shape), tape::parameter);
        Node loss = Arithmetic.scale(Arithmetic.mean(along), (float) (share * weight), 0);
        return new Penalty(loss, share * weight / 2 * square / shape[0]);
    }

    private StridedDiscriminator.Linearised at(Tape tape, float[] pictures, int[] shape, int group) {
        return discriminator.new Linearised(tape, tape.constant(pictures, shape), group);
    }
}
