package io.github.rewrite4j.samediff.latent;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What one direction of a basis does to images, which were clipped to [-1, 1].
 *
 * @param direction its number in the basis
 * @param strength the basis's own number, such as a singular value
 * @param projectedOut PSNR in dB between G(w) and G(w - &lt;w - mean, d&gt; d), per image, then mean: high where little is lost
 * @param change mean |G(w + step d) - G(w)| over both signs of the step
 * @param changePsnr PSNR in dB of the same
 * @param distance a perceptual distance of the same, where one was given
 */
public record DirectionEffect(
        int direction,
        double strength,
        double projectedOut,
        double change,
        double changePsnr,
        OptionalDouble distance) {
    /** PSNR in dB without a direction, from which on it counts as dormant: a hundredth of the range of the pixels. */
    private static final double DORMANT = 40;

    public DirectionEffect {
        Objects.requireNonNull(distance, "distance");
    }

    /**
     * Whether images show what the direction does, so that a domain there changes the source: without it they keep less
     * than 40 dB. What a step along it changes is no measure of that; in a small latent every direction moves something.
     */
    public boolean carriesSource() {
        return projectedOut < DORMANT;
    }

    /** What is compared when asking which directions move images: the perceptual distance, or else the mean difference. */
    public double movement() {
        return distance.orElse(change);
    }
}
