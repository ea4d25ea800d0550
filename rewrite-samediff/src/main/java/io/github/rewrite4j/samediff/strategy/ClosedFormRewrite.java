package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.LinearStage;
import io.github.rewrite4j.Patch;
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
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.closedform.ClosedForm;
import io.github.rewrite4j.samediff.closedform.KeyNullSpace;
import io.github.rewrite4j.samediff.closedform.LinearUpdate;
import io.github.rewrite4j.samediff.closedform.MemitUpdate;
import io.github.rewrite4j.samediff.closedform.RidgeUpdate;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.internal.Finite;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Writes a rule into a layer by a {@link ClosedForm}, without iteration.
 *
 * <p>A closed form speaks of linear layers. Here it acts on the linear stage, with the activation inverted and the
 * demodulation frozen at the weights as they are. Two kinds of keys:
 *
 * <ul>
 *   <li>{@linkplain #onPatches patches}: all that the kernel sees at a cell, in x taps numbers; the change is free in
 *       every tap, and exact forms are exact for the linear stage.
 *   <li>{@linkplain #onChannels channels}: the key at the cell itself; the change is in the centre tap alone. It needs a
 *       stage that keeps the grid: stride 1, odd kernel, centred.
 * </ul>
 *
 * <p>Each cell in the boxes of the rule is one pair. The note {@code linearResidual} of the patch holds
 * |wanted - W1 u| / |wanted - W0 u| of the linear stage (Frobenius); the report's losses are those of the whole layer,
 * where the demodulation follows the new weights. Cost: one factorisation of the keys' second moment. Immutable.
 */
public final class ClosedFormRewrite implements RewriteStrategy<Edit> {
    private static final int HELD_OUT_SAMPLES = 16;
    private static final long HELD_OUT_SEED = 4;

    private enum KeyKind {
        CHANNELS,
        PATCHES
    }

    private final ClosedForm form;
    private final KeyKind kind;
    private final int statisticsSamples;
    private final long statisticsSeed;
    private final int freshSamples;
    private final long freshSeed;
    private final List<Function<AssociativeMemory, Rule>> kept;

    private ClosedFormRewrite(
            ClosedForm form,
            KeyKind kind,
            int statisticsSamples,
            long statisticsSeed,
            int freshSamples,
            long freshSeed,
            List<Function<AssociativeMemory, Rule>> kept) {
        this.form = form;
        this.kind = kind;
        this.statisticsSamples = statisticsSamples;
        this.statisticsSeed = statisticsSeed;
        this.freshSamples = freshSamples;
        this.freshSeed = freshSeed;
        this.kept = List.copyOf(kept);
    }

    /** Changes the centre tap, by keys of single cells; statistics over 1,000 samples of seed 1. */
    public static ClosedFormRewrite onChannels(ClosedForm form) {
        Objects.requireNonNull(form, "form");
        return new ClosedFormRewrite(form, KeyKind.CHANNELS, 1000, Sample.DEFAULT_SEED, 64, 2, List.of());
    }

    /** Changes the whole kernel, by keys of patches; statistics over 200 samples of seed 1. */
    public static ClosedFormRewrite onPatches(ClosedForm form) {
        Objects.requireNonNull(form, "form");
        return new ClosedFormRewrite(form, KeyKind.PATCHES, 200, Sample.DEFAULT_SEED, 64, 2, List.of());
    }

    /** Samples that the second moment of the keys is taken over. */
    public ClosedFormRewrite statistics(int samples, long seed) {
        if (samples < 1) {
            throw new IllegalArgumentException("Statistics need at least one sample, but got " + samples + ".");
        }
        return new ClosedFormRewrite(form, kind, samples, seed, freshSamples, freshSeed, kept);
    }

    /** Images that the report is measured on, 64 by default; 0 measures none. */
    public ClosedFormRewrite evaluatedOn(int samples, long seed) {
        if (samples < 0) {
            throw new IllegalArgumentException("The number of samples is not negative, but was " + samples + ".");
        }
        return new ClosedFormRewrite(form, kind, statisticsSamples, statisticsSeed, samples, seed, kept);
    }

    /**
     * Leaves the keys of an earlier edit their values: the change lies in their null space ({@link KeyNullSpace}), exactly so in the
     * linear stage; where a layer demodulates by its weights, the values follow those. May be repeated.
     *
     * <p>On patches a kernel of 3 x 3 over c channels has 9 c directions, of which each cell of an earlier rule takes one; on channels
     * there are c. Where none are left, the rewrite is refused.
     */
    public ClosedFormRewrite keeping(Edit earlier) {
        Objects.requireNonNull(earlier, "earlier");
        return alsoKeeping(memory -> EditCompiler.rule(memory, earlier));
    }

    /** The same for a rule that was given directly. */
    public ClosedFormRewrite keeping(Rule earlier) {
        Objects.requireNonNull(earlier, "earlier");
        return alsoKeeping(memory -> earlier);
    }

    private ClosedFormRewrite alsoKeeping(Function<AssociativeMemory, Rule> earlier) {
        List<Function<AssociativeMemory, Rule>> all = new ArrayList<>(kept);
        all.add(earlier);
        return new ClosedFormRewrite(form, kind, statisticsSamples, statisticsSeed, freshSamples, freshSeed, all);
    }

    @Override
    public String name() {
        return "closed-form/" + kind.name().toLowerCase(Locale.ROOT) + "/"
                + form.getClass().getSimpleName();
    }

    /**
     * @throws RewriteException when the memory has no single-layer form, or the stage does not keep the grid and keys are
     *     channels
     * @throws IllegalArgumentException when the form cannot write so many pairs; select a smaller region, or a form that
     *     compromises
     * @throws io.github.rewrite4j.SingularSystemException when the keys' second moment is singular
     */
    @Override
    public Rewrite rewrite(AssociativeMemory memory, Edit edit, RewriteListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(edit, "edit");
        Objects.requireNonNull(listener, "listener");
        EditPreview.requireRoom(memory, freshSamples, edit.samples().size(), freshSeed);
        Stopwatch watch = new Stopwatch();
        Rule rule = EditCompiler.rule(memory, edit);
        watch.lap("edit");
        return rewrite(memory, rule, Optional.of(edit), watch, listener);
    }

    /** The same for a rule that is given directly; the report has no fresh samples. */
    public Rewrite rewrite(AssociativeMemory memory, Rule rule, RewriteListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(listener, "listener");
        return rewrite(memory, rule, Optional.empty(), new Stopwatch(), listener);
    }

    private Rewrite rewrite(
            AssociativeMemory memory, Rule rule, Optional<Edit> edit, Stopwatch watch, RewriteListener listener) {
        LayerForm layer = memory.form()
                .orElseThrow(() -> new RewriteException(
                        "The memory " + memory.spec().name() + " is not a single layer of known form, which " + name()
                                + " needs; choose one layer."));
        if (layer.filters().isPresent()) {
            throw new RewriteException("The values of " + memory.spec().name()
                    + " lie behind filters that cannot be inverted cell by cell, which " + name()
                    + " needs. Use LowRankRewrite, which solves through the filters.");
        }
        INDArray weight = Named.in(memory.weights(), layer.weight());
        Finite.require(rule.goal(), "The numbers of the rule's goal", Finite.INPUT);
        LinearGoals goals = LinearGoals.of(layer, weight, memory.spec().keyShape(), rule);
        KeyCovariance covariance = covariance(memory, layer.stage(), listener.part(0, 0.6));
        watch.lap("statistics");
        ClosedForm solver = keeping(memory, layer, weight);
        WeightDelta delta = kind == KeyKind.PATCHES
                ? onPatches(solver, layer, weight, goals, covariance)
                : onCentre(solver, layer, weight, goals, covariance);
        double residual = residual(weight, delta, goals);
        Map<String, String> notes = Map.of(
                "layer", memory.spec().name(),
                "strategy", name(),
                "pairs", Integer.toString(goals.patches().columns()),
                "linearResidual", Double.toString(residual));
        Patch patch = Patch.learntAt(
                memory.spec(),
                List.of(delta),
                edit.map(e -> recipe().among(notes, Optional.of(plan(e, memory)), memory.spec()))
                        .orElse(notes));
        watch.lap("solve");

        ProgressListener measuring = listener.part(0.6, 1);
        measuring.report(Stage.MEASURING, 0, 1);
        Set<Sample> used = edit.map(Edit::samples).orElse(Set.of());
        OrdinaryKeys heldOut = OrdinaryKeys.of(
                memory, layer, EditPreview.fresh(used, HELD_OUT_SAMPLES, HELD_OUT_SEED), measuring.part(0, 0.5));
        Matrix all = Matrix.identity(Math.toIntExact(weight.size(1)));
        double[][] amounts = rows(CellChange.unfold(delta.toDense()).transpose());
        RewriteReport.Interference interference = heldOut.interference(weight, all, amounts);
        RewriteReport.Change change = ChangeFacts.of(delta, weight);
        EditMeasurement measured = EditMeasurement.of(
                memory,
                patch,
                rule,
                edit,
                new EditMeasurement.Fresh(freshSamples, freshSeed),
                new EditMeasurement.Size(
                        change, "select fewer cells, or choose a form that compromises, with a ridge"));
        measuring.report(Stage.MEASURING, 1, 1);
        watch.lap("measuring");
        Map<String, String> details = new LinkedHashMap<>(measured.details());
        details.put("pairs", Integer.toString(goals.patches().columns()));
        details.put("linearStage", String.format(Locale.ROOT, "residual %.2g, demodulation frozen", residual));
        return Learnt.of(
                patch,
                new RewriteReport(
                        name(),
                        memory.spec().name(),
                        OptionalInt.empty(),
                        measured.losses().before(),
                        measured.losses().after(),
                        0,
                        measured.losses().residual(),
                        change,
                        Optional.of(interference),
                        OptionalDouble.of(covariance.conditionNumber()),
                        measured.fresh(),
                        measured.meant(),
                        watch.laps(),
                        details,
                        measured.warnings()));
    }

    /** The edit with what a plan can say of these settings. */
    private EditPlan plan(Edit edit, AssociativeMemory memory) {
        Method method = planned().orElse(new Method.ClosedForm(Method.Form.RIDGE, Method.KeyKind.CHANNELS, 1));
        return new EditPlan(edit, memory.spec().name(), method, freshSamples);
    }

    /** How a patch was made. */
    StrategyRecipe recipe() {
        return new StrategyRecipe(
                planned().isPresent(),
                "ClosedFormRewrite",
                List.of(
                        "form=" + form,
                        "keys=" + kind.name().toLowerCase(Locale.ROOT),
                        "statistics=" + statisticsSamples + " of seed " + statisticsSeed,
                        "keeping=" + kept.size() + " earlier rules",
                        "evaluatedOn=" + freshSamples + " of seed " + freshSeed),
                freshSeed);
    }

    /** What a plan says for these settings, where it can. */
    Optional<Method> planned() {
        double weight = form instanceof RidgeUpdate ridge
                ? ridge.gamma()
                : form instanceof MemitUpdate memit ? memit.lambda() : 1;
        Method.KeyKind keys = kind == KeyKind.PATCHES ? Method.KeyKind.PATCHES : Method.KeyKind.CHANNELS;
        for (Method.Form named : Method.Form.values()) {
            if (weight > 0 && kept.isEmpty()) {
                Method.ClosedForm method = new Method.ClosedForm(named, keys, weight);
                ClosedFormRewrite planned = PlannedRewrite.closedForm(method);
                if (planned.form.equals(form)
                        && planned.statisticsSamples == statisticsSamples
                        && planned.statisticsSeed == statisticsSeed) {
                    return Optional.of(method);
                }
            }
        }
        return Optional.empty();
    }

    private KeyCovariance covariance(AssociativeMemory memory, LinearStage stage, ProgressListener listener) {
        return kind == KeyKind.PATCHES
                ? PatchStatistics.of(memory, stage, statisticsSamples, statisticsSeed, listener)
                : memory.covariance(statisticsSamples, statisticsSeed, listener);
    }

    /** The form, in the null space of what earlier rules look at. */
    private ClosedForm keeping(AssociativeMemory memory, LayerForm layer, INDArray weight) {
        if (kept.isEmpty()) {
            return form;
        }
        List<Matrix> keys = new ArrayList<>();
        for (Function<AssociativeMemory, Rule> earlier : kept) {
            LinearGoals goals = LinearGoals.of(layer, weight, memory.spec().keyShape(), earlier.apply(memory));
            keys.add(kind == KeyKind.PATCHES ? goals.patches() : goals.centres());
        }
        return KeyNullSpace.of(Matrix.beside(keys)).keeping(form);
    }

    private WeightDelta onPatches(
            ClosedForm solver, LayerForm layer, INDArray weight, LinearGoals goals, KeyCovariance covariance) {
        Matrix unfolded = CellChange.unfold(weight).transpose();
        LinearUpdate update = solver.update(unfolded, covariance, goals.patches(), goals.wanted());
        return new WeightDelta.Dense(layer.weight(), update.delta().toArray().reshape('c', weight.shape()));
    }

    private WeightDelta onCentre(
            ClosedForm solver, LayerForm layer, INDArray weight, LinearGoals goals, KeyCovariance covariance) {
        LinearStage stage = layer.stage();
        if (!(stage instanceof LinearStage.Convolution convolution)
                || convolution.stride() != 1
                || convolution.padTop() != (stage.kernelHeight() - 1) / 2
                || convolution.padLeft() != (stage.kernelWidth() - 1) / 2
                || convolution.padBottom() != convolution.padTop()
                || convolution.padRight() != convolution.padLeft()) {
            throw new RewriteException("Keys of single cells need a stage that keeps the grid, but this is " + stage
                    + ". Use ClosedFormRewrite.onPatches.");
        }
        int y = stage.kernelHeight() / 2;
        int x = stage.kernelWidth() / 2;
        INDArrayIndex[] tap = {NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(y), NDArrayIndex.point(x)};
        Matrix centre = Matrix.of(weight.get(tap).dup('c'));
        // What the other taps contribute stays; only the centre moves from the present output to the wanted one.
        Matrix values = centre.multiply(goals.centres()).plus(goals.wanted().minus(goals.present()));
        Matrix change =
                solver.update(centre, covariance, goals.centres(), values).delta();
        INDArray dense = weight.like();
        dense.get(tap).assign(change.toArray().castTo(weight.dataType()));
        return new WeightDelta.Dense(layer.weight(), dense);
    }

    private static double residual(INDArray weight, WeightDelta delta, LinearGoals goals) {
        Matrix changed = CellChange.unfold(weight).plus(CellChange.unfold(delta.toDense()));
        Matrix after = changed.transposeMultiply(goals.patches());
        double before = Math.sqrt(goals.wanted().minus(goals.present()).gram().trace());
        double left = Math.sqrt(goals.wanted().minus(after).gram().trace());
        return before == 0 ? left : left / before;
    }

    private static double[][] rows(Matrix matrix) {
        return matrix.toArray().toDoubleMatrix();
    }
}
