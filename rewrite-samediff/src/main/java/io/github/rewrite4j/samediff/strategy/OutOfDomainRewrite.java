package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.BackwardProjector;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.samediff.graph.Named;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

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
 * <p>Cost: one pass of the generator for each context, then per step the rule and the decoder forward and backward on a
 * batch: on the bundled generator about 10 s on one core in all. Immutable; the same seed gives the same patch on any
 * number of threads.
 */
public final class OutOfDomainRewrite implements RewriteStrategy<ExemplarEdit> {
    private static final int DEFAULT_STEPS = 300;
    private static final int DEFAULT_BATCH = 8;
    private static final double DEFAULT_RATE = 0.05;
    private static final double PUBLISHED_RATE = 0.005;
    private static final int PUBLISHED_STEPS = 1000;
    private static final int MEASURED_SAMPLES = 64;
    private static final long MEASURED_SEED = 2;

    private final OutOfDomainLoss loss;
    private final Optional<BackwardProjector> projector;
    private final Schedule schedule;
    private final int threads;
    private final Measured measured;

    /** How long, with how much, how fast. */
    private record Schedule(int steps, int batch, int replayBatch, double rate, long seed) {}

    /** What the report is measured on; no exemplars: those of the edit. */
    private record Measured(List<Exemplar> exemplars, int samples, long seed) {}

    private OutOfDomainRewrite(
            OutOfDomainLoss loss,
            Optional<BackwardProjector> projector,
            Schedule schedule,
            int threads,
            Measured measured) {
        if (loss.needsProjection() && projector.isEmpty()) {
            throw new IllegalArgumentException("The loss asks for projected features: give a projector of the value"
                    + " layer, or set q to 0 in the split form.");
        }
        this.loss = loss;
        this.projector = projector;
        this.schedule = schedule;
        this.threads = threads;
        this.measured = measured;
    }

    private static OutOfDomainRewrite of(OutOfDomainLoss loss, Optional<BackwardProjector> projector, Schedule schedule) {
        int threads = Math.min(2, Runtime.getRuntime().availableProcessors());
        return new OutOfDomainRewrite(
                loss, projector, schedule, threads, new Measured(List.of(), MEASURED_SAMPLES, MEASURED_SEED));
    }

    /** The default: the loss in images, 300 steps of 8 samples. */
    public static OutOfDomainRewrite inImages() {
        return of(
                OutOfDomainLoss.inImages(),
                Optional.empty(),
                new Schedule(DEFAULT_STEPS, DEFAULT_BATCH, 0, DEFAULT_RATE, Sample.DEFAULT_SEED));
    }

    /** As published: projected features, weighted feature L1 with p = q = 1, no replay. */
    public static OutOfDomainRewrite faithful(BackwardProjector projector) {
        return of(
                OutOfDomainLoss.faithful(),
                Optional.of(projector),
                new Schedule(PUBLISHED_STEPS, DEFAULT_BATCH, 0, PUBLISHED_RATE, Sample.DEFAULT_SEED));
    }

    /** With another loss; terms with projected features need a projector as well. */
    public OutOfDomainRewrite loss(OutOfDomainLoss other) {
        return new OutOfDomainRewrite(other, projector, schedule, threads, measured);
    }

    /** With another loss whose targets a projector gives. */
    public OutOfDomainRewrite loss(OutOfDomainLoss other, BackwardProjector by) {
        return new OutOfDomainRewrite(other, Optional.of(by), schedule, threads, measured);
    }

    /** With another number of steps, at least 1. */
    public OutOfDomainRewrite steps(int steps) {
        requirePositive("steps", steps);
        return with(new Schedule(steps, schedule.batch, schedule.replayBatch, schedule.rate, schedule.seed));
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
        return new OutOfDomainRewrite(loss, projector, schedule, count, measured);
    }

    /**
     * Measures the report on other samples or exemplars.
     *
     * @param exemplars goals, in turn; none: those of the edit
     * @param samples fresh ones, none of the edit's; 0 for no measurement
     */
    public OutOfDomainRewrite evaluatedOn(List<Exemplar> exemplars, int samples, long seed) {
        if (samples < 0) {
            throw new IllegalArgumentException("The number of samples is " + samples + ", below 0.");
        }
        return new OutOfDomainRewrite(
                loss, projector, schedule, threads, new Measured(List.copyOf(exemplars), samples, seed));
    }

    private OutOfDomainRewrite with(Schedule other) {
        return new OutOfDomainRewrite(loss, projector, other, threads, measured);
    }

