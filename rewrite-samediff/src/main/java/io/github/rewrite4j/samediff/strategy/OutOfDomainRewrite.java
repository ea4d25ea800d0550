package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Rewrites one or several layers so that a generator draws an object that it never drew, from one to three pictures of
 * it (Gao et al., "Re-Generator", 2025).
 *
 * <p>The layers are a non-linear associative memory, trained by Adam to answer the keys of many samples with values that
 * the frozen decoder draws as the sample with the object on it. What counts is an {@link OutOfDomainLoss}: in images by
 * default, which needs no projector and worked best where it was measured; {@link #faithful} is the published form, with
 * features projected from the composites by a {@link BackwardProjector}. The learning rate is relative to the root mean
 * square of each weight and falls to zero over the second half.
 *
 * <p>Where the edit has exceptions, each step sees as many of them as contexts, and under the object they count three times as much: the
 * weights learn what tells one from the other. Fresh samples are then not measured, since the edit does not say which kind
 * each of them is; {@link io.github.rewrite4j.samediff.condition.ConditionalEffect} does that.
 *
 * <p>Cost: one pass of the generator for each context, then per step the rule and the decoder forward and backward on a
 * batch: on the bundled generator about 15 s on two cores in all. Immutable; the same seed gives the same patch on any
 * number of threads.
 */
public final class OutOfDomainRewrite implements RewriteStrategy<ExemplarEdit> {
    private static final int DEFAULT_STEPS = 240;
    private static final int STEPS_ON_TOP = 720;
    private static final int STEPS_OF_TRANSLATORS = 600;
    private static final int DEFAULT_BATCH = 8;
    private static final double DEFAULT_RATE = 0.04;
    private static final int CONDITIONAL_STEPS = 400;
    private static final double CONDITIONAL_RATE = 0.02;
    private static final double PUBLISHED_RATE = 0.005;
    private static final int PUBLISHED_STEPS = 1000;
    private static final int MEASURED_SAMPLES = 64;
    private static final long MEASURED_SEED = 2;

    /** The user's own; empty: what fits the memory. */
    private final Optional<OutOfDomainLoss> chosen;

    private final Optional<BackwardProjector> projector;
    private final Schedule schedule;
    private final int threads;
    private final Measured measured;
    private final Previews previews;

    /** Who sees the patch while it is being learnt, and how often. */
    private record Previews(int every, Consumer<Patch> to) {
        static final Previews NONE = new Previews(Integer.MAX_VALUE, patch -> {});
    }

    /** How long, with how much, how fast. */
    private record Schedule(OptionalInt steps, int batch, int replayBatch, double rate, long seed) {}

    /** What the report is measured on; no exemplars: those of the edit. */
    private record Measured(List<Exemplar> exemplars, int samples, long seed) {}

    private OutOfDomainRewrite(
            Optional<OutOfDomainLoss> chosen,
            Optional<BackwardProjector> projector,
            Schedule schedule,
            int threads,
            Measured measured,
            Previews previews) {
        if (chosen.isPresent() && chosen.get().needsProjection() && projector.isEmpty()) {
            throw new IllegalArgumentException("The loss asks for projected features: give a projector of the value"
                    + " layer, or set q to 0 in the split form.");
        }
        this.chosen = chosen;
        this.projector = projector;
        this.schedule = schedule;
        this.threads = threads;
        this.measured = measured;
        this.previews = previews;
    }

    private static OutOfDomainRewrite of(
            Optional<OutOfDomainLoss> chosen, Optional<BackwardProjector> projector, Schedule schedule) {
        int threads = Math.min(2, Runtime.getRuntime().availableProcessors());
        return new OutOfDomainRewrite(
                chosen,
                projector,
                schedule,
                threads,
                new Measured(List.of(), MEASURED_SAMPLES, MEASURED_SEED),
                Previews.NONE);
    }

    /**
     * The default: the loss in images, 240 steps of 8 samples. Where patches are in force already, {@link
     * OutOfDomainLoss#onTop()} and 720 steps, which leave more of what these draw; in networks that draw from pictures {@link
     * OutOfDomainLoss#betweenPictures()} and 600 steps, or {@link OutOfDomainLoss#inHoles()} where parts of these are known.
     */
    public static OutOfDomainRewrite inImages() {
        return of(
                Optional.empty(),
                Optional.empty(),
                new Schedule(OptionalInt.empty(), DEFAULT_BATCH, 0, DEFAULT_RATE, Sample.DEFAULT_SEED));
    }

    /**
     * For edits with exceptions, on {@link #conditionalMemoryOf}: the loss in images, 400 steps of 8 samples that show the object
     * and 8 that do not. More layers learn at once, so each goes slower.
     */
    public static OutOfDomainRewrite withExceptions() {
        return of(
                Optional.of(OutOfDomainLoss.inImages()),
                Optional.empty(),
                new Schedule(
                        OptionalInt.of(CONDITIONAL_STEPS), DEFAULT_BATCH, 0, CONDITIONAL_RATE, Sample.DEFAULT_SEED));
    }

    /** As published: projected features, weighted feature L1 with p = q = 1, no replay. */
    public static OutOfDomainRewrite faithful(BackwardProjector projector) {
        Objects.requireNonNull(projector, "projector");
        return of(
                Optional.of(OutOfDomainLoss.faithful()),
                Optional.of(projector),
                new Schedule(OptionalInt.of(PUBLISHED_STEPS), DEFAULT_BATCH, 0, PUBLISHED_RATE, Sample.DEFAULT_SEED));
    }

    /**
     * The memory that this works best on where nothing is known about a generator: the first layer whose values have at
     * least half the size of the image, together with the layers before and behind it. In a network that makes pictures
     * smaller first, as translators and inpainters do, what lies behind its codes: from the second half of the layers with the
     * smallest maps on where there are many of these, from the layer behind them where there are few.
     */
    public static AssociativeMemory memoryOf(Generator generator) {
        return ObjectLayers.of(generator).memory();
    }

    /**
     * The memory for a rule with exceptions: that of {@link #memoryOf} and up to two layers before it, which see more of the image
     * than the place where the object goes, and so what the exceptions have in common.
     */
    public static AssociativeMemory conditionalMemoryOf(Generator generator) {
        return ObjectLayers.of(generator).withExceptions().memory();
    }

    /** With another loss; terms with projected features need a projector as well. */
    public OutOfDomainRewrite loss(OutOfDomainLoss other) {
        Objects.requireNonNull(other, "other");
        return new OutOfDomainRewrite(Optional.of(other), projector, schedule, threads, measured, previews);
    }

    /** With another loss whose targets a projector gives. */
    public OutOfDomainRewrite loss(OutOfDomainLoss other, BackwardProjector by) {
        Objects.requireNonNull(other, "other");
        Objects.requireNonNull(by, "by");
        return new OutOfDomainRewrite(Optional.of(other), Optional.of(by), schedule, threads, measured, previews);
    }

    /** With another number of steps, at least 1. */
    public OutOfDomainRewrite steps(int steps) {
        requirePositive("steps", steps);
        return with(new Schedule(
                OptionalInt.of(steps), schedule.batch, schedule.replayBatch, schedule.rate, schedule.seed));
    }

    /**
     * With other batches.
     *
     * @param shown samples with an exemplar in each step, at least 1
     * @param replayed samples without one, where the loss replays; not negative
     */
    public OutOfDomainRewrite batch(int shown, int replayed) {
        requirePositive("samples in a batch", shown);
        if (replayed < 0) {
            throw new IllegalArgumentException("The number of replayed samples is " + replayed + ", below 0.");
        }
        return with(new Schedule(schedule.steps, shown, replayed, schedule.rate, schedule.seed));
    }

    /** With another learning rate, relative to the root mean square of each weight. */
    public OutOfDomainRewrite rate(double relative) {
        if (!(relative > 0) || Double.isInfinite(relative)) {
            throw new IllegalArgumentException("The learning rate is " + relative + ": give a positive number.");
        }
        return with(new Schedule(schedule.steps, schedule.batch, schedule.replayBatch, relative, schedule.seed));
    }

    /** With another seed of the batches. */
    public OutOfDomainRewrite seed(long seed) {
        return with(new Schedule(schedule.steps, schedule.batch, schedule.replayBatch, schedule.rate, seed));
    }

    /** On another number of threads; two at most work, which is the default where there are two. */
    public OutOfDomainRewrite threads(int count) {
        requirePositive("threads", count);
        return new OutOfDomainRewrite(chosen, projector, schedule, count, measured, previews);
    }

    /**
     * Measures the report on other samples or exemplars.
     *
     * @param exemplars goals, in turn; none: those of the edit
     * @param samples fresh ones, none of the edit's; 0 for no measurement
     */
    public OutOfDomainRewrite evaluatedOn(List<Exemplar> exemplars, int samples, long seed) {
        Objects.requireNonNull(exemplars, "exemplars");
        if (samples < 0) {
            throw new IllegalArgumentException("The number of samples is " + samples + ", below 0.");
        }
        return new OutOfDomainRewrite(
                chosen, projector, schedule, threads, new Measured(List.copyOf(exemplars), samples, seed), previews);
    }

    /**
     * Shows the patch while it is being learnt, so that a user sees the object come: after the first {@code every} steps of
     * training, after twice as many, and so on. What is learnt does not depend on it.
     *
     * @param every number of steps, at least 1
     * @param to gets the change so far, on the computing thread, which waits for it
     */
    public OutOfDomainRewrite previews(int every, Consumer<Patch> to) {
        Objects.requireNonNull(to, "to");
        requirePositive("steps between previews", every);
        return new OutOfDomainRewrite(chosen, projector, schedule, threads, measured, new Previews(every, to));
    }

    private OutOfDomainRewrite with(Schedule other) {
        return new OutOfDomainRewrite(chosen, projector, other, threads, measured, previews);
    }

    private static void requirePositive(String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException("The number of " + what + " is " + number + ": it must be at least 1.");
        }
    }

    @Override
    public String name() {
        OutOfDomainLoss loss = chosen.orElse(OutOfDomainLoss.inImages());
        return projector.isPresent() && loss.needsProjection()
                ? loss.needsImages() ? "out-of-domain/images-and-projected" : "out-of-domain/projected"
                : "out-of-domain/images";
    }

    /**
     * @throws RewriteException when the memory is no cut of a graph, the projector fits another layer, the generator draws
     *     no RGB or grey images, or the loss stops being finite
     */
    @Override
    public Rewrite rewrite(AssociativeMemory memory, ExemplarEdit edit, RewriteListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(edit, "edit");
        Objects.requireNonNull(listener, "listener");
        projector.ifPresent(p -> p.requireFits(memory));
        EditPreview.requireRoom(memory, measured.samples, edit.samples().size(), measured.seed);
        boolean onTop = !memory.spec().patches().isEmpty();
        PictureInputs inputs = PictureInputs.of(memory, edit.subjects().get(0));
        OutOfDomainLoss loss = chosen.orElse(onTop ? OutOfDomainLoss.onTop() : inputs.loss());
        int steps = schedule.steps.orElse(
                onTop ? STEPS_ON_TOP : inputs == PictureInputs.PICTURES ? STEPS_OF_TRANSLATORS : DEFAULT_STEPS);
        Stopwatch watch = new Stopwatch();
        ExemplarSet drawn = ExemplarSet.of(memory, edit, listener.part(0, 0.1));
        ExemplarSet set = loss.weighsEarlier()
                ? drawn.lookingAtEarlierPatches(memory, edit.subjects(), listener.part(0.1, 0.15))
                : drawn;
        Optional<float[]> projected = loss.needsProjection()
                ? Optional.of(ProjectedGoals.of(projector.orElseThrow(), set, listener.part(0.15, 0.2)))
                : Optional.empty();
        watch.lap("contexts");

        List<Parameter> weights = new ArrayList<>();
        memory.weights().forEach((name, weight) -> weights.add(Parameter.of(name, weight)));
        RuleTraining training = new RuleTraining(TapedMemory.of(memory), set, projected, loss, weights, schedule.seed);
        TrainingLoop.Curve curve = training.run(
                steps,
                schedule.batch,
                schedule.replayBatch,
                schedule.rate,
                threads,
                showing(memory, weights, listener.part(0.2, 0.9)));
        watch.lap("rewriting");

        ProgressListener measuring = listener.part(0.9, 1);
        measuring.report(Stage.MEASURING, 0, 1);
        TrainedRewrite trained = TrainedRewrite.of(this, memory, weights).settings(settings(loss, steps));
        if (loss.needsProjection()) {
            trained = trained.details(
                    Map.of("projector", projector.orElseThrow().spec().recipe().toString()));
        }
        if (measured.samples > 0 && edit.exceptions().isEmpty() && (!edit.paired() || !measured.exemplars.isEmpty())) {
            List<Exemplar> goals = measured.exemplars.isEmpty() ? edit.exemplars() : measured.exemplars;
            trained = trained.evaluatedOn(new TrainedRewrite.Goals(goals, measured.samples, measured.seed));
        }
        Rewrite rewrite = trained.trained(edit, curve, steps, watch);
        measuring.report(Stage.MEASURING, 1, 1);
        Patch patch = rewrite.patch();
        Map<String, String> notes = recipe(edit, loss, steps).among(patch.notes(), Optional.empty(), memory.spec());
        return new Rewrite(patch.noting(notes), rewrite.report());
    }

    private StrategyRecipe recipe(ExemplarEdit edit, OutOfDomainLoss loss, int steps) {
        List<String> facts = new ArrayList<>(ExemplarFacts.of(edit));
        measured.exemplars.forEach(goal -> facts.add(ExemplarFacts.of("goal", goal)));
        new TreeMap<>(settings(loss, steps)).forEach((name, value) -> facts.add(name + "=" + value));
        facts.add("replayed=" + schedule.replayBatch);
        projector.ifPresent(by -> facts.add("projector=" + by.spec().recipe()));
        facts.add("evaluatedOn=" + measured.samples + " of seed " + measured.seed);
        return new StrategyRecipe(false, "OutOfDomainRewrite", facts, measured.seed);
    }

    /** A listener that hears everything, and shows the weights between steps of training. */
    private RewriteListener showing(AssociativeMemory memory, List<Parameter> weights, RewriteListener listener) {
        return progress -> {
            boolean on = listener.onProgress(progress);
            if (on && progress.step() % previews.every == 0 && progress.step() < progress.total()) {
                previews.to.accept(TrainedRewrite.of(this, memory, weights).patch());
            }
            return on;
        };
    }

    private Map<String, String> settings(OutOfDomainLoss loss, int steps) {
        return Map.of(
                "loss", loss.toString(),
                "steps", Integer.toString(steps),
                "batch", Integer.toString(schedule.batch),
                "rate", Double.toString(schedule.rate),
                "seed", Long.toString(schedule.seed));
    }
}
