package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.samediff.perception.PerceptualLoss;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Optional;

/**
 * What holds old images: lambda_L2 mean (G(w) - G_src(w))^2 + lambda_p d(G(w), G_src(w)), with d a perceptual distance
 * (Nitzan et al. 2023, equation 5).
 *
 * @param pixels lambda_L2; 10 as published
 * @param perceptual lambda_p; 10 as published, where there is a network that looks
 * @param eye looks at images; without one the second term is left out
 */
record ReplayLoss(double pixels, double perceptual, Optional<TapedFeatures> eye) {
    ReplayLoss {
        if (!(pixels >= 0 && perceptual >= 0) || Double.isInfinite(pixels + perceptual)) {
            throw new IllegalArgumentException("The weights of the replay are " + pixels + " and " + perceptual
                    + ": both must be numbers from 0.");
        }
    }

    /** The loss, a mean over samples. */
    Node between(Tape tape, Node images, Node source) {
        Node squares = Losses.squares(images, source);
        if (eye.isEmpty() || perceptual == 0) {
            return Arithmetic.weightedSum(new float[] {(float) pixels}, squares);
        }
        Node seen = new PerceptualLoss(eye.get()).between(tape, images, source);
        return Arithmetic.weightedSum(new float[] {(float) pixels, (float) perceptual}, squares, seen);
    }
}
