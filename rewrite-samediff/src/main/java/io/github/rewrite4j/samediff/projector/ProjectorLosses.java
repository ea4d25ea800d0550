package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.StructuralSimilarity;

/**
 * Weights of a projector's losses (Gao et al. 2025, section 4.1):
 *
 * <pre>{@code feature |v^ - v| + adversarial (1 - D(v^))^2 + similarity (1 - SSIM(x^, x)) + pixels |x^ - x|}</pre>
 *
 * with v^ = B(x) and x^ the image that the frozen decoder draws from it; all are means. The paper's text has SSIM itself
 * in its sum; SSIM is 1 for equal images, so what can only be meant is 1 - SSIM.
 *
 * @param feature alpha
 * @param adversarial beta; zero trains no discriminator
 * @param similarity a
 * @param pixels b
 * @param rawFeatureScale whether the feature term measures values as they are, as the paper does, and not divided by
 *     the deviation of their channel
 */
public record ProjectorLosses(
        double feature, double adversarial, double similarity, double pixels, boolean rawFeatureScale) {
    /** The published weights: alpha 0.5, beta 1, a 1, b 3, features on their own scale. */
    public static final ProjectorLosses FAITHFUL = new ProjectorLosses(0.5, 1, 1, 3, true);

    /** Without the adversarial term and on standardised features, which reconstructs better at any budget measured. */
    public static final ProjectorLosses DEFAULT = new ProjectorLosses(0.5, 0, 1, 3, false);

    public ProjectorLosses {
        for (double weight : new double[] {feature, adversarial, similarity, pixels}) {
            if (!(weight >= 0) || Double.isInfinite(weight)) {
                throw new IllegalArgumentException(
                        "Weights of losses are finite and not negative, but one is " + weight + ".");
            }
        }
        if (feature + similarity + pixels == 0) {
            throw new IllegalArgumentException(
                    "The weights of the feature, similarity and pixel losses are all zero: nothing would be learnt.");
        }
    }

    /** These with another adversarial weight. */
    public ProjectorLosses withAdversarial(double weight) {
        return new ProjectorLosses(feature, weight, similarity, pixels, rawFeatureScale);
    }

    /** These with other weights of the cycle image to value to image. */
    public ProjectorLosses withCycle(double similarityWeight, double pixelWeight) {
        return new ProjectorLosses(feature, adversarial, similarityWeight, pixelWeight, rawFeatureScale);
    }

    /** Whether the decoder has a say. */
    boolean cycle() {
        return similarity + pixels > 0;
    }

    /** similarity (1 - SSIM) + pixels |difference|: zero for equal images only. */
    Node cycle(Node drawn, Node image, StructuralSimilarity similar) {
        Node score = similar.of(drawn, image);
        Node lack = Arithmetic.scale(score, -1, 1);
        return Arithmetic.weightedSum(new float[] {(float) similarity, (float) pixels}, lack, Losses.l1(drawn, image));
    }
}
