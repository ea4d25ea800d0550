package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Ranges;
import io.github.rewrite4j.samediff.tape.TrainingFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Teaches a network to answer which values of a layer a given image comes from (Gao et al. 2025, stage 1).
 *
 * <pre>{@code
 * TrainedProjector projector = ProjectorTraining.defaults().iterations(4000).seed(7).train(memory, listener);
 * }</pre>
 *
 * <p>Training images are samples of the generator itself, for which the values are known, and, by default for half of each
 * batch, pictures that no sample gives: samples with painted shapes, parts of other samples, other colours, and pictures
 * of the user's. Of those is only asked that the frozen decoder draws them again, with the side tensors of the sample
 * that they began as, or of the mean input. Losses: {@link ProjectorLosses}. Adam (0.5, 0.999), gradient norm at most 1,
 * the rate constant and then falling to zero in the second half; the result is the moving average of the weights. The
 * training ends early when the reconstruction of held-out samples has not improved for a while.
 *
 * <p>The seed decides everything: the same seed gives the same weights on the same backend and number of threads, also
 * when the training was interrupted and resumed. Memory: the pool of samples, at most 256 MB unless asked otherwise.
 * Immutable; each method returns a changed copy.
 */
public final class ProjectorTraining {
    static final String CHECKPOINT = "projector-checkpoint";
    private static final long POOL_BYTES = 256L << 20;
    private static final int LARGEST_POOL = 4096;
    private static final int SMALLEST_POOL = 64;

    private Optional<ProjectorArchitecture> architecture = Optional.empty();
    private ProjectorLosses losses = ProjectorLosses.DEFAULT;
    private double foreignShare = 0.5;
    private double meanSideShare;
    private int batch = 4;
    private double learningRate = 8e-4;
    private int iterations = 3000;
    private long seed = 5;
    private OptionalInt pool = OptionalInt.empty();
    private int renewal = 24;
    private int measured = 1024;
    private int heldOut = 64;
    private OptionalInt evaluateEvery = OptionalInt.empty();
    private int patience = 10;
    private List<float[]> pictures = List.of();
    private int[] pictureShape = {};
    private Optional<TrainingFile> checkpoints = Optional.empty();

    private ProjectorTraining() {}

    /** What reconstructs best of all that was measured: no adversarial term, half of the pictures foreign. */
    public static ProjectorTraining defaults() {
        return new ProjectorTraining();
    }

    /** As published: alpha 0.5, beta 1, a 1, b 3, features on their own scale, the generator's own samples only. */
    public static ProjectorTraining faithful() {
        return defaults()
                .losses(ProjectorLosses.FAITHFUL)
                .foreignShare(0)
                .batch(8)
                .learningRate(2e-4)
                .iterations(5000);
    }

    private ProjectorTraining copy() {
        ProjectorTraining copy = new ProjectorTraining();
        copy.architecture = architecture;
        copy.losses = losses;
        copy.foreignShare = foreignShare;
        copy.meanSideShare = meanSideShare;
        copy.batch = batch;
        copy.learningRate = learningRate;
        copy.iterations = iterations;
        copy.seed = seed;
        copy.pool = pool;
        copy.renewal = renewal;
        copy.measured = measured;
        copy.heldOut = heldOut;
        copy.evaluateEvery = evaluateEvery;
        copy.patience = patience;
        copy.pictures = pictures;
        copy.pictureShape = pictureShape.clone();
        copy.checkpoints = checkpoints;
        return copy;
    }

    private ProjectorTraining with(Consumer<ProjectorTraining> change) {
        ProjectorTraining next = copy();
        change.accept(next);
        return next;
    }

    /** Another size of network than the one that suits the images. */
    public ProjectorTraining architecture(ProjectorArchitecture size) {
        Objects.requireNonNull(size, "size");
        return with(next -> next.architecture = Optional.of(size));
    }

    /** Other weights of the losses. */
    public ProjectorTraining losses(ProjectorLosses weights) {
        Objects.requireNonNull(weights, "weights");
        return with(next -> next.losses = weights);
    }

    /** Share of foreign pictures in the batches, from 0 to below 1. */
    public ProjectorTraining foreignShare(double share) {
        return with(next -> next.foreignShare = Ranges.between("share of foreign pictures", share, 0, 0.95));
    }

    /** Share of the foreign pictures that are decoded with the side tensors of the mean input, 0 to 1. */
    public ProjectorTraining meanSideShare(double share) {
        return with(next -> next.meanSideShare = Ranges.between("share of mean side tensors", share, 0, 1));
    }

    /** Images per step. */
    public ProjectorTraining batch(int images) {
        return with(next -> next.batch = Ranges.from("batch", images, 1));
    }

