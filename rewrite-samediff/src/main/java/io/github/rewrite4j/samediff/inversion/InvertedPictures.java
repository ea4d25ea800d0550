package io.github.rewrite4j.samediff.inversion;

import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.OwnInputs;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pictures and the latents whose images come near them.
 *
 * @param latents [k, places, d], row n for picture n, a latent for each place that reads one; all the same where one w was
 *     looked for
 * @param inputs inputs of the generator that give these latents
 * @param images what the generator draws of them [k, C, H, W], not clipped
 * @param fits how near each came
 */
public record InvertedPictures(INDArray latents, Inputs inputs, INDArray images, List<Fit> fits) {
    /** One fit for each picture. */
    public InvertedPictures {
        Objects.requireNonNull(latents, "latents");
        Objects.requireNonNull(inputs, "inputs");
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(fits, "fits");
        fits = List.copyOf(fits);
    }

    /** One latent for each picture [k, d], the mean over its places: the anchors of a domain of few photos. */
    public INDArray anchors() {
        return latents.mean(1);
    }

    /**
     * The pictures as subjects of edits.
     *
     * @param name what they are called, followed by their number
     */
    public List<OwnInputs> subjects(String name) {
        Objects.requireNonNull(name, "name");
        return OwnInputs.each(name, inputs);
    }

    /**
     * How near an image came to its picture.
     *
     * @param squares mean (G(w) - x)^2
     * @param perceptual distance that the network saw, 0 without one
     * @param distance |w - mean| / spread of the mean over the places: about 1 for the generator's own samples; far beyond,
     *     edits and mixes draw less well
     * @param start which of the starts led there, 0 is the mean latent
     */
    public record Fit(double squares, double perceptual, double distance, int start) {
        /** Peak signal-to-noise ratio in dB of pictures in [-1, 1]. */
        public double psnr() {
            return 10 * Math.log10(4 / squares);
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "PSNR %.1f dB, perceptual %.4f, %.2f spreads from the mean",
                    psnr(),
                    perceptual,
                    distance);
        }
    }
}
