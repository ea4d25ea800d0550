package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.perception.Discriminator;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
import io.github.rewrite4j.samediff.tape.TrainingFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Teaches a generator new domains while its old images stay (Nitzan et al. 2023).
 *
 * <pre>{@code
 * ExpandedGenerator expanded = DomainExpansion.withDomains(
 *         ImageTransform.of("night", night), WornExemplars.of("sunglasses", pictures)).train(avatars);
 * }</pre>
 *
 * <p>Each step draws samples and for each a domain by chance, and lowers lambda sum L_i(G(P_i w)) + L_replay(G(P_base w)),
 * plus the loss of the source's own game if there are a discriminator and real images (equations 4 to 6); without them the
 * training needs no data. The cost of a step does not depend on the number of domains. All weights behind the latent are
 * trained; the map that reads the latent is trained apart along each new direction, which changes no base image by itself,
 * and written into one matrix at the end. Adam (0, 0.99), rates relative to the size of each weight, constant and then
 * falling to zero in the second half; the result is the moving average of the weights.
 *
 * <p>An expanded generator can be expanded again: its domains stay, and are replayed as the base is. The seed decides
 * everything, also when the training was interrupted and resumed. Immutable; each method returns a changed copy.
 */
public final class DomainExpansion {
    private final List<AdaptationObjective> objectives;
    private DirectionChoice directions = DirectionChoice.leastLoss();
    private double distance = Double.NaN;
    private double replayPixels = 10;
    private double replayPerceptual = 10;
    private Optional<TapedFeatures> eye = Optional.empty();
    private double expand = 1;
    private double source = 1;
    private Optional<Discriminator> discriminator = Optional.empty();
    private Optional<INDArray> realImages = Optional.empty();
    private int batch = 8;
    private double learningRate = 0.006;
    private double domainRate = 0.03;
    private double average = 0.998;
    private double gradual;
    private double mixtures;
    private int iterations = 4000;
    private long seed = 7;
    private int latents = 16384;
    private OptionalInt evaluateEvery = OptionalInt.empty();
    private int threads = Math.min(2, Runtime.getRuntime().availableProcessors());
    private Optional<TrainingFile> checkpoints = Optional.empty();
    private DomainSchedule schedule = DomainSchedule.EVEN;
    private Optional<Path> snapshots = Optional.empty();
    private Optional<ExpandedGenerator> beginning = Optional.empty();

    private DomainExpansion(List<AdaptationObjective> objectives) {
        this.objectives = List.copyOf(objectives);
    }

