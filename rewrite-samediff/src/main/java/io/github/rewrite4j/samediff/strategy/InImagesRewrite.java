package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.PatchSamples;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.samediff.memory.ImageTraining;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * Learns an edit of copy and paste in images: the weights of the memory are trained by Adam until samples show under the
 * object what its pasted values decode to, and elsewhere what they showed. Besides the pastes of the edit it pastes into
 * further samples by itself, since what one rule has to answer are the keys of all of them.
 *
 * <p>It needs no context and no statistics, reaches more than a change along context directions does, and takes seconds
 * instead of one. The change of a single layer is then given the smallest rank that keeps 95 % of what was won, see
 * {@link #rank}. Immutable; the same edit gives the same patch on any number of threads.
 */
public final class InImagesRewrite implements RewriteStrategy<Edit> {
    /** Samples that it learns on unless told otherwise. */
    public static final int DEFAULT_SHOWN = 256;

    /** Steps of Adam unless told otherwise. */
    public static final int DEFAULT_STEPS = 120;

    private static final double RATE = 0.04;

    /** Where there are exceptions: more layers learn at once, each slower. */
    private static final double CONDITIONAL_RATE = 0.02;

    private static final int CONDITIONAL_STEPS = 400;
    private static final int WARM = 40;

    /** Weight of all pixels outside of the object against those under it. */
    private static final double ELSEWHERE = 4;

    private static final double KEPT = 0.95;
    private static final List<Integer> RANKS = List.of(4, 8, 12, 16, 24, 32, 48, 64);
    private static final int JUDGED = 32;
    private static final int STATISTICS = 200;

    /** Apart from the seeds of edits, fresh samples and statistics. */
    private static final long SHOWN_SEED = 5;

    private static final long OTHER_SEED = 8;

    private final int shown;
    private final int steps;
    private final OptionalInt rank;
    private final int freshSamples;
    private final long freshSeed;
    private final Optional<Sides> sides;

    /** Samples that show the object, and others that stay as they are. */
    private record Sides(List<Sample> shown, List<Sample> exceptions) {}

    private InImagesRewrite(
            int shown, int steps, OptionalInt rank, int freshSamples, long freshSeed, Optional<Sides> sides) {
        this.shown = shown;
        this.steps = steps;
        this.rank = rank;
        this.freshSamples = freshSamples;
        this.freshSeed = freshSeed;
        this.sides = sides;
    }

    /** The default: on {@value #DEFAULT_SHOWN} samples, {@value #DEFAULT_STEPS} steps, the rank chosen. */
    public static InImagesRewrite standard() {
        return new InImagesRewrite(DEFAULT_SHOWN, DEFAULT_STEPS, OptionalInt.empty(), 64, 2, Optional.empty());
    }

    /**
     * Learns on this many samples: the pastes of the edit and, when they are fewer, others that they are joined by. 1 leaves it
     * at the pastes of the edit. Takes the place of samples and exceptions that were named before.
     */
    public InImagesRewrite shownOn(int samples) {
        requirePositive("samples", samples);
        return new InImagesRewrite(samples, steps, rank, freshSamples, freshSeed, Optional.empty());
    }

    /**
     * For some images only: the object is shown on the pastes of the edit and these samples, and not on the exceptions, which count as much.
     * What tells one from the other, the weights learn; that takes several layers
     * ({@link OutOfDomainRewrite#conditionalMemoryOf}) and more steps, {@value #CONDITIONAL_STEPS} unless told otherwise afterwards.
     * Fresh samples are then not measured, since nothing says which kind each of them is;
     * {@link io.github.rewrite4j.samediff.condition.ConditionalEffect} does that.
     *
     * @param samples such as those without long hair, at least one
     * @param exceptions such as those with it, at least one, none of the samples
     */
    public InImagesRewrite shownOn(List<Sample> samples, List<Sample> exceptions) {
        Objects.requireNonNull(samples, "samples");
        Objects.requireNonNull(exceptions, "exceptions");
        requirePositive("samples", samples.size());
        requirePositive("exceptions", exceptions.size());
        if (exceptions.stream().anyMatch(samples::contains)) {
            throw new IllegalArgumentException(
                    "A sample shows the object or is an exception, but some are named as both: leave them out of one.");
        }
        return new InImagesRewrite(
                shown,
                CONDITIONAL_STEPS,
                rank,
                freshSamples,
                freshSeed,
                Optional.of(new Sides(List.copyOf(samples), List.copyOf(exceptions))));
    }

    /** Takes this many steps. */
    public InImagesRewrite steps(int number) {
        requirePositive("steps", number);
        return new InImagesRewrite(shown, number, rank, freshSamples, freshSeed, sides);
    }

    /** Cuts the change of a single layer down to this rank; left to the strategy, the smallest that keeps 95 %. */
    public InImagesRewrite rank(int number) {
        requirePositive("directions", number);
        return new InImagesRewrite(shown, steps, OptionalInt.of(number), freshSamples, freshSeed, sides);
    }

    /** Images that the report is measured on, 64 by default; 0 measures none. */
    public InImagesRewrite evaluatedOn(int samples, long seed) {
        if (samples < 0) {
            throw new IllegalArgumentException("The number of samples is not negative, but was " + samples + ".");
        }
        return new InImagesRewrite(shown, steps, rank, samples, seed, sides);
    }

    private static void requirePositive(String what, int number) {
        if (number < 1) {
            throw new IllegalArgumentException("The number of " + what + " is at least 1, but was " + number + ".");
        }
    }

    @Override
    public String name() {
        return "in-images";
    }

    /**
     * @throws io.github.rewrite4j.RewriteException when the edit pastes nowhere, the memory gives no gradients, or the training
     *     diverges
     */
    @Override
    public Rewrite rewrite(AssociativeMemory memory, Edit edit, RewriteListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(edit, "edit");
        Objects.requireNonNull(listener, "listener");
        EditPreview.requireRoom(memory, freshSamples, edit.samples().size(), freshSeed);
        Stopwatch watch = new Stopwatch();
        Rule rule = EditCompiler.rule(memory, edit);
        List<Selection> pastes = pastes(edit);
        int exceptions = sides.map(both -> both.exceptions.size()).orElse(0);
        PastedGoals goals =
                PastedGoals.of(memory, edit, pastes, pastes.size() - exceptions, ELSEWHERE, listener.part(0, 0.2));
        watch.lap("edit");
        List<Subject> subjects = pastes.stream().map(Selection::subject).toList();
        ImageTraining training =
                new ImageTraining(memory, memory, Set.copyOf(memory.weights().keySet()), subjects, goals);
        TrainingLoop.Curve curve = training.run(
                Stage.REWRITING,
                steps,
                sides.isPresent() ? WARM : 0,
                sides.isPresent() ? CONDITIONAL_RATE : RATE,
                listener.part(0.2, 0.75));
        watch.lap("solve");
        List<WeightDelta> deltas = lowered(memory, training.changes(), subjects, goals, listener.part(0.75, 0.85));
        Patch patch = patch(memory, edit, deltas, subjects, curve);
        watch.lap("rank");
        ProgressListener measuring = listener.part(0.85, 1);
        measuring.report(Stage.MEASURING, 0, 1);
        RewriteReport report = EditReport.of(
                name(),
                memory,
                rule,
                edit,
                patch,
                steps,
                new EditReport.Ask(
                        new EditMeasurement.Fresh(sides.isPresent() ? 0 : freshSamples, freshSeed),
                        "show the object on more samples, or take fewer steps",
                        Map.of("shownOn", pastes.size() + " samples")),
                watch);
        measuring.report(Stage.MEASURING, 1, 1);
        return Learnt.of(patch, report);
    }

    /** Those of the edit, then others at the place of its first; of samples only, since nobody knows other inputs. */
    private List<Selection> pastes(Edit edit) {
        List<Selection> pastes = new ArrayList<>(edit.pastes());
        if (sides.isPresent()) {
            Region place = pastes.get(0).region();
            sides.get().shown.forEach(sample -> pastes.add(new Selection(sample, place)));
            sides.get().exceptions.forEach(sample -> pastes.add(new Selection(sample, place)));
            return pastes;
        }
        boolean samples = pastes.stream().allMatch(paste -> paste.subject() instanceof Sample);
        if (samples && pastes.size() < shown) {
            Region region = pastes.get(0).region();
            long seed = freshSeed == SHOWN_SEED ? OTHER_SEED : SHOWN_SEED;
            EditPreview.fresh(edit.samples(), shown - pastes.size(), seed)
                    .forEach(sample -> pastes.add(new Selection(sample, region)));
        }
        return pastes;
    }

    private List<WeightDelta> lowered(
            AssociativeMemory memory,
            List<WeightDelta> changes,
            List<Subject> subjects,
            PastedGoals goals,
            ProgressListener listener) {
        if (changes.size() != 1 || memory.form().isEmpty()) {
            return changes;
        }
        if (rank.isPresent() && rank.getAsInt() >= memory.spec().keyShape().channels()) {
            return changes;
        }
        WeightDelta.Dense whole = (WeightDelta.Dense) changes.get(0);
        RankChoice choice = new RankChoice(whole, memory.covariance(STATISTICS, Sample.DEFAULT_SEED, listener));
        if (rank.isPresent()) {
            return List.of(choice.of(rank.getAsInt()));
        }
        List<Subject> judged = subjects.subList(0, Math.min(JUDGED, subjects.size()));
        double unchanged = goals.distance(RankChoice.drawn(memory, judged));
        return List.of(choice.smallest(
                RANKS,
                KEPT,
                unchanged,
                delta -> goals.distance(RankChoice.drawn(
                        memory.with(Patch.learntAt(memory.spec(), List.of(delta), Map.of())), judged))));
    }

    private StrategyRecipe recipe() {
        return new StrategyRecipe(
                sides.isEmpty(),
                "InImagesRewrite",
                List.of(
                        "shown="
                                + sides.map(both -> both.shown + " but not " + both.exceptions)
                                        .orElse(Integer.toString(shown)),
                        "steps=" + steps,
                        "rank=" + (rank.isPresent() ? Integer.toString(rank.getAsInt()) : "chosen"),
                        "evaluatedOn=" + freshSamples + " of seed " + freshSeed),
                freshSeed);
    }

    private Patch patch(
            AssociativeMemory memory,
            Edit edit,
            List<WeightDelta> deltas,
            List<Subject> subjects,
            TrainingLoop.Curve curve) {
        EditPlan plan = new EditPlan(edit, memory.spec().name(), new Method.InImages(shown, steps, rank), freshSamples);
        Map<String, String> notes = new TreeMap<>(Map.of(
                "layer", memory.spec().name(),
                "strategy", name(),
                "steps", Integer.toString(steps),
                "loss", String.format(Locale.ROOT, "%.4f -> %.4f", curve.start(), curve.end())));
        return Patch.learntAt(
                memory.spec(),
                deltas,
                recipe().among(
                                PatchSamples.of(subjects)
                                        .map(samples -> samples.among(notes))
                                        .orElse(notes),
                                Optional.of(plan),
                                memory.spec()));
    }
}