    /** Rate of Adam in the first half. */
    public ProjectorTraining learningRate(double rate) {
        if (!(rate > 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException("The learning rate is " + rate + ": it must be positive, such as 8e-4.");
        }
        return with(next -> next.learningRate = rate);
    }

    /** Steps, unless the training ends early. */
    public ProjectorTraining iterations(int steps) {
        return with(next -> next.iterations = Ranges.from("number of iterations", steps, 1));
    }

    /** Seed of weights, samples and pictures, 0 to 4294967295. */
    public ProjectorTraining seed(long number) {
        return with(next -> next.seed = Sample.requireSeed(number));
    }

    /** Samples kept on the heap, rounded up to a multiple of 32; by default as many as fit 256 MB, 64 to 4,096. */
    public ProjectorTraining pool(int samples) {
        return with(next -> next.pool = OptionalInt.of(Ranges.from("pool", samples, 1)));
    }

    /** Replaces 32 samples of the pool each so many steps; 0 keeps the first ones. */
    public ProjectorTraining renewal(int steps) {
        return with(next -> next.renewal = Ranges.from("renewal", steps, 0));
    }

    /** Samples that mean and deviation of the values are measured on; 1,024 by default. */
    public ProjectorTraining standardisedOn(int samples) {
        return with(next -> next.measured = Ranges.from("number of samples to measure", samples, 2));
    }

    /** Held-out samples, rounded up to a multiple of 32, and how often they are measured and a checkpoint is written. */
    public ProjectorTraining evaluation(int samples, int everySteps) {
        return with(next -> {
            next.heldOut = Ranges.from("number of held-out samples", samples, 1);
            next.evaluateEvery = OptionalInt.of(Ranges.from("number of steps between evaluations", everySteps, 1));
        });
    }

    /** Evaluations without improvement after which the training ends; 10 by default. */
    public ProjectorTraining patience(int evaluations) {
        return with(next -> next.patience = Ranges.from("patience", evaluations, 1));
    }

    /**
     * Pictures of the user's as a third of the foreign ones.
     *
     * @param images [N, C, H, W] in [-1, 1], of any size
     */
    public ProjectorTraining pictures(INDArray images) {
        if (images.rank() != 4 || images.isEmpty()) {
            throw new IllegalArgumentException("The pictures have the shape " + Arrays.toString(images.shape())
                    + ", but expected was [N, channels, height, width] with N from 1.");
        }
        float[] all = HostArrays.of(images);
        for (float value : all) {
            if (!Float.isFinite(value)) {
                throw new IllegalArgumentException("The pictures hold " + value + ": give finite numbers in [-1, 1].");
            }
        }
        int[] shape = HostArrays.shape(images);
        int row = all.length / shape[0];
        List<float[]> each = new ArrayList<>();
        for (int i = 0; i < shape[0]; i++) {
            each.add(Arrays.copyOfRange(all, i * row, (i + 1) * row));
        }
        return with(next -> {
            next.pictureShape = shape;
            next.pictures = List.copyOf(each);
        });
    }

    /** Writes {@code checkpoint.safetensors} into a directory at each evaluation, from which {@link #resume} goes on. */
    public ProjectorTraining checkpoints(Path directory) {
        return checkpoints(new TrainingFile(directory, CHECKPOINT));
    }

    ProjectorTraining checkpoints(TrainingFile kept) {
        return with(next -> next.checkpoints = Optional.of(kept));
    }

    /**
     * Trains from the beginning.
     *
     * @param memory a cut of a graph; only its last layer and what follows count
     * @param listener hears the losses and the quality on held-out samples, and may cancel between steps; the last
     *     checkpoint stays then
     * @throws io.github.rewrite4j.RewriteException when the loss is not finite any more, naming the step and what to
     *     lower, or a checkpoint cannot be written
     */
    public TrainedProjector train(AssociativeMemory memory, ProgressListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(listener, "listener");
        return run(memory, listener, false);
    }

    /**
     * Goes on from the last checkpoint, or begins where there is none; ends with the weights, bit for bit, that an
     * uninterrupted training ends with.
     *
     * @throws io.github.rewrite4j.RewriteException also when the checkpoint is damaged or of another training
     * @throws IllegalStateException without {@link #checkpoints(Path)}
     */
    public TrainedProjector resume(AssociativeMemory memory, ProgressListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(listener, "listener");
        if (checkpoints.isEmpty()) {
            throw new IllegalStateException("Say with checkpoints(directory) where the checkpoints are.");
        }
        return run(memory, listener, true);
    }

    private TrainedProjector run(AssociativeMemory memory, ProgressListener listener, boolean resumed) {
        try (ProjectorTrainingRun run = new ProjectorTrainingRun(memory, settings(memory), checkpoints, listener)) {
            return run.train(resumed);
        }
    }

    private ProjectorSettings settings(AssociativeMemory memory) {
        ImageShape image = ImageShape.of(memory.spec().generator());
        long fitting = POOL_BYTES / SamplePool.bytesPerSample(memory);
        int samples = pool.orElse((int) Math.max(SMALLEST_POOL, Math.min(LARGEST_POOL, fitting)));
        return new ProjectorSettings(
                architecture.orElseGet(() -> ProjectorArchitecture.forImages(image.smallerSide())),
                losses,
                foreignShare,
                meanSideShare,
                batch,
                learningRate,
                iterations,
                seed,
                samples,
                renewal,
                measured,
                heldOut,
                evaluateEvery.orElse(Math.max(1, iterations / 40)),
                patience,
                fitted(image));
    }

    private List<float[]> fitted(ImageShape image) {
        if (pictures.isEmpty()) {
            return List.of();
        }
        if (pictureShape[1] != image.channels()) {
            throw new IllegalArgumentException("The pictures have " + pictureShape[1]
                    + " channels, but the generator draws " + image.channels() + ".");
        }
        return pictures.stream()
                .map(picture -> ImageScaling.resized(
                        picture, image.channels(), pictureShape[2], pictureShape[3], image.height(), image.width()))
                .toList();
    }
}