    /** An expansion by these domains, in this order. */
    public static DomainExpansion withDomains(AdaptationObjective first, AdaptationObjective... more) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(more, "more");
        List<AdaptationObjective> all = new ArrayList<>(List.of(first));
        all.addAll(Arrays.asList(more));
        return new DomainExpansion(all);
    }

    /** As {@link #withDomains(AdaptationObjective, AdaptationObjective...)}, at least one. */
    public static DomainExpansion withDomains(List<? extends AdaptationObjective> domains) {
        if (domains.isEmpty()) {
            throw new IllegalArgumentException("An expansion needs at least one domain.");
        }
        return new DomainExpansion(List.copyOf(domains));
    }

    private DomainExpansion copy() {
        DomainExpansion copy = new DomainExpansion(objectives);
        copy.directions = directions;
        copy.distance = distance;
        copy.replayPixels = replayPixels;
        copy.replayPerceptual = replayPerceptual;
        copy.eye = eye;
        copy.expand = expand;
        copy.source = source;
        copy.discriminator = discriminator;
        copy.realImages = realImages;
        copy.batch = batch;
        copy.learningRate = learningRate;
        copy.domainRate = domainRate;
        copy.average = average;
        copy.gradual = gradual;
        copy.mixtures = mixtures;
        copy.iterations = iterations;
        copy.seed = seed;
        copy.latents = latents;
        copy.evaluateEvery = evaluateEvery;
        copy.threads = threads;
        copy.checkpoints = checkpoints;
        copy.schedule = schedule;
        copy.snapshots = snapshots;
        copy.beginning = beginning;
        return copy;
    }

    /** Which directions become domains; those whose loss harms least by default. */
    public DomainExpansion directions(DirectionChoice choice) {
        Objects.requireNonNull(choice, "choice");
        DomainExpansion copy = copy();
        copy.directions = choice;
        return copy;
    }

    /** How far domains lie from the base, in units of the latent; by default the spread of the latent. */
    public DomainExpansion distance(double s) {
        DomainExpansion copy = copy();
        copy.distance = requirePositive("distance", s);
        return copy;
    }

    /** Weights of the replay: mean squares of pixels, and what a network sees; both 10 by default, as published. */
    public DomainExpansion replay(double pixels, double perceptual) {
        DomainExpansion copy = copy();
        new ReplayLoss(pixels, perceptual, Optional.empty());
        copy.replayPixels = pixels;
        copy.replayPerceptual = perceptual;
        return copy;
    }

    /** The network that looks at replayed images; without one only pixels are compared. */
    public DomainExpansion seenBy(TapedFeatures network) {
        Objects.requireNonNull(network, "network");
        DomainExpansion copy = copy();
        copy.eye = Optional.of(network);
        return copy;
    }

    /** Weight of the domains' losses against the replay; 1 by default. */
    public DomainExpansion weight(double lambda) {
        DomainExpansion copy = copy();
        copy.expand = requirePositive("weight of the domains", lambda);
        return copy;
    }

    /**
     * Goes on with the source's own game on the base: the non-saturating logistic loss against a discriminator that is
     * trained as well, on real images, with R1 by differences.
     *
     * @param judge where its training starts; copied
     * @param images real ones [N, C, H, W] in [-1, 1], of the shape that the judge takes
     * @param lambda weight of the generator's loss
     */
    public DomainExpansion adversarial(Discriminator judge, INDArray images, double lambda) {
        Objects.requireNonNull(judge, "judge");
        Objects.requireNonNull(images, "images");
        judge.requirePictures(images);
        DomainExpansion copy = copy();
        copy.discriminator = Optional.of(judge);
        copy.realImages = Optional.of(images);
        copy.source = requirePositive("weight of the source loss", lambda);
        return copy;
    }

    /** Samples per step; of each, one base image and one of a domain are drawn. */
    public DomainExpansion batch(int samples) {
        DomainExpansion copy = copy();
        copy.batch = requireFrom("batch", samples, 1);
        return copy;
    }

    /**
     * Rates of Adam in the first half.
     *
     * @param weights of all weights, relative to the root mean square of each
     * @param domains of the styles of the new domains, in their own units
     */
    public DomainExpansion learningRates(double weights, double domains) {
        DomainExpansion copy = copy();
        copy.learningRate = requireFromZero("learning rate of the weights", weights);
        copy.domainRate = requireFromZero("learning rate of the domains", domains);
        if (weights == 0 && domains == 0) {
            throw new IllegalArgumentException("Both learning rates are 0: nothing would be learnt.");
        }
        return copy;
    }

    /** Decay of the moving average of the weights, from 0 to below 1. */
    public DomainExpansion average(double decay) {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException("The decay is " + decay + ": it must be 0 to below 1, such as 0.998.");
        }
        DomainExpansion copy = copy();
        copy.average = decay;
        return copy;
    }

    /**
     * Teaches the way into a domain too, so that a slider moves evenly. With this chance the samples of a domain in a step
     * enter it by an amount t from 1/4 to 1 only; the objective then sees base + (image - base) / t, what the image will be
     * at the end of a straight way, and counts t-fold. A transform's pixel loss becomes the distance from a cross-fade of
     * old image and target.
     *
     * @param share 0 to below 1; 0 by default, as published
     */
    public DomainExpansion gradual(double share) {
        DomainExpansion copy = copy();
        copy.gradual = requireShare("gradual", share);
        return copy;
    }

    /**
     * Teaches two domains at once too. This share of the samples of a step enters two of the domains that have targets
     * ({@link TargetObjective}) wholly, and shall become the target of one made from the target of the other.
     *
     * @param share 0 to below 1; 0 by default, as published
     */
    public DomainExpansion mixtures(double share) {
        DomainExpansion copy = copy();
        copy.mixtures = requireShare("mixed", share);
        return copy;
    }

    /** Steps. */
    public DomainExpansion iterations(int steps) {
        DomainExpansion copy = copy();
        copy.iterations = requireFrom("number of iterations", steps, 1);
        return copy;
    }

    /** Seed of samples and domains, 0 to 4294967295. */
    public DomainExpansion seed(long number) {
        if (number < 0 || number >= 1L << 32) {
            throw new IllegalArgumentException("The seed is " + number + ": it must be 0 to 4294967295.");
        }
        DomainExpansion copy = copy();
        copy.seed = number;
        return copy;
    }

    /** Samples of the generator that training latents are drawn from; 16,384 by default. */
    public DomainExpansion latents(int samples) {
        DomainExpansion copy = copy();
        copy.latents = requireFrom("number of latents", samples, 1);
        return copy;
    }

    /** Steps between points of the curve and checkpoints; a fortieth of all by default. */
    public DomainExpansion reportEvery(int steps) {
        DomainExpansion copy = copy();
        copy.evaluateEvery = OptionalInt.of(requireFrom("number of steps between reports", steps, 1));
        return copy;
    }

    /** Threads; two at most work, which is the default where there are two. Results do not depend on it. */
    public DomainExpansion threads(int count) {
        DomainExpansion copy = copy();
        copy.threads = requireFrom("number of threads", count, 1);
        return copy;
    }

    /** Writes {@code checkpoint.safetensors} into a directory now and then, from which {@link #resume} goes on. */
    public DomainExpansion checkpoints(Path directory) {
        return checkpoints(new TrainingFile(directory, "expansion-checkpoint"));
    }

    /**
     * How often the domains are drawn, against each other: {@code shares(1, 3)} draws the second three times as often. All
     * alike by default.
     *
     * @param ratios one for each domain, in their order
     */
    public DomainExpansion shares(double... ratios) {
        Objects.requireNonNull(ratios, "ratios");
        DomainExpansion copy = copy();
        copy.schedule = new DomainSchedule(Arrays.stream(ratios).boxed().toList(), schedule.patience())
                .requireFits(objectives.size());
        return copy;
    }

    /**
     * Draws a domain no more when its loss has not fallen by a hundredth for so many points of the curve ({@link #reportEvery});
     * the others get its samples, and the training ends early when none is left. 0 by default, for never.
     */
    public DomainExpansion patience(int points) {
        DomainExpansion copy = copy();
        copy.schedule = new DomainSchedule(schedule.shares(), points);
        return copy;
    }

    /**
     * Keeps in a folder, for each domain, the generator as it was when that domain's loss was least: {@code NAME.safetensors},
     * written at points of the curve.
     */
    public DomainExpansion snapshots(Path folder) {
        Objects.requireNonNull(folder, "folder");
        DomainExpansion copy = copy();
        copy.snapshots = Optional.of(folder);
        return copy;
    }

    /**
     * Goes on from what an earlier expansion of the same source has learnt, with these objectives and settings. Its domains
     * keep their directions; replay still holds the base to the source.
     *
     * @param earlier with domains of the names of the objectives, in their order; open until the training has ended
     */
    public DomainExpansion from(ExpandedGenerator earlier) {
        Objects.requireNonNull(earlier, "earlier");
        DomainExpansion copy = copy();
        copy.beginning = Optional.of(earlier);
        return copy;
    }

    DomainExpansion checkpoints(TrainingFile file) {
        DomainExpansion copy = copy();
        copy.checkpoints = Optional.of(file);
        return copy;
    }

    /** As {@link #train(Generator, ProgressListener)} without a listener. */
    public ExpandedGenerator train(Generator generator) {
        return train(generator, ProgressListener.SILENT);
    }

    /**
     * Trains from the beginning.
     *
     * @param generator the source, with the patches in force; it is not changed and can be closed afterwards
     * @param listener hears the losses, and may cancel between steps; the last checkpoint stays then
     * @return the expanded generator, to be closed by the caller
     * @throws RewriteException when the generator has no latent to expand, an objective returns something that nothing can
     *     be learnt from, or a checkpoint cannot be written
     */
    public ExpandedGenerator train(Generator generator, ProgressListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(listener, "listener");
        return run(generator, listener, false);
    }

    /**
     * Goes on from the last checkpoint, or begins where there is none; ends with the weights, bit for bit, that an
     * uninterrupted training ends with.
     *
     * @throws RewriteException also when the checkpoint is damaged or of another training
     * @throws IllegalStateException without {@link #checkpoints(Path)}
     */
    public ExpandedGenerator resume(Generator generator, ProgressListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(listener, "listener");
        if (checkpoints.isEmpty()) {
            throw new IllegalStateException("Say with checkpoints(directory) where the checkpoints are.");
        }
        return run(generator, listener, true);
    }

    private ExpandedGenerator run(Generator generator, ProgressListener listener, boolean resumed) {
        LatentNetwork network = LatentNetwork.of(generator);
        ExpansionPlan plan = beginning
                .map(earlier -> ExpansionPlan.goingOn(earlier, network, objectives))
                .orElseGet(() -> directions.plan(network, objectives, distance, listener.part(0, 0.1)));
        try (ExpansionRun run = new ExpansionRun(network, plan, settings(), checkpoints, listener.part(0.1, 1))) {
            return run.snapshots(snapshots)
                    .from(beginning.map(LatentNetwork::of))
                    .train(resumed);
        }
    }

    private ExpansionSettings settings() {
        return new ExpansionSettings(
                new ReplayLoss(replayPixels, replayPerceptual, eye),
                expand,
                source,
                discriminator,
                realImages,
                batch,
                learningRate,
                domainRate,
                average,
                gradual,
                iterations,
                seed,
                latents,
                evaluateEvery.orElse(Math.max(1, iterations / 40)),
                threads,
                schedule,
                DomainMixtures.of(mixtures, objectives));
    }

    private static int requireFrom(String what, int number, int least) {
        if (number < least) {
            throw new IllegalArgumentException(
                    "The " + what + " is " + number + ": it must be at least " + least + ".");
        }
        return number;
    }

    private static double requireShare(String of, double share) {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException(
                    "The share of " + of + " samples is " + share + ": it must be 0 to below 1, such as 0.3.");
        }
        return share;
    }

    private static double requirePositive(String what, double number) {
        if (!(number > 0) || Double.isInfinite(number)) {
            throw new IllegalArgumentException("The " + what + " is " + number + ": it must be positive.");
        }
        return number;
    }

    private static double requireFromZero(String what, double number) {
        if (!(number >= 0) || Double.isInfinite(number)) {
            throw new IllegalArgumentException("The " + what + " is " + number + ": it must be a number from 0.");
        }
        return number;
    }
}