    private static void requirePositive(String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException("The number of " + what + " is " + number + ": it must be at least 1.");
        }
    }

    @Override
    public String name() {
        return projector.isPresent() && loss.needsProjection()
                ? loss.needsImages() ? "out-of-domain/images-and-projected" : "out-of-domain/projected"
                : "out-of-domain/images";
    }

    /**
     * @throws RewriteException when the memory is no cut of a graph, the projector fits another layer, the generator draws
     *     no square RGB images, or the loss stops being finite
     */
    @Override
    public Rewrite rewrite(AssociativeMemory memory, ExemplarEdit edit, RewriteListener listener) {
        projector.ifPresent(p -> p.requireFits(memory));
        Stopwatch watch = new Stopwatch();
        ExemplarSet set = ExemplarSet.of(memory, edit.exemplars(), edit.contexts(), listener);
        Optional<float[]> projected = loss.needsProjection()
                ? Optional.of(ProjectedGoals.of(projector.orElseThrow(), set, listener))
                : Optional.empty();
        watch.lap("contexts");

        SortedMap<String, INDArray> before = memory.weights();
        List<Parameter> weights = new ArrayList<>();
        before.forEach((name, weight) -> weights.add(Parameter.of(name, weight)));
        RuleTraining training =
                new RuleTraining(TapedMemory.of(memory), set, projected, loss, weights, schedule.seed);
        RuleTraining.Curve curve =
                training.run(schedule.steps, schedule.batch, schedule.replayBatch, schedule.rate, threads, listener);
        Patch patch = patch(memory, edit, before, weights);
        watch.lap("rewriting");

        listener.report("measuring", 0, 1);
        Optional<RewriteReport.FreshSamples> fresh = measured.samples == 0
                ? Optional.empty()
                : Optional.of(ExemplarPreview.of(
                                memory,
                                patch,
                                goals(edit),
                                EditPreview.fresh(edit.samples(), measured.samples, measured.seed))
                        .measure());
        RewriteReport.Change change = ChangeFacts.of(patch.deltas(), before);
        listener.report("measuring", 1, 1);
        watch.lap("measuring");
        return new Rewrite(
                patch,
                new RewriteReport(
                        name(),
                        memory.spec().name(),
                        OptionalInt.empty(),
                        curve.start(),
                        curve.end(),
                        schedule.steps,
                        curve.start() == 0 ? 0 : curve.end() / curve.start(),
                        change,
                        Optional.empty(),
                        OptionalDouble.empty(),
                        fresh,
                        watch.laps(),
                        details(edit),
                        warnings(edit, change)));
    }

    private List<Exemplar> goals(ExemplarEdit edit) {
        return measured.exemplars.isEmpty() ? edit.exemplars() : measured.exemplars;
    }

    private Patch patch(
            AssociativeMemory memory, ExemplarEdit edit, SortedMap<String, INDArray> before, List<Parameter> weights) {
        List<WeightDelta> deltas = new ArrayList<>();
        for (Parameter weight : weights) {
            INDArray delta = weight.toArray().subi(Named.in(before, weight.name()));
            deltas.add(new WeightDelta.Dense(weight.name(), delta));
        }
        return new Patch(
                memory.spec().generator().baseFingerprint(),
                deltas,
                Map.of(
                        "layer", memory.spec().name(),
                        "strategy", name(),
                        "exemplars", names(edit.exemplars()),
                        "contexts", Integer.toString(edit.contexts().size()),
                        "steps", Integer.toString(schedule.steps),
                        "rate", Double.toString(schedule.rate),
                        "seed", Long.toString(schedule.seed)));
    }

    private Map<String, String> details(ExemplarEdit edit) {
        Map<String, String> details = new LinkedHashMap<>();
        details.put("exemplars", names(edit.exemplars()));
        details.put("contexts", Integer.toString(edit.contexts().size()));
        if (measured.samples > 0) {
            details.put("goals", names(goals(edit)));
        }
        projector.filter(p -> loss.needsProjection())
                .ifPresent(p -> details.put("projector", p.spec().recipe().toString()));
        return details;
    }

    private static String names(List<Exemplar> exemplars) {
        return exemplars.stream().map(Exemplar::name).collect(Collectors.joining(", "));
    }

    private static List<String> warnings(ExemplarEdit edit, RewriteReport.Change change) {
        List<String> warnings = new ArrayList<>();
        if (edit.contexts().size() < 32) {
            warnings.add("shown on " + edit.contexts().size()
                    + " contexts only: more of them help more than anything else, 128 are usual");
        }
        if (change.relativeNorm() > 1) {
            warnings.add("the change is larger than the weights; lower the learning rate");
        }
        return warnings;
    }
}
