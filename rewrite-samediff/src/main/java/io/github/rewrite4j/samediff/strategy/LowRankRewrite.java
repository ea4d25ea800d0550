package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.PatchSamples;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.closedform.ContextDirections;
import io.github.rewrite4j.samediff.closedform.KeyNullSpace;
import io.github.rewrite4j.samediff.closedform.SelectedKeys;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.internal.Finite;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Model rewriting (Bau et al., ECCV 2020): W = W0 + Lambda D changes one layer only along the few directions D of key
 * space that the context of the edit occupies, so that other keys hardly notice.
 *
 * <p>The directions follow from the second moment C of the keys ({@link ContextDirections}); the amounts Lambda are free
 * for all output channels and kernel taps and are found by Levenberg-Marquardt, or by the published optimisers. Immutable;
 * each method returns a changed copy.
 */
public final class LowRankRewrite implements RewriteStrategy<Edit> {
    /** Weight of other keys against the new rule. */
    public static final double DEFAULT_GAMMA = 0.2;

    private static final int PUBLISHED_STEPS = 2001;
    private static final double PUBLISHED_RATE = 0.05;
    private static final int MOMENT_SAMPLES = 64;
    private static final int HELD_OUT_SAMPLES = 16;

    /** Where the ordinary keys and the fresh samples come from; apart from the default seed, which edits use. */
    private static final long MOMENT_SEED = 3;

    private static final long HELD_OUT_SEED = 4;

    private final LowRankSettings settings;
    private final Optional<KeyNullSpace> kept;

    private LowRankRewrite(LowRankSettings settings, Optional<KeyNullSpace> kept) {
        this.settings = settings;
        this.kept = kept;
    }

    private LowRankRewrite with(LowRankSettings other) {
        return new LowRankRewrite(other, kept);
    }

    LowRankSettings settings() {
        return settings;
    }

    /**
     * Hands the change out as soon as it is found, before it is measured, so that a user sees it at once.
     *
     * @param to gets it, on the computing thread, which waits for it
     */
    public LowRankRewrite solved(Consumer<Patch> to) {
        Objects.requireNonNull(to, "to");
        return with(settings.withSolved(to));
    }

    /**
     * Changes the layer along this many directions.
     *
     * @param rank 1 to 3 for one example, 10 to 16 for many: pastes differ, and a rule that should fit all of them needs
     *     directions for their differences
     */
    public static LowRankRewrite rank(int rank) {
        return new LowRankRewrite(LowRankSettings.usual(rank), Optional.empty());
    }

    /** Adam on the amounts: 2,001 steps at 0.05 times the root mean square of the weight. */
    public LowRankRewrite byAdam() {
        return byAdam(PUBLISHED_STEPS, PUBLISHED_RATE);
    }

    /**
     * The same with other steps and another rate.
     *
     * @param steps of Adam
     * @param relativeRate learning rate over the root mean square of the weight
     */
    public LowRankRewrite byAdam(int steps, double relativeRate) {
        return solvedBy(new AmountsAdam(steps, new LearningRate(relativeRate, true)));
    }

    /**
     * The published solver: Adam on the whole weight, projected onto the directions every ten of 2,001 steps. It does not end
     * at the loss of {@link #byAdam()}: the published runs of both on one insertion are a quarter apart after 51 steps.
     */
    public LowRankRewrite byProjectedGradient() {
        return byProjectedGradient(PUBLISHED_STEPS, PUBLISHED_RATE);
    }

    /**
     * The same with other steps and another rate.
     *
     * @param steps of Adam
     * @param relativeRate learning rate over the root mean square of the weight
     */
    public LowRankRewrite byProjectedGradient(int steps, double relativeRate) {
        return solvedBy(new ProjectedGradient(steps, new LearningRate(relativeRate, true)));
    }

    /** Levenberg-Marquardt with at most this many iterations; 30 is the default. */
    public LowRankRewrite byLevenbergMarquardt(int iterations) {
        return solvedBy(new LevenbergMarquardt(iterations));
    }

    /**
     * Levenberg-Marquardt on squared instead of absolute errors, with at most this many iterations: for rules that ask most of
     * their cells to stay, where absolute errors are smallest when nothing moves.
     */
    public LowRankRewrite byLeastSquares(int iterations) {
        return solvedBy(new LeastSquares(iterations));
    }

    /** How the context becomes directions; {@link ContextDirections#zca()} unless changed. */
    public LowRankRewrite directions(ContextDirections directions) {
        Objects.requireNonNull(directions, "directions");
        return with(settings.withDirections(directions));
    }

    /**
     * Weight of other keys against the new rule in Levenberg-Marquardt, {@value #DEFAULT_GAMMA} by default. At 0 the rule
     * is learnt best and everything else is at risk.
     */
    public LowRankRewrite gamma(double gamma) {
        return with(settings.withGamma(gamma));
    }

