package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.EditPlan;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.closedform.SelectedKeys;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.linalg.Matrix;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The baseline of network dissection (Bau et al., "GAN Dissection", ICLR 2019): switch off the units, the channels of the
 * key, that respond most to the context, everywhere and in every image.
 *
 * <p>The score of unit u is the mean of -log(1 - q_u(k_u)) over the context, with q_u(k) the share of ordinary keys whose
 * unit u lies below k; cells count by how much of them is selected. The weight's input channels of the top units become
 * zero. Nothing is inserted: the goal of the edit serves for measuring alone. Immutable.
 */
public final class UnitAblation implements RewriteStrategy<Edit> {
    private static final String NAME = "unit-ablation";
    private static final int POPULATION_SAMPLES = 64;
    private static final long POPULATION_SEED = 3;
    private static final int HELD_OUT_SAMPLES = 16;
    private static final long HELD_OUT_SEED = 4;

    private final double share;
    private final int freshSamples;
    private final long freshSeed;

    private UnitAblation(double share, int freshSamples, long freshSeed) {
        this.share = share;
        this.freshSamples = freshSamples;
        this.freshSeed = freshSeed;
    }

    /** One unit in twenty. */
    public static UnitAblation standard() {
        return ofShare(0.05);
    }

    /**
     * A share of the units, at least one.
     *
     * @param share in (0, 1]
     */
    public static UnitAblation ofShare(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "The share of units lies in (0, 1], usually 0.05, but was " + share + ".");
        }
        return new UnitAblation(share, 64, 2);
    }

    /**
     * The units of the key that respond most to a context, in decreasing order: the share of them that this switches off.
     *
     * @param context keys that show what should go
     */
    public int[] units(AssociativeMemory memory, SelectedKeys context) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(context, "context");
        return largest(scores(memory, context), share);
    }

    /** The places of the largest numbers, in decreasing order: a share of them, at least one. */
    static int[] largest(double[] scores, double share) {
        return IntStream.range(0, scores.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer u) -> -scores[u]).thenComparingInt(u -> u))
                .limit(Math.max(1, Math.round(share * scores.length)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /**
     * Switches units of the key off, everywhere and in every image: their input channels of the weight become zero.
     *
     * @param memory one layer of known form
     * @param units channels of the key, at least one
     */
    public static Patch switchedOff(AssociativeMemory memory, int... units) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(units, "units");
        LayerForm form = memory.form()
                .orElseThrow(() -> new RewriteException("The memory "
                        + memory.spec().name() + " is not a single layer of known form; choose one layer."));
        int channels = memory.spec().keyShape().channels();
        if (units.length == 0 || Arrays.stream(units).anyMatch(unit -> unit < 0 || unit >= channels)) {
            throw new IllegalArgumentException("The keys of " + memory.spec().name() + " have the units 0 to "
                    + (channels - 1) + ", but to be switched off were " + Arrays.toString(units) + ".");
        }
        return patch(memory, form.weight(), Named.in(memory.weights(), form.weight()), units);
    }

    /** Images that the report is measured on, 64 by default; 0 measures none. */
    public UnitAblation evaluatedOn(int samples, long seed) {
        if (samples < 0) {
            throw new IllegalArgumentException("The number of samples is not negative, but was " + samples + ".");
        }
        return new UnitAblation(share, samples, seed);
    }

    @Override
    public String name() {
        return NAME;
    }

    /**
     * Scores of all units against 64 ordinary samples.
     *
     * @param context keys that show what should go
     * @return one number per channel of the key, at least 0, larger for units that respond more than usual
     */
    public static double[] scores(AssociativeMemory memory, SelectedKeys context) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(context, "context");
        INDArray keys = memory.keys(memory.sampler().sample(POPULATION_SAMPLES, POPULATION_SEED))
                .tensor();
        int channels = context.channels();
        double[] weights = context.weights();
        double total = Arrays.stream(weights).sum();
        double[] scores = new double[channels];
        for (int u = 0; u < channels; u++) {
            double[] population = keys.tensorAlongDimension(u, 0, 2, 3)
                    .dup('c')
                    .castTo(DataType.DOUBLE)
                    .data()
                    .asDouble();
            Arrays.sort(population);
            for (int s = 0; s < weights.length; s++) {
                double below = countBelow(population, context.keys().get(s, u)) / (population.length + 1.0);
                scores[u] -= weights[s] / total * Math.log1p(-below);
            }
        }
        return scores;
    }

    private static int countBelow(double[] sorted, double value) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /**
     * @throws RewriteException when the memory has no single-layer form, or the edit no paste to measure against
     */
    @Override
    public Rewrite rewrite(AssociativeMemory memory, Edit edit, RewriteListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(edit, "edit");
        Objects.requireNonNull(listener, "listener");
        LayerForm form = memory.form()
                .orElseThrow(() -> new RewriteException(
                        "The memory " + memory.spec().name() + " is not a single layer of known form, which " + name()
                                + " needs; choose one layer."));
        EditPreview.requireRoom(memory, freshSamples, edit.samples().size(), freshSeed);
        Stopwatch watch = new Stopwatch();
        Rule rule = EditCompiler.rule(memory, edit);
        SelectedKeys context = EditCompiler.context(memory, edit);
        ProgressListener scoring = listener.part(0, 0.3);
        scoring.report(Stage.UNIT_SCORES, 0, 1);
        int[] units = units(memory, context);
        scoring.report(Stage.UNIT_SCORES, 1, 1);
        watch.lap("unit scores");

        INDArray weight = Named.in(memory.weights(), form.weight());
        Patch changed = patch(memory, form.weight(), weight, units);
        Patch patch = changed.noting(recipe().among(changed.notes(), Optional.of(plan(memory, edit)), memory.spec()));
        WeightDelta.LowRank delta = (WeightDelta.LowRank) patch.deltas().get(0);
        ProgressListener measuring = listener.part(0.3, 1);
        measuring.report(Stage.MEASURING, 0, 1);
        OrdinaryKeys heldOut = OrdinaryKeys.of(
                memory,
                form,
                EditPreview.fresh(edit.samples(), HELD_OUT_SAMPLES, HELD_OUT_SEED),
                measuring.part(0, 0.3));
        RewriteReport.Change change = ChangeFacts.of(delta, weight);
        EditMeasurement measured = EditMeasurement.of(
                memory,
                patch,
                rule,
                Optional.of(edit),
                new EditMeasurement.Fresh(freshSamples, freshSeed),
                new EditMeasurement.Size(change, "switch off a smaller share of the units"));
        RewriteReport report = new RewriteReport(
                name(),
                memory.spec().name(),
                OptionalInt.of(units.length),
                measured.losses().before(),
                measured.losses().after(),
                0,
                measured.losses().residual(),
                change,
                Optional.of(heldOut.interference(weight, Matrix.of(delta.right()), rows(delta.left()))),
                OptionalDouble.of(memory.covariance(POPULATION_SAMPLES, POPULATION_SEED, measuring.part(0.5, 0.9))
                        .conditionNumber()),
                measured.fresh(),
                measured.meant(),
                lapped(watch),
                measured.details(),
                measured.warnings());
        measuring.report(Stage.MEASURING, 1, 1);
        return Learnt.of(patch, report);
    }

    private EditPlan plan(AssociativeMemory memory, Edit edit) {
        return new EditPlan(edit, memory.spec().name(), new Method.UnitAblation(share), freshSamples);
    }

    private StrategyRecipe recipe() {
        return new StrategyRecipe(
                true,
                "UnitAblation",
                List.of("share=" + share, "evaluatedOn=" + freshSamples + " of seed " + freshSeed),
                freshSeed);
    }

    private static Map<String, Double> lapped(Stopwatch watch) {
        watch.lap("measuring");
        return watch.laps();
    }

    /** -W[:, u] along the axis of each unit: W + dW is exactly zero there. */
    private static Patch patch(AssociativeMemory memory, String name, INDArray weight, int[] units) {
        INDArray left = Nd4j.create(DataType.FLOAT, weight.size(0), units.length, weight.size(2), weight.size(3));
        INDArray right = Nd4j.create(DataType.FLOAT, units.length, weight.size(1));
        for (int r = 0; r < units.length; r++) {
            left.tensorAlongDimension(r, 0, 2, 3)
                    .assign(weight.tensorAlongDimension(units[r], 0, 2, 3).neg());
            right.putScalar(r, units[r], 1);
        }
        return Patch.learntAt(
                memory.spec(),
                List.of(new WeightDelta.LowRank(name, left, right)),
                Map.of(
                        "layer",
                        memory.spec().name(),
                        "strategy",
                        NAME,
                        "units",
                        Arrays.stream(units).mapToObj(Integer::toString).collect(Collectors.joining(","))));
    }

    private static double[][] rows(INDArray left) {
        long columns = left.length() / left.size(0);
        return left.castTo(DataType.DOUBLE)
                .dup('c')
                .reshape('c', left.size(0), columns)
                .toDoubleMatrix();
    }
}
