package io.github.rewrite4j.samediff.relation;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.edit.Intervention;
import io.github.rewrite4j.samediff.memory.KeysWithin;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * Which layer carries a relation. As published (Bau et al. 2020), each candidate is optimised alone, its whole weight, until
 * the effects of the high and of the low run change places, without any regulariser. A wide layer fits a few images whether it
 * carries the relation or not, and a layer before the carrier can break the way to it as well; so that loss, even on images that
 * were kept out of the training, tends to name a layer too early.
 *
 * <p>What tells the carrier is how little it takes there: one direction of its keys, that in which the probe moves them, and the
 * amounts along it that {@link RelationReversal#bySolver()} solves for. So each candidate is also solved for alone, on every
 * other image, and the layer counts as the carrier at which that takes most of the effect away on the images between.
 *
 * @param steps of Adam for each layer
 * @param rate learning rate over the root mean square of the layer's weight
 */
public record LayerTrials(int steps, double rate) {
    /** Share of a trial that its descent takes, for those who wait. */
    private static final double DESCENDING = 0.5;

    public LayerTrials {
        if (steps < 1 || !(rate > 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException(
                    "Trials take at least one step at a positive rate, usually 101 at 0.02, but" + " got " + steps
                            + " at " + rate + ".");
        }
    }

    /** The published run: 101 steps at a rate of 0.02. */
    public static LayerTrials faithful() {
        return new LayerTrials(101, 0.02);
    }

    /**
     * Tries all layers between cause and effect.
     *
     * @return one trial for each, in the order of the layers
     * @throws io.github.rewrite4j.RewriteCancelledException when the listener says stop
     */
    public List<LayerTrial> of(Generator generator, Relation relation, RewriteListener listener) {
        Objects.requireNonNull(generator, "generator");
        Objects.requireNonNull(relation, "relation");
        Objects.requireNonNull(listener, "listener");
        List<Layer> candidates = relation.candidates(generator);
        ProbedRuns learnt = ProbedRuns.of(generator, relation.on(everyOther(relation.images(), 0)));
        ProbedRuns heldOut = ProbedRuns.of(generator, relation.on(everyOther(relation.images(), 1)));
        double unchanged = heldOut.error(heldOut.memory());
        RelationDescent descent = new RelationDescent(learnt, false);
        List<LayerTrial> trials = new ArrayList<>();
        for (int i = 0; i < candidates.size(); i++) {
            Layer layer = candidates.get(i);
            Parameter weight = descent.parameter(layer.weight());
            RankOne change = new RankOne(weight);
            RelationDescent.Fall fall = descent.run(
                    "optimising " + layer.name(),
                    weight,
                    steps,
                    RelationDescent.Move.whole(weight, rate),
                    listener.part((double) i / candidates.size(), (i + DESCENDING) / candidates.size()));
            double error = heldOut.error(heldOut.memory().with(descent.change(heldOut.memory(), weight)));
            OptionalDouble turned = turned(
                    generator,
                    learnt,
                    relation,
                    layer,
                    listener.part((i + DESCENDING) / candidates.size(), (i + 1.0) / candidates.size()));
            trials.add(new LayerTrial(
                    layer.name(),
                    fall.before(),
                    fall.after(),
                    unchanged == 0 ? 0 : 1 - error / unchanged,
                    change.share(weight),
                    turned));
        }
        return List.copyOf(trials);
    }

    private static OptionalDouble turned(
            Generator generator, ProbedRuns runs, Relation relation, Layer layer, RewriteListener listener) {
        if (generator.memory(layer.name()).form().isEmpty()
                || runs.memory().capability(KeysWithin.class).isEmpty()) {
            return OptionalDouble.empty();
        }
        Patch patch;
        try {
            patch = RelationReversal.asFound()
                    .at(generator, relation.on(everyOther(relation.images(), 0)), layer.name(), listener)
                    .patch();
        } catch (UnreachedEffectException noDirection) {
            return OptionalDouble.of(0);
        }
        try (Generator changed = generator.with(patch)) {
            Relation others = relation.on(everyOther(relation.images(), 1));
            return OptionalDouble.of(
                    1 - RelationEffect.of(generator, changed, others).kept());
        }
    }

    /**
     * The layer that carries the relation: the one whose trial turns most of it on images that it did not learn on; where
     * layers are of no form that could be solved for, the one whose whole weight gets furthest on them.
     *
     * @param trials at least one
     */
    public static LayerTrial best(List<LayerTrial> trials) {
        boolean solved = trials.stream().allMatch(trial -> trial.turned().isPresent());
        return trials.stream()
                .max(Comparator.comparingDouble(trial -> solved ? trial.turned().orElseThrow() : trial.heldOut()))
                .orElseThrow(() -> new IllegalArgumentException("There is no trial to choose from."));
    }

    /** Those at even or at odd places; a single one is both. */
    private static List<Intervention> everyOther(List<Intervention> images, int from) {
        if (images.size() == 1) {
            return images;
        }
        List<Intervention> some = new ArrayList<>();
        for (int i = from; i < images.size(); i += 2) {
            some.add(images.get(i));
        }
        return some;
    }
}