    /** Samples that the second moment of the keys is taken over; 1,000 of seed 1 by default. */
    public LowRankRewrite statistics(int samples, long seed) {
        return with(settings.withStatistics(samples, seed));
    }

    /** Keeps second moments on disk, so that the next edit of the layer starts at once. */
    public LowRankRewrite cache(CovarianceCache cache) {
        Objects.requireNonNull(cache, "cache");
        return with(settings.withCache(cache));
    }

    /** Images that the report is measured on, 64 by default; 0 measures none and saves their time. */
    public LowRankRewrite evaluatedOn(int freshSamples, long seed) {
        return with(settings.withFresh(freshSamples, seed));
    }

    /**
     * Takes only directions in which keys of earlier rules have no part, so that these keep their values whatever is learnt now:
     * exactly in the linear stage; where the layer demodulates by its weights, all values follow those a little.
     *
     * @param earlier of what the layer sees where earlier rules act, see {@link EarlierKeys}; its room bounds the rank
     */
    public LowRankRewrite keeping(KeyNullSpace earlier) {
        Objects.requireNonNull(earlier, "earlier");
        return new LowRankRewrite(settings, Optional.of(earlier));
    }

    private LowRankRewrite solvedBy(InsertionSolver solver) {
        return with(settings.withSolver(solver));
    }

    @Override
    public String name() {
        return settings.strategy();
    }

    /**
     * @throws RewriteException when the memory has no single-layer form, or the edit no paste
     * @throws IllegalArgumentException when the rank exceeds the channels or the selected keys
     * @throws io.github.rewrite4j.SingularSystemException when the keys' second moment is singular; give the directions a
     *     ridge then
     */
    @Override
    public Rewrite rewrite(AssociativeMemory memory, Edit edit, RewriteListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(edit, "edit");
        Objects.requireNonNull(listener, "listener");
        requireForm(memory);
        EditPreview.requireRoom(memory, settings.freshSamples(), edit.samples().size(), settings.freshSeed());
        Stopwatch watch = new Stopwatch();
        Rule rule = EditCompiler.rule(memory, edit);
        SelectedKeys context = EditCompiler.context(memory, edit);
        requireRank(memory, context);
        return rewrite(memory, rule, along(context), Optional.of(edit), watch, listener);
    }

    /**
     * The same for a rule that is given directly: whatever its keys are, they should give its goal, and so should keys that
     * look like the context. The report has no fresh samples, since nothing says what they should become.
     *
     * @param rule keys, goal and the cells that count
     * @param context keys that decide the directions
     */
    public Rewrite rewrite(AssociativeMemory memory, Rule rule, SelectedKeys context, RewriteListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(context, "context");
        Objects.requireNonNull(listener, "listener");
        requireRank(memory, context);
        return rewrite(memory, rule, along(context), Optional.empty(), new Stopwatch(), listener);
    }

    /**
     * The same along directions of the caller's own.
     *
     * @param own gives them, [rank, C_in] with orthonormal rows, for the second moment of the memory's keys; {@link #keeping}
     *     has no part in them
     */
    public Rewrite rewrite(
            AssociativeMemory memory, Rule rule, Function<KeyCovariance, Matrix> own, RewriteListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(own, "own");
        Objects.requireNonNull(listener, "listener");
        return rewrite(memory, rule, own, Optional.empty(), new Stopwatch(), listener);
    }

    /** The same with another rank. */
    LowRankRewrite ofRank(int rank) {
        return with(settings.withRank(rank));
    }

    /** Directions [rank, C_in] of a context. */
    Matrix directionsOf(KeyCovariance covariance, SelectedKeys context) {
        return kept.map(space -> space.directions(settings.directions(), covariance, context, settings.rank()))
                .orElseGet(() -> settings.directions().directions(covariance, context, settings.rank()));
    }

    private Function<KeyCovariance, Matrix> along(SelectedKeys context) {
        return covariance -> directionsOf(covariance, context);
    }

