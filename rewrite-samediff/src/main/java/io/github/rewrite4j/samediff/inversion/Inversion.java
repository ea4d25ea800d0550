package io.github.rewrite4j.samediff.inversion;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
import io.github.rewrite4j.samediff.tape.Ranges;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Finds the latents of pictures: of each picture x the w that makes
 *
 * <pre>
 * lambda mean (G(w) - x)^2 + weight d(G(w), x) + pull |w - mean|^2 / spread^2
 * </pre>
 *
 * <p>small, by Adam with a falling rate from several starts at once: the mean latent, and samples half-way to it. {@linkplain
 * #perLayer() With one w for each layer} (W+, Abdal et al. 2019) the best of them is taken apart and goes on, and the pull is
 * also one of each w_i to their mean. The generator stays as it is. A picture that the generator can draw is found again; of
 * any other picture the nearest that it can draw, the anchor of a domain of few photos. A pull keeps latents where the
 * generator draws well. Immutable; each method returns a changed copy.
 *
 * <p>Cost: steps times starts times an image forward and backward; per layer as many steps again of one image.
 */
public final class Inversion {
    private int iterations = 300;
    private int starts = 4;
    private double rate = 0.1;
    private double pixels = 1;
    private double perceptual;
    private Optional<TapedFeatures> eye = Optional.empty();
    private double pull;
    private long seed = 5;
    private boolean perLayer;

    private Inversion() {}

    /** 300 steps from 4 starts, by pixels alone, without a pull. */
    public static Inversion defaults() {
        return new Inversion();
    }

    private Inversion copy() {
        Inversion copy = new Inversion();
        copy.iterations = iterations;
        copy.starts = starts;
        copy.rate = rate;
        copy.pixels = pixels;
        copy.perceptual = perceptual;
        copy.eye = eye;
        copy.pull = pull;
        copy.seed = seed;
        copy.perLayer = perLayer;
        return copy;
    }

    private Inversion with(Consumer<Inversion> change) {
        Inversion next = copy();
        change.accept(next);
        return next;
    }

    /** Looks for a w of its own for each layer: nearer to pictures that the generator cannot draw, further from its samples. */
    public Inversion perLayer() {
        return with(next -> next.perLayer = true);
    }

    /** Steps. */
    public Inversion iterations(int steps) {
        return with(next -> next.iterations = Ranges.from("number of iterations", steps, 1));
    }

    /** Starts of which the best is kept; the first is the mean latent. */
    public Inversion starts(int count) {
        return with(next -> next.starts = Ranges.from("number of starts", count, 1));
    }

    /** Rate of Adam in the first half, in units of what one number of the latent varies by; 0.1 by default. */
    public Inversion learningRate(double relative) {
        return with(next -> next.rate = Ranges.positive("learning rate", relative));
    }

    /** Weight lambda of the mean squares of pixels; 1 by default. */
    public Inversion pixels(double lambda) {
        return with(next -> next.pixels = Ranges.fromZero("weight of the pixels", lambda));
    }

    /** Adds the distance that a network sees, times a weight. */
    public Inversion seenBy(TapedFeatures network, double weight) {
        Objects.requireNonNull(network, "network");
        return with(next -> {
            next.perceptual = Ranges.fromZero("perceptual weight", weight);
            next.eye = Optional.of(network);
        });
    }

    /** Weight of the pull to the mean latent; 0 by default, 0.01 is gentle. */
    public Inversion pull(double weight) {
        return with(next -> next.pull = Ranges.fromZero("pull", weight));
    }

    /** Seed of the starts beside the mean, 0 to 4294967295. */
    public Inversion seed(long number) {
        return with(next -> next.seed = Sample.requireSeed(number));
    }

    /** As {@link #invert(Generator, INDArray, ProgressListener)} without a listener. */
    public InvertedPictures invert(Generator generator, INDArray pictures) {
        return invert(generator, pictures, ProgressListener.SILENT);
    }

    /**
     * Finds the latents, picture by picture.
     *
     * @param generator stays as it is
     * @param pictures [k, C, H, W] in [-1, 1], of the size that the generator draws
     * @param listener hears the least loss so far of the picture, and may cancel between steps
     * @throws RewriteException when the generator has no latent that layers read, or the loss is not finite
     */
    public InvertedPictures invert(Generator generator, INDArray pictures, ProgressListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(listener, "listener");
        LatentNetwork network = LatentNetwork.of(generator);
        Wanted wanted = Wanted.of(pictures, network.spec());
        if (pixels == 0 && (eye.isEmpty() || perceptual == 0)) {
            throw new IllegalArgumentException("Neither pixels nor a network count, so every latent would do: give"
                    + " pixels(weight) or seenBy(network, weight) a weight.");
        }
        return new InversionRun(generator, network, this).of(wanted, Optional.empty(), listener);
    }

    /**
     * Goes on from latents that were found, one w for each layer: {@link #perLayer()} without looking for one w again.
     *
     * @param found what an inversion of the same pictures found
     * @throws IllegalArgumentException when there are not as many pictures as latents
     */
    public InvertedPictures apart(
            Generator generator, InvertedPictures found, INDArray pictures, ProgressListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(found, "found");
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(listener, "listener");
        LatentNetwork network = LatentNetwork.of(generator);
        Wanted wanted = Wanted.of(pictures, network.spec());
        if (found.latents().size(0) != wanted.size()) {
            throw new IllegalArgumentException("There are " + wanted.size() + " pictures, but "
                    + found.latents().size(0) + " were inverted: give those that were.");
        }
        return new InversionRun(generator, network, this).of(wanted, Optional.of(found), listener);
    }

    int iterations() {
        return iterations;
    }

    int starts() {
        return starts;
    }

    double rate() {
        return rate;
    }

    double pixels() {
        return pixels;
    }

    double perceptual() {
        return perceptual;
    }

    Optional<TapedFeatures> eye() {
        return eye;
    }

    double pull() {
        return pull;
    }

    long seed() {
        return seed;
    }

    boolean isPerLayer() {
        return perLayer;
    }
}
