package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.RewriteStrategy;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Method;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.edit.TransplantEdit;
import io.github.rewrite4j.edit.TransplantEdit.Pair;
import io.github.rewrite4j.edit.TransplantPlan;
import io.github.rewrite4j.samediff.closedform.SelectedKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Learns from edited inputs: where a region selects, the keys of an input should give the values that the edited input has
 * there; everywhere else in view they keep their own.
 *
 * <p>An edit that paints every blue part of one input picture red thus says: blue in, red out. No inversion is needed,
 * since the generator itself knows which values draw the edited picture. Another strategy solves the rule. Immutable.
 */
public final class Transplant implements RewriteStrategy<TransplantEdit> {
    /** Cells around the edited ones that count as examples of what stays. */
    public static final int DEFAULT_SURROUNDINGS = 4;

    private final String solver;
    private final Solver solve;
    private final StrategyRecipe solved;
    private final Optional<Method> planned;
    private final int surroundings;

    /** Solves a rule that is given directly. */
    @FunctionalInterface
    private interface Solver {
        Rewrite rewrite(AssociativeMemory memory, Rule rule, SelectedKeys context, RewriteListener listener);
    }

    private Transplant(String solver, Solver solve, StrategyRecipe solved, Optional<Method> planned, int surroundings) {
        this.solver = solver;
        this.solve = solve;
        this.solved = solved;
        this.planned = planned;
        this.surroundings = surroundings;
    }

    /** Solved along the directions of the keys under the edited regions. */
    public static Transplant by(LowRankRewrite strategy) {
        return new Transplant(
                strategy.name(),
                strategy::rewrite,
                strategy.settings().recipe(),
                strategy.settings().planned(),
                DEFAULT_SURROUNDINGS);
    }

    /** Solved by a closed form, each cell in view as one pair. */
    public static Transplant by(ClosedFormRewrite strategy) {
        return new Transplant(
                strategy.name(),
                (memory, rule, context, listener) -> strategy.rewrite(memory, rule, listener),
                strategy.recipe(),
                strategy.planned(),
                DEFAULT_SURROUNDINGS);
    }

    /**
     * With another number of cells around the edited ones that count as examples of what stays.
     *
     * @param cells from 0, usually {@value #DEFAULT_SURROUNDINGS}: solvers minimise absolute errors, so that an edit of few
     *     cells among many that stay is taken for noise
     */
    public Transplant surroundings(int cells) {
        if (cells < 0) {
            throw new IllegalArgumentException("Surroundings are at least 0 cells, but were " + cells + ".");
        }
        return new Transplant(solver, solve, solved, planned, cells);
    }

    @Override
    public String name() {
        return "transplant/" + solver;
    }

    /**
     * The report has no fresh samples: nothing says what they should become.
     *
     * @throws io.github.rewrite4j.edit.EmptyRegionException when a region selects nothing on the image
     * @throws io.github.rewrite4j.RewriteException when the memory has no single-layer form
     */
    @Override
    public Rewrite rewrite(AssociativeMemory memory, TransplantEdit edit, RewriteListener listener) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(edit, "edit");
        Objects.requireNonNull(listener, "listener");
        Rewrite rewrite = solve.rewrite(memory, rule(memory, edit), context(memory, edit), listener);
        Map<String, String> notes = new TreeMap<>(rewrite.patch().notes());
        notes.put("strategy", name());
        notes.put("pictures", Integer.toString(edit.pairs().size()));
        Optional<TransplantPlan> plan =
                planned.map(method -> new TransplantPlan(edit, memory.spec().name(), method));
        Map<String, String> made = recipe().among(notes, plan, memory.spec());
        return new Rewrite(rewrite.patch().noting(made), named(rewrite.report()));
    }

    private StrategyRecipe recipe() {
        List<String> settings = new ArrayList<>(List.of("by=" + solved.call(), "surroundings=" + surroundings));
        settings.addAll(solved.settings());
        return new StrategyRecipe(
                planned.isPresent() && surroundings == DEFAULT_SURROUNDINGS,
                "Transplant",
                settings,
                solved.freshSeed());
    }

    private RewriteReport named(RewriteReport report) {
        return new RewriteReport(
                name(),
                report.layer(),
                report.rank(),
                report.lossBefore(),
                report.lossAfter(),
                report.iterations(),
                report.constraintResidual(),
                report.change(),
                report.interference(),
                report.conditionNumber(),
                report.fresh(),
                report.meant(),
                report.seconds(),
                report.details(),
                report.warnings());
    }

    private static Keys keys(AssociativeMemory memory, TransplantEdit edit, Function<Pair, Subject> which) {
        return memory.keys(Subject.inputs(edit.pairs().stream().map(which).toList(), memory.sampler()));
    }

    /** What the edit means at a memory. Two forward passes to it. */
    public Rule rule(AssociativeMemory memory, TransplantEdit edit) {
        Objects.requireNonNull(memory, "memory");
        Keys keys = keys(memory, edit, Pair::shown);
        INDArray goal = memory.values(keys).tensor().dup('c');
        INDArray edited = memory.values(keys(memory, edit, Pair::wanted)).tensor();
        FeatureShape grid = memory.spec().valueShape();
        List<Box> boxes = new ArrayList<>();
        for (int n = 0; n < edit.pairs().size(); n++) {
            Mask mask = Paster.valueMask(memory, edit.pairs().get(n).region());
            for (int y = 0; y < grid.height(); y++) {
                for (int x = 0; x < grid.width(); x++) {
                    if (mask.value(y, x) > 0) {
                        cell(goal, n, y, x).assign(cell(edited, n, y, x));
                    }
                }
            }
            boxes.add(around(mask.boundingBox(), grid));
        }
        return new Rule(keys, goal, boxes);
    }

    private static INDArray cell(INDArray maps, int n, int y, int x) {
        return maps.get(NDArrayIndex.point(n), NDArrayIndex.all(), NDArrayIndex.point(y), NDArrayIndex.point(x));
    }

    /** The keys under the edited regions. */
    public SelectedKeys context(AssociativeMemory memory, TransplantEdit edit) {
        Objects.requireNonNull(memory, "memory");
        INDArray keys = keys(memory, edit, Pair::shown).tensor();
        List<SelectedKeys> selected = new ArrayList<>();
        for (int n = 0; n < edit.pairs().size(); n++) {
            selected.add(SelectedKeys.under(
                    EditCompiler.sample(keys, n),
                    Paster.keyMask(memory, edit.pairs().get(n).region()).toArray()));
        }
        return SelectedKeys.join(selected);
    }

    private Box around(Box box, FeatureShape grid) {
        return new Box(
                Math.max(0, box.top() - surroundings),
                Math.max(0, box.left() - surroundings),
                Math.min(grid.height(), box.bottom() + surroundings),
                Math.min(grid.width(), box.right() + surroundings));
    }
}
