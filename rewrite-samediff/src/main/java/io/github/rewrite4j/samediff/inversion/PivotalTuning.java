package io.github.rewrite4j.samediff.inversion;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.tape.Ranges;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Makes a generator draw inverted pictures exactly, by a small patch (pivotal tuning, Roich et al. 2022): the latents that
 * an {@link Inversion} found stay, the pivots; the convolutions change around them, each by a low rank, so that
 *
 * <pre>
 * mean (G'(w_k) - x_k)^2 + locality mean (G'(w) - G(w))^2,   W' = W + U V,   w a sample,
 * </pre>
 *
 * <p>is small, by Adam with a falling rate on U and V. The second term, of samples between the pivots and others, keeps the
 * generator what it was elsewhere, so that walks and edits near the pivot stay natural. Published is a change of all
 * weights; a low rank makes it a patch that is kept for each person while all share one generator. Immutable; each method
 * returns a changed copy. Cost: a step is an image forward and backward for each picture of the batch and each sample.
 */
public final class PivotalTuning {
    private final int rank;
    private int iterations = 400;
    private int replayed = 2;
    private double rate = 0.01;
    private double locality = 0.1;
    private long seed = 6;
    private List<String> layers = List.of();

    private PivotalTuning(int rank) {
        this.rank = rank;
    }

    private PivotalTuning copy() {
        PivotalTuning copy = new PivotalTuning(rank);
        copy.iterations = iterations;
        copy.replayed = replayed;
        copy.rate = rate;
        copy.locality = locality;
        copy.seed = seed;
        copy.layers = layers;
        return copy;
    }

    private PivotalTuning with(Consumer<PivotalTuning> change) {
        PivotalTuning next = copy();
        change.accept(next);
        return next;
    }

    /**
     * Changes every convolution along this many directions.
     *
     * @param rank 4 to 8 for one picture of 64 x 64; more for several pictures in one patch
     */
    public static PivotalTuning ofRank(int rank) {
        return new PivotalTuning(Ranges.from("rank", rank, 1));
    }

    /** Changes only some layers, by their names. */
    public PivotalTuning layers(List<String> names) {
        Objects.requireNonNull(names, "names");
        return with(next -> next.layers = List.copyOf(names));
    }

    /** Steps; 400 by default. */
    public PivotalTuning iterations(int steps) {
        return with(next -> next.iterations = Ranges.from("number of iterations", steps, 1));
    }

    /** Rate of Adam in the first half, relative to the root mean square of each weight; 0.01 by default. */
    public PivotalTuning learningRate(double relative) {
        return with(next -> next.rate = Ranges.positive("learning rate", relative));
    }

    /**
     * Weight of samples that should stay as they are.
     *
     * @param weight 0 leaves them to themselves; 0.1 by default
     * @param samples of a step; 2 by default
     */
    public PivotalTuning locality(double weight, int samples) {
        return with(next -> {
            next.locality = Ranges.fromZero("locality", weight);
            next.replayed = Ranges.from("number of samples", samples, 1);
        });
    }

    /** Seed of the samples and of where the directions start, 0 to 4294967295. */
    public PivotalTuning seed(long number) {
        return with(next -> next.seed = Sample.requireSeed(number));
    }

    /** As {@link #tune(Generator, InvertedPictures, INDArray, RewriteListener)} without a listener. */
    public Pivot tune(Generator generator, InvertedPictures inverted, INDArray pictures) {
        return tune(generator, inverted, pictures, RewriteListener.SILENT);
    }

    /**
     * Finds the patch.
     *
     * @param generator stays as it is; with the patches in force, which the patch comes on top of
     * @param inverted what an inversion of these pictures found
     * @param pictures [k, C, H, W] in [-1, 1], a few
     * @param listener hears the loss and may cancel between steps
     * @throws RewriteException when the generator has no latent that layers read, or the loss is not finite
     * @throws IllegalArgumentException when there are as many pictures as latents not, or a layer is not known
     */
    public Pivot tune(Generator generator, InvertedPictures inverted, INDArray pictures, RewriteListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(inverted, "inverted");
        Objects.requireNonNull(pictures, "pictures");
        Objects.requireNonNull(listener, "listener");
        LatentNetwork network = LatentNetwork.of(generator);
        Wanted wanted = Wanted.of(pictures, network.spec());
        if (inverted.latents().size(0) != wanted.size()) {
            throw new IllegalArgumentException("There are " + wanted.size() + " pictures, but "
                    + inverted.latents().size(0) + " were inverted: give those that were.");
        }
        return new PivotRun(generator, network, this).of(inverted, wanted, listener);
    }

    int rank() {
        return rank;
    }

    int iterations() {
        return iterations;
    }

    int replayed() {
        return locality == 0 ? 0 : replayed;
    }

    double rate() {
        return rate;
    }

    double locality() {
        return locality;
    }

    long seed() {
        return seed;
    }

    List<String> layers() {
        return layers;
    }
}
