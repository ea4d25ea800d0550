package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.samediff.tape.Node;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/**
 * Samples of one domain in a training step, aligned: image n is the same latent in all three.
 *
 * @param latents the latents of the base [n, d], as projected; constant
 * @param edit images of the domain [n, 3, H, W], about [-1, 1] and not clipped, or what images that entered it partly would
 *     be in the end ({@link DomainExpansion#gradual}); the gradient flows through these
 * @param base images of the base by the generator in training, without gradient
 * @param source images of the base by the frozen source
 * @param anchors number of the {@linkplain AdaptationObjective#anchors() anchor} of each sample; empty without anchors
 * @param random decides whatever has to be drawn, the same in every run of a seed
 */
public record AdaptationBatch(Node latents, Node edit, Node base, Node source, List<Integer> anchors, Random random) {
    public AdaptationBatch {
        Objects.requireNonNull(latents, "latents");
        Objects.requireNonNull(edit, "edit");
        Objects.requireNonNull(base, "base");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(anchors, "anchors");
        Objects.requireNonNull(random, "random");
    }

    /** Samples in the batch. */
    public int size() {
        return edit.size(0);
    }
}
