package io.github.rewrite4j.samediff.relation;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.UnknownLayerException;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.memory.KeysWithin;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Turns a relation round at one layer by a change of rank one: where the cause is put, the effect then is what it was
 * without, and the other way round.
 *
 * <p>{@link #bySolver()} takes the direction from the keys, by {@link ProbeDirection}; the amounts follow by
 * Levenberg-Marquardt on squared errors, and 250 steps of Adam on the two factors finish it where the effect is judged,
 * effect areas counting as much as all the rest. {@link #faithful()} is the loop of the original notebook: Adam on the whole
 * weight, and every ten steps the change is replaced by the nearest one of rank one. Immutable.
 */
public final class RelationReversal {
    private static final int EVERY = 10;
    /** Effect areas are few among the cells that a rule is about: little weight holds the rest well enough. */
    private static final double GAMMA = 2e-4;

    /** Share of the time that the solver takes, for those who wait. */
    private static final double SOLVING = 0.2;

    /** Samples whose keys tell which directions are ordinary, where four layers ask. */
    private static final int FEW = 256;

    private static final double LARGEST = 3;
    /** Of the range, that images without the probe change by at most. */
    private static final double ALLOWED = 0.02;

    private static final int REFINING = 250;
    private static final double REFINING_RATE = 0.04;

    private final int steps;
    private final double rate;
    private final LowRankRewrite insertion;
    private final boolean solved;
    private final double allowed;

    private RelationReversal(int steps, double rate, LowRankRewrite insertion, boolean solved, double allowed) {
        this.steps = steps;
        this.rate = rate;
        this.insertion = insertion;
        this.solved = solved;
        this.allowed = allowed;
    }

    /** By our own solver. */
    public static RelationReversal bySolver() {
        return bySolver(LowRankRewrite.rank(1).byLeastSquares(12).gamma(GAMMA).evaluatedOn(0, 2));
    }

    /** What the solver finds at once, neither refined nor made larger. */
    static RelationReversal asFound() {
        return bySolver(LowRankRewrite.rank(1)
                        .byLeastSquares(12)
                        .gamma(GAMMA)
                        .statistics(FEW, Sample.DEFAULT_SEED)
                        .evaluatedOn(0, 2))
                .refined(0)
                .changingAtMost(0);
    }

    /**
     * By our own solver with its settings: gamma, statistics, their cache.
     *
     * @param insertion of rank one; its report measures nothing of use here, so {@code evaluatedOn(0, seed)} saves time
     */
    public static RelationReversal bySolver(LowRankRewrite insertion) {
        Objects.requireNonNull(insertion, "insertion");
        return new RelationReversal(REFINING, REFINING_RATE, insertion, true, ALLOWED);
    }

    /**
     * With other steps of the last part; 0 leaves it out.
     *
     * @param count of Adam on the two factors of the change
     */
    public RelationReversal refined(int count) {
        if (!solved || count < 0) {
            throw new IllegalArgumentException("The change of the solver is refined by 0 steps or more, usually "
                    + REFINING + ", but got " + count + "; the published loop is not.");
        }
        return new RelationReversal(count, rate, insertion, true, allowed);
    }

    /**
     * How much images without the probe may change for the sake of the effect, as a share of the range, 0.02 by
     * default: the solver's change is made up to three times as large while it turns more of the effect round and keeps to
     * that. At 0 it stays as it was found.
     *
     * @param share in [0, 1]
     */
    public RelationReversal changingAtMost(double share) {
        if (!solved || !(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("Images may change by a share of the range in [0, 1], usually " + ALLOWED
                    + ", but got " + share + "; the published loop is not made larger.");
        }
        return new RelationReversal(steps, rate, insertion, true, share);
    }

    /** The published loop: 10,001 steps at a rate of 0.01. */
    public static RelationReversal faithful() {
        return faithful(10_001, 0.01);
    }

    /**
     * The published loop, with other steps and another rate.
     *
     * @param steps of Adam
     * @param rate learning rate over the root mean square of the weight
     */
    public static RelationReversal faithful(int steps, double rate) {
        new LayerTrials(steps, rate);
        return new RelationReversal(steps, rate, LowRankRewrite.rank(1), false, 0);
    }

    /** A short name for reports. */
    public String name() {
        return solved ? "relation/" + insertion.name() : "relation/projected-gradient";
    }

    /**
     * A change with what it does to the images that it was learnt on.
     *
     * @param patch of rank one
     * @param lossBefore mean squared errors to the exchanged effects where the relation is judged, high and low run added
     * @param lossAfter the same with the patch
     * @param seconds taken
     */
    public record Reversed(Patch patch, double lossBefore, double lossAfter, double seconds) {
        public Reversed {
            Objects.requireNonNull(patch, "patch");
        }
    }

    /**
     * Turns a relation round.
     *
     * @param layer that carries it, by {@link LayerTrials}
     * @throws UnknownLayerException when the layer is none of the candidates
     */
    public Reversed at(Generator generator, Relation relation, String layer, RewriteListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(relation, "relation");
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(listener, "listener");
        long started = System.nanoTime();
        List<Layer> candidates = relation.candidates(generator);
        Layer at = candidates.stream()
                .filter(candidate -> candidate.name().equals(layer))
                .findFirst()
                .orElseThrow(() -> new UnknownLayerException(
                        layer, candidates.stream().map(Layer::name).toList()));
        ProbedRuns runs = ProbedRuns.of(generator, relation);
        Patch patch = solved
                ? asFarAsAllowed(generator, relation, solve(generator, runs, at, listener))
                : descend(generator, runs, at, listener);
        return new Reversed(
                patch,
                runs.error(runs.memory()),
                runs.error(runs.memory().with(patch)),
                (System.nanoTime() - started) / 1e9);
    }

    /**
     * Least squares answer noise in the keys by too small a change, as they do in any regression on uncertain numbers. So the
     * change is made larger, step by step, until the effect is turned round whole, or images without the probe would
     * change by more than they may.
     */
    private Patch asFarAsAllowed(Generator generator, Relation relation, Patch found) {
        if (allowed == 0) {
            return found;
        }
        Patch reached = found;
        for (double strength = 1; strength <= LARGEST; strength += 0.25) {
            Patch scaled = scaled(found, strength);
            try (Generator changed = generator.with(scaled)) {
                RelationEffect effect = RelationEffect.of(generator, changed, relation);
                if (strength > 1 && effect.changed() > allowed) {
                    return reached;
                }
                reached = scaled;
                if (effect.kept() <= -1) {
                    return reached;
                }
            }
        }
        return reached;
    }

    private static Patch scaled(Patch patch, double strength) {
        WeightDelta.LowRank change = (WeightDelta.LowRank) patch.deltas().get(0);
        Map<String, String> notes = new TreeMap<>(patch.notes());
        notes.put("strength", Double.toString(strength));
        return new Patch(
                patch.baseFingerprint(),
                List.of(new WeightDelta.LowRank(change.weight(), change.left().mul(strength), change.right())),
                notes);
    }

    private Patch descend(Generator generator, ProbedRuns runs, Layer layer, RewriteListener listener) {
        RelationDescent descent = new RelationDescent(runs, false);
        Parameter weight = descent.parameter(layer.weight());
        RankOne change = new RankOne(weight);
        RelationDescent.Move whole = RelationDescent.Move.whole(weight, rate);
        descent.run(
                "reversing at " + layer.name(),
                weight,
                steps,
                new RelationDescent.Move() {
                    @Override
                    public void move(Parameter same, int step) {
                        whole.move(same, step);
                        if (step % EVERY == 0 || step == steps - 1) {
                            change.project(same);
                        }
                    }

                    @Override
                    public boolean mayEnd(int taken) {
                        return taken % EVERY == 1;
                    }
                },
                listener);
        AssociativeMemory memory = generator.memory(layer.name());
        return Patch.learntAt(memory.spec(), List.of(change.delta(weight)), notes(layer));
    }

    private Map<String, String> notes(Layer layer) {
        Map<String, String> notes = new TreeMap<>();
        notes.put("layer", layer.name());
        notes.put("strategy", name());
        if (steps > 0) {
            notes.put("steps", Integer.toString(steps));
            notes.put("rate", Double.toString(rate));
        }
        return notes;
    }

    private Patch solve(Generator generator, ProbedRuns runs, Layer layer, RewriteListener listener) {
        KeysWithin within = runs.memory()
                .capability(KeysWithin.class)
                .orElseThrow(() -> new RewriteException("The solver needs the keys of " + layer.name()
                        + " under the probe, which this memory does not tell: use the published loop."));
        AssociativeMemory memory = generator.memory(layer.name());
        INDArray probed = within.keysOf(layer.name(), runs.keys());
        Keys keys = sideOf(memory, runs).withTensor(probed);
        INDArray goal = runs.exchanged(memory.values(keys).tensor());
        Rule rule = new Rule(keys, goal, runs.around((int) goal.size(2), (int) goal.size(3)));
        int n = runs.images().size();
        INDArray high = probed.get(NDArrayIndex.interval(0, n)).dup('c');
        INDArray low = probed.get(NDArrayIndex.interval(n, 2 * n)).dup('c');
        Patch patch = insertion
                .rewrite(
                        memory,
                        rule,
                        covariance -> ProbeDirection.of(covariance, high, low, effects(runs, probed)),
                        listener.part(0, steps > 0 ? SOLVING : 1))
                .patch();
        WeightDelta.LowRank change = (WeightDelta.LowRank) patch.deltas().get(0);
        if (steps > 0) {
            RelationDescent descent = new RelationDescent(runs, true);
            Parameter weight = descent.parameter(layer.weight());
            RankOneFactors factors = new RankOneFactors(weight, change, rate);
            descent.run("refining at " + layer.name(), weight, steps, factors, listener.part(SOLVING, 1));
            change = factors.delta(weight);
        }
        return Patch.learntAt(memory.spec(), List.of(change), notes(layer));
    }

    /** Styles and noise of the images, which the probe leaves alone. */
    private static Keys sideOf(AssociativeMemory memory, ProbedRuns runs) {
        List<Subject> twice = new ArrayList<>();
        runs.images().forEach(image -> twice.add(image.subject()));
        twice.addAll(List.copyOf(twice));
        return memory.keys(Subject.inputs(twice, memory.sampler()));
    }

    private static List<Mask> effects(ProbedRuns runs, INDArray maps) {
        List<Mask> effects = new ArrayList<>();
        for (int i = 0; i < runs.images().size(); i++) {
            effects.add(runs.effect(i, (int) maps.size(2), (int) maps.size(3)));
        }
        return effects;
    }
}