    private Rewrite rewrite(
            AssociativeMemory memory,
            Rule rule,
            Function<KeyCovariance, Matrix> along,
            Optional<Edit> edit,
            Stopwatch watch,
            RewriteListener listener) {
        LayerForm form = requireForm(memory);
        Set<Sample> used = edit.map(Edit::samples).orElse(Set.of());
        Finite.require(rule.goal(), "The numbers of the rule's goal", Finite.INPUT);
        watch.lap("edit");

        KeyCovariance covariance = settings.covariance(memory, listener.part(0, 0.3));
        watch.lap("statistics");
        Matrix found = along.apply(covariance);
        if (found.rows() != settings.rank()) {
            throw new IllegalArgumentException(
                    "There are " + found.rows() + " directions, but the rank is " + settings.rank() + ".");
        }
        watch.lap("directions");

        INDArray weight = Named.in(memory.weights(), form.weight());
        InsertionProblem problem = new InsertionProblem(form, weight, found, InsertionProblem.pairs(form, rule));
        Preservation preservation = settings.gamma() == 0
                ? Preservation.none(problem.unknowns())
                : preservation(memory, form, found, used, listener.part(0.3, 0.45));
        watch.lap("preparation");
        InsertionSolver.Solution solution = settings.solver().solve(problem, preservation, listener.part(0.45, 0.8));
        Patch patch = patch(memory, form, found, solution, edit);
        watch.lap("solve");
        settings.solved().accept(patch);

        ProgressListener measuring = listener.part(0.8, 1);
        measuring.report(Stage.MEASURING, 0, 1);
        RewriteReport.Interference interference =
                interference(memory, form, weight, found, solution.amounts(), used, measuring.part(0, 0.5));
        RewriteReport.Change change = ChangeFacts.of(patch.deltas().get(0), weight);
        EditMeasurement measured = EditMeasurement.of(
                memory,
                patch,
                rule,
                edit,
                new EditMeasurement.Fresh(settings.freshSamples(), settings.freshSeed()),
                new EditMeasurement.Size(change, "raise gamma, lower the rank, or show the object in more pastes"));
        measuring.report(Stage.MEASURING, 1, 1);
        watch.lap("measuring");
        RewriteReport report = new RewriteReport(
                name(),
                memory.spec().name(),
                OptionalInt.of(settings.rank()),
                measured.losses().before(),
                measured.losses().after(),
                solution.iterations(),
                measured.losses().residual(),
                change,
                Optional.of(interference),
                OptionalDouble.of(covariance.conditionNumber()),
                measured.fresh(),
                measured.meant(),
                watch.laps(),
                measured.details(),
                settings.warnings(covariance, measured));
        return Learnt.of(patch, report);
    }

    private Preservation preservation(
            AssociativeMemory memory, LayerForm form, Matrix found, Set<Sample> used, ProgressListener listener) {
        try (OrdinaryKeys ordinary =
                OrdinaryKeys.of(memory, form, EditPreview.fresh(used, MOMENT_SAMPLES, MOMENT_SEED), listener)) {
            return new Preservation(ordinary.patchesSeenThrough(found), settings.gamma());
        }
    }

    private static RewriteReport.Interference interference(
            AssociativeMemory memory,
            LayerForm form,
            INDArray weight,
            Matrix found,
            double[][] amounts,
            Set<Sample> used,
            ProgressListener listener) {
        try (OrdinaryKeys heldOut =
                OrdinaryKeys.of(memory, form, EditPreview.fresh(used, HELD_OUT_SAMPLES, HELD_OUT_SEED), listener)) {
            return heldOut.interference(weight, found, amounts);
        }
    }

    private LayerForm requireForm(AssociativeMemory memory) {
        return memory.form()
                .orElseThrow(() -> new RewriteException("The memory "
                        + memory.spec().name() + " is not a single layer of known form, which " + name()
                        + " needs; choose one layer."));
    }

    private void requireRank(AssociativeMemory memory, SelectedKeys context) {
        int rank = settings.rank();
        int channels = memory.spec().keyShape().channels();
        if (rank > channels || rank > context.count()) {
            throw new IllegalArgumentException("Rank " + rank + " is too large: the keys of "
                    + memory.spec().name() + " have "
                    + channels + " channels and the context selects " + context.count()
                    + " keys. Lower the rank or select more context.");
        }
    }

    /** The second moment of the keys that this takes directions by. */
    KeyCovariance covarianceOf(AssociativeMemory memory, ProgressListener listener) {
        return settings.covariance(memory, listener);
    }

    private StrategyRecipe recipe() {
        StrategyRecipe recipe = settings.recipe();
        if (kept.isEmpty()) {
            return recipe;
        }
        List<String> facts = new ArrayList<>(recipe.settings());
        facts.add("keeping=" + (kept.get().dimension() - kept.get().room()) + " directions of earlier keys");
        return new StrategyRecipe(false, recipe.call(), facts, recipe.freshSeed());
    }

    private Patch patch(
            AssociativeMemory memory,
            LayerForm form,
            Matrix found,
            InsertionSolver.Solution solution,
            Optional<Edit> edit) {
        double[][] amounts = solution.amounts();
        INDArray left = Nd4j.createFromArray(amounts)
                .reshape(
                        amounts.length,
                        settings.rank(),
                        form.stage().kernelHeight(),
                        form.stage().kernelWidth());
        String layer = memory.spec().name();
        Map<String, String> notes = settings.notes(layer);
        Map<String, String> made = edit.map(
                        e -> recipe().among(notes, Optional.of(settings.plan(e, layer)), memory.spec()))
                .orElse(notes);
        return Patch.learntAt(
                memory.spec(),
                List.of(new WeightDelta.LowRank(form.weight(), left, found.toArray())),
                edit.flatMap(e -> PatchSamples.of(e.subjects()))
                        .map(samples -> samples.among(made))
                        .orElse(made));
    }
}
