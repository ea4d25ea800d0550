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
import java.util.Set;
import java.util.TreeMap;

/**
 * The objective that rewriting starts from, without a direction or a rank (Bau et al. 2020, eq. 2 to 4; Gao et al. 2025, eq.
 * 1): of all weights theta of the memory's layers,
 *
 * <pre>
 *   min over theta   E |g(z; theta) - g(z; theta0)|  +  weight / n  sum_i |x_i - g(z_i; theta)|
 * </pre>
 *
 * where x_i is what the i-th of n pastes should look like, under the object, and the z are ordinary samples and all that
 * lies around the object. {@link #inImages} takes g to be images: on a memory of all layers, that is fine-tuning with a term
 * that holds the rest, and it learns the pastes rather than a rule. {@link #inFeatures} takes the memory's values: one layer
 * is the linear memory trained by gradients, several are a non-linear one.
 *
 * <p>Both means are of absolute differences, minimised by Adam on batches of four pastes and four others. For a rule that
 * holds on new samples {@link LowRankRewrite} and {@link InImagesRewrite} are better; this is what they are better than.
 * Immutable; the same edit gives the same patch on any number of threads.
 */
public final class JointObjectiveRewrite implements RewriteStrategy<Edit> {
    /** Steps of Adam unless told otherwise. */
    public static final int DEFAULT_STEPS = 200;

    private static final double RATE = 0.02;

    /** Apart from the seeds of edits, fresh samples and statistics. */
    private static final long ORDINARY_SEED = 6;

    private static final int ORDINARY = 128;

    private final Method.Target target;
    private final double weight;
    private final int steps;
    private final int freshSamples;
    private final long freshSeed;

    private JointObjectiveRewrite(Method.Target target, double weight, int steps, int freshSamples, long freshSeed) {
        this.target = target;
        this.weight = weight;
        this.steps = steps;
        this.freshSamples = freshSamples;
        this.freshSeed = freshSeed;
    }

    /** Until images are what they should be. */
    public static JointObjectiveRewrite inImages() {
        return of(Method.Joint.of(Method.Target.IMAGES));
    }

    /** Until the values of the memory's last layer are what they should be. */
    public static JointObjectiveRewrite inFeatures() {
        return of(Method.Joint.of(Method.Target.FEATURES));
    }

    static JointObjectiveRewrite of(Method.Joint method) {
        return new JointObjectiveRewrite(method.target(), method.weight(), method.steps(), 64, 2);
    }

    /** Weight of the pastes against all that should stay, 1 by default. */
    public JointObjectiveRewrite weight(double lambda) {
        return with(new Method.Joint(target, lambda, steps));
    }

    /** Takes this many steps. */
    public JointObjectiveRewrite steps(int number) {
        return with(new Method.Joint(target, weight, number));
    }

    private JointObjectiveRewrite with(Method.Joint method) {
        return new JointObjectiveRewrite(method.target(), method.weight(), method.steps(), freshSamples, freshSeed);
    }

    /** Images that the report is measured on, 64 by default; 0 measures none. */
    public JointObjectiveRewrite evaluatedOn(int samples, long seed) {
        if (samples < 0) {
            throw new IllegalArgumentException("The number of samples is not negative, but was " + samples + ".");
        }
        return new JointObjectiveRewrite(target, weight, steps, samples, seed);
    }

    @Override
    public String name() {
        return "joint-objective/" + target;
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
        boolean values = target == Method.Target.FEATURES;
        List<Sample> ordinary = EditPreview.fresh(edit.samples(), ORDINARY, ORDINARY_SEED);
        JointGoals goals = JointGoals.of(memory, edit, ordinary, values, weight, listener.part(0, 0.2));
        List<Subject> subjects =
                new ArrayList<>(edit.pastes().stream().map(Selection::subject).toList());
        subjects.addAll(ordinary);
        watch.lap("edit");
        ImageTraining training = new ImageTraining(
                memory,
                memory,
                Set.copyOf(memory.weights().keySet()),
                subjects,
                goals,
                new ImageTraining.Look(values, edit.pastes().size()));
        // The more weights learn at once, the slower each goes.
        double rate = RATE / Math.sqrt(memory.weights().size());
        TrainingLoop.Curve curve = training.run(Stage.REWRITING, steps, steps / 5, rate, listener.part(0.2, 0.85));
        Patch patch = patch(memory, edit, training.changes(), curve);
        watch.lap("solve");
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
                        new EditMeasurement.Fresh(freshSamples, freshSeed),
                        "give the pastes less weight, or take fewer steps",
                        Map.of("ordinarySamples", Integer.toString(ORDINARY))),
                watch);
        measuring.report(Stage.MEASURING, 1, 1);
        return Learnt.of(patch, report);
    }

    private Patch patch(AssociativeMemory memory, Edit edit, List<WeightDelta> deltas, TrainingLoop.Curve curve) {
        Method.Joint method = new Method.Joint(target, weight, steps);
        EditPlan plan = new EditPlan(edit, memory.spec().name(), method, freshSamples);
        Map<String, String> notes = new TreeMap<>(Map.of(
                "layer", memory.spec().name(),
                "strategy", name(),
                "steps", Integer.toString(steps),
                "weight", Double.toString(weight),
                "loss", String.format(Locale.ROOT, "%.4f -> %.4f", curve.start(), curve.end())));
        StrategyRecipe recipe = new StrategyRecipe(
                true,
                "JointObjectiveRewrite",
                List.of(
                        "target=" + target,
                        "weight=" + weight,
                        "steps=" + steps,
                        "evaluatedOn=" + freshSamples + " of seed " + freshSeed),
                freshSeed);
        return Patch.learntAt(
                memory.spec(),
                deltas,
                recipe.among(
                        PatchSamples.of(edit.subjects())
                                .map(samples -> samples.among(notes))
                                .orElse(notes),
                        Optional.of(plan),
                        memory.spec()));
    }
}
