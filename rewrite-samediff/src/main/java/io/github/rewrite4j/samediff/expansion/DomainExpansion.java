package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.perception.Discriminator;
import io.github.rewrite4j.samediff.perception.TapedFeatures;
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
    private final ExpansionChoices choices;

    private DomainExpansion(List<AdaptationObjective> objectives, ExpansionChoices choices) {
        this.objectives = List.copyOf(objectives);
        this.choices = choices;
    }

    /** An expansion by these domains, in this order. */
    public static DomainExpansion withDomains(AdaptationObjective first, AdaptationObjective... more) {
        Objects.requireNonNull(first, "first");
        Objects.requireNonNull(more, "more");
        List<AdaptationObjective> all = new ArrayList<>(List.of(first));
        all.addAll(Arrays.asList(more));
        return new DomainExpansion(all, new ExpansionChoices());
    }

    /** As {@link #withDomains(AdaptationObjective, AdaptationObjective...)}, at least one. */
    public static DomainExpansion withDomains(List<? extends AdaptationObjective> domains) {
        if (domains.isEmpty()) {
            throw new IllegalArgumentException("An expansion needs at least one domain.");
        }
        return new DomainExpansion(List.copyOf(domains), new ExpansionChoices());
    }

    private DomainExpansion with(Consumer<ExpansionChoices> change) {
        ExpansionChoices next = choices.copy();
        change.accept(next);
        return new DomainExpansion(objectives, next);
    }

    /** Which directions become domains; those whose loss harms least by default. */
    public DomainExpansion directions(DirectionChoice choice) {
        Objects.requireNonNull(choice, "choice");
        return with(next -> next.directions = choice);
    }

    /** How far domains lie from the base, in units of the latent; by default the spread of the latent. */
    public DomainExpansion distance(double s) {
        return with(next -> next.distance = Ranges.positive("distance", s));
    }

    /** Weights of the replay: mean squares of pixels, and what a network sees; both 10 by default, as published. */
    public DomainExpansion replay(double pixels, double perceptual) {
        new ReplayLoss(pixels, perceptual, Optional.empty());
        return with(next -> {
            next.replayPixels = pixels;
            next.replayPerceptual = perceptual;
        });
    }

    /** The network that looks at replayed images; without one only pixels are compared. */
    public DomainExpansion seenBy(TapedFeatures network) {
        Objects.requireNonNull(network, "network");
        return with(next -> next.eye = Optional.of(network));
    }

    /** Weight of the domains' losses against the replay; 1 by default. */
    public DomainExpansion weight(double lambda) {
        return with(next -> next.expand = Ranges.positive("weight of the domains", lambda));
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
        return with(next -> {
            next.discriminator = Optional.of(judge);
            next.realImages = Optional.of(images);
            next.source = Ranges.positive("weight of the source loss", lambda);
        });
    }

    /** Samples per step; of each, one base image and one of a domain are drawn. */
    public DomainExpansion batch(int samples) {
        return with(next -> next.batch = Ranges.from("batch", samples, 1));
    }

    /**
     * Rates of Adam in the first half.
     *
     * @param weights of all weights, relative to the root mean square of each
     * @param domains of the styles of the new domains, in their own units
     */
    public DomainExpansion learningRates(double weights, double domains) {
        if (weights == 0 && domains == 0) {
            throw new IllegalArgumentException("Both learning rates are 0: nothing would be learnt.");
        }
        return with(next -> {
            next.learningRate = Ranges.fromZero("learning rate of the weights", weights);
            next.domainRate = Ranges.fromZero("learning rate of the domains", domains);
        });
    }

    /** Decay of the moving average of the weights, from 0 to below 1. */
    public DomainExpansion average(double decay) {
        if (!(decay >= 0 && decay < 1)) {
            throw new IllegalArgumentException("The decay is " + decay + ": it must be 0 to below 1, such as 0.998.");
        }
        return with(next -> next.average = decay);
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
        return with(next -> next.gradual = Ranges.share("share of gradual samples", share));
    }

    /**
     * Teaches two domains at once too. This share of the samples of a step enters two of the domains that have targets
     * ({@link TargetObjective}) wholly, and is to become the target of one made from the target of the other.
     *
     * @param share 0 to below 1; 0 by default, as published
     */
    public DomainExpansion mixtures(double share) {
        return with(next -> next.mixtures = Ranges.share("share of mixed samples", share));
    }

    /** Steps. */
    public DomainExpansion iterations(int steps) {
        return with(next -> next.iterations = Ranges.from("number of iterations", steps, 1));
    }

    /** Seed of samples and domains, 0 to 4294967295. */
    public DomainExpansion seed(long number) {
        return with(next -> next.seed = Sample.requireSeed(number));
    }

    /** Samples of the generator that training latents are drawn from; 16,384 by default. */
    public DomainExpansion latents(int samples) {
        return with(next -> next.latents = Ranges.from("number of latents", samples, 1));
    }

    /** Steps between points of the curve and checkpoints; a fortieth of all by default. */
    public DomainExpansion reportEvery(int steps) {
        return with(
                next -> next.evaluateEvery = OptionalInt.of(Ranges.from("number of steps between reports", steps, 1)));
    }

    /** Threads; two at most work, which is the default where there are two. Results do not depend on it. */
    public DomainExpansion threads(int count) {
        return with(next -> next.threads = Ranges.from("number of threads", count, 1));
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
        return with(next ->
                next.schedule = new DomainSchedule(Arrays.stream(ratios).boxed().toList(), choices.schedule.patience())
                        .requireFits(objectives.size()));
    }

    /**
     * Draws a domain no more when its loss has not fallen by a hundredth for so many points of the curve ({@link #reportEvery});
     * the others get its samples, and the training ends early when none is left. 0 by default, for never.
     */
    public DomainExpansion patience(int points) {
        return with(next -> next.schedule = new DomainSchedule(choices.schedule.shares(), points));
    }

    /**
     * Keeps in a folder, for each domain, the generator as it was when that domain's loss was least: {@code NAME.safetensors},
     * written at points of the curve.
     */
    public DomainExpansion snapshots(Path folder) {
        Objects.requireNonNull(folder, "folder");
        return with(next -> next.snapshots = Optional.of(folder));
    }

    /**
     * Goes on from what an earlier expansion of the same source has learnt, with these objectives and settings. Its domains
     * keep their directions; replay still holds the base to the source.
     *
     * @param earlier with domains of the names of the objectives, in their order; open until the training has ended
     */
    public DomainExpansion from(ExpandedGenerator earlier) {
        Objects.requireNonNull(earlier, "earlier");
        return with(next -> next.beginning = Optional.of(earlier));
    }

    DomainExpansion checkpoints(TrainingFile file) {
        return with(next -> next.checkpoints = Optional.of(file));
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
        if (choices.checkpoints.isEmpty()) {
            throw new IllegalStateException("Say with checkpoints(directory) where the checkpoints are.");
        }
        return run(generator, listener, true);
    }

    private ExpandedGenerator run(Generator generator, ProgressListener listener, boolean resumed) {
        LatentNetwork network = LatentNetwork.of(generator);
        ExpansionPlan plan = choices.beginning
                .map(earlier -> ExpansionPlan.goingOn(earlier, network, objectives))
                .orElseGet(() -> choices.directions.plan(network, objectives, choices.distance, listener.part(0, 0.1)));
        try (ExpansionRun run = new ExpansionRun(
                network, plan, choices.settings(objectives), choices.checkpoints, listener.part(0.1, 1))) {
            return run.snapshots(choices.snapshots)
                    .from(choices.beginning.map(LatentNetwork::of))
                    .train(resumed);
        }
    }
}
