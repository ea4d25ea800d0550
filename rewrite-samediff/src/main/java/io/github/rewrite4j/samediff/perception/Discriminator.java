package io.github.rewrite4j.samediff.perception;

import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network that tells drawn pictures from real ones: the larger its logit, the more a picture looks drawn to it, or the
 * other way round where it was trained so. Trained with the non-saturating logistic loss {@link
 * io.github.rewrite4j.samediff.tape.Losses#softplus}. Its weights change when an optimiser is given its {@link
 * #parameters()}: one discriminator belongs to one training, which works on a {@link #copy}.
 */
public interface Discriminator {
    /** Channels, height and width of the pictures that it takes. */
    FeatureShape pictures();

    /** All weights, themselves: what an optimiser changes. Each has a name of its own. */
    List<Parameter> parameters();

    /** A copy with weights of its own, to train without changing this. */
    Discriminator copy();

    /**
     * Logits with gradients to weights and pictures: the discriminator's own step.
     *
     * @param images [N, C, H, W] in about [-1, 1]
     * @param group pictures that are compared in their variety, a divisor of N; without effect on a discriminator that
     *     looks at each picture alone
     * @return [N, 1]
     */
    Node logits(Tape tape, Node images, int group);

    /** Logits with gradients to the pictures only: the generator's step. */
    Node frozenLogits(Tape tape, Node images, int group);

    /**
     * Whether it takes pictures of this shape.
     *
     * @throws IllegalArgumentException if it does not, with both shapes
     */
    default void requirePictures(INDArray images) {
        if (images.isEmpty()
                || images.rank() != 4
                || images.size(0) < 1
                || !pictures().matches(images.shape())) {
            throw new IllegalArgumentException("The pictures have the shape "
                    + Arrays.toString(images.shape()) + ", but the discriminator takes [N, "
                    + pictures().channels() + ", " + pictures().height() + ", "
                    + pictures().width()
                    + "] in [-1, 1] with N from 1: resize them, or is the folder empty?");
        }
    }
}
