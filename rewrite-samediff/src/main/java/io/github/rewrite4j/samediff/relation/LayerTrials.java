package io.github.rewrite4j.samediff.relation;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.edit.Intervention;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Which layer carries a relation (Bau et al. 2020): each candidate is optimised alone, its whole weight, until the effects of
 * the high and of the low run change places, without any regulariser; the layer that gets furthest carries it.
 *
 * <p>A wide layer can fit a few images whether it carries the relation or not. So every other image is kept out of the training,
 * and what counts is how far the trained weight gets on those.
 *
 * @param steps of Adam for each layer
 * @param rate learning rate over the root mean square of the layer's weight
 */
public record LayerTrials(int steps, double rate) {
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
                    listener.part((double) i / candidates.size(), (i + 1.0) / candidates.size()));
            double error = heldOut.error(heldOut.memory().with(descent.change(heldOut.memory(), weight)));
            trials.add(new LayerTrial(
                    layer.name(),
                    fall.before(),
                    fall.after(),
                    unchanged == 0 ? 0 : 1 - error / unchanged,
                    change.share(weight)));
        }
        return List.copyOf(trials);
    }

    /**
     * The layer that carries the relation: the one whose trial gets furthest on images that it did not learn on.
     *
     * @param trials at least one
     */
    public static LayerTrial best(List<LayerTrial> trials) {
        return trials.stream()
                .max(Comparator.comparingDouble(LayerTrial::heldOut))
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
