package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.memory.Taped;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.strategy.OutOfDomainLoss.Form;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Divergence;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** The gradient descent of an out-of-domain rewrite. */
final class RuleTraining {
    private static final Stage STAGE = Stage.REWRITING;
    private static final int SHARDS = 2;
    private static final double WARM = 40;

    /** Weight of an exception under the object: with as much as contexts have, one in nine keeps a faint trace. */
    private static final double EXEMPT = 3;

    private final TapedMemory memory;
    private final ExemplarSet set;
    private final Optional<float[]> projected;
    private final OutOfDomainLoss loss;
    private final List<Parameter> weights;
    private final Random random;

    /**
     * @param projected as {@link ProjectedGoals#of} gives them, where the loss asks for them
     * @param weights starting points; changed
     */
    RuleTraining(
            TapedMemory memory,
            ExemplarSet set,
            Optional<float[]> projected,
            OutOfDomainLoss loss,
            List<Parameter> weights,
            long seed) {
        this.memory = memory;
        this.set = set;
        this.projected = projected;
        this.loss = loss;
        this.weights = weights;
        this.random = new Random(seed);
    }

    /**
     * Runs.
     *
     * @param rate learning rate over the root mean square of each weight
     * @throws io.github.rewrite4j.RewriteException when the loss stops being finite, or when that of the first batch is
     *     more than twice as large in the end as it was
     */
    TrainingLoop.Curve run(int steps, int batch, int replayBatch, double rate, int threads, ProgressListener listener) {
        Adam adam = new Adam(0.9, 0.999);
        weights.forEach(weight -> adam.add(weight, rate * weight.rms()));
        Divergence divergence = new Divergence(
                "The training of the rule", steps, "Lower the learning rate, now " + rate + " of the weights' size");
        try (Shards shards = new Shards(batch < SHARDS ? 1 : SHARDS, threads)) {
            int replayed = set.exceptions() > 0 ? Math.max(replayBatch, batch) : loss.replays() ? replayBatch : 0;
            List<Batch> first = batches(shards.count(), batch, replayed);
            double[] untrained = {0};
            TrainingLoop.Curve curve = TrainingLoop.of(STAGE, divergence)
                    .descend(
                            step -> {
                                double value =
                                        step(shards, step == 0 ? first : batches(shards.count(), batch, replayed));
                                untrained[0] = step == 0 ? value : untrained[0];
                                adam.step(factor(step, steps));
                                return value;
                            },
                            listener);
            divergence.requireDescent(untrained[0], divergence.require(step(shards, first), steps - 1));
            return curve;
        }
    }

    /**
     * Constant, then linearly down to zero over the second half. Where there are exceptions, more layers learn at once, and
     * whole steps before the averages of Adam have settled would throw them off.
     */
    private double factor(long step, int steps) {
        double warm = set.exceptions() > 0 ? Math.min(1, (step + 1) / WARM) : 1;
        return Math.min(warm, 2 * (1 - step / (double) steps));
    }

    /** One for each shard. */
    private List<Batch> batches(int shards, int batch, int replayBatch) {
        List<Batch> batches = new ArrayList<>();
        for (int i = 0; i < shards; i++) {
            int shown = share(batch, i, shards);
            int replayed = share(replayBatch, i, shards);
            int[] rows = rows(shown, replayed);
            batches.add(new Batch(
                    rows,
                    set.exemplarsFor(rows, random),
                    shown,
                    (double) shown / batch,
                    replayBatch == 0 ? 0 : (double) replayed / replayBatch));
        }
        return batches;
    }

    private double step(Shards shards, List<Batch> batches) {
        return shards.run((tape, shard) -> step(tape, batches.get(shard)));
    }

    private static int share(int count, int part, int parts) {
        return count * (part + 1) / parts - count * part / parts;
    }

    /** Samples of a shard: those that exemplars are shown on, then those that are replayed. */
    static final class Batch {
        private final int[] rows;
        private final int[] which;
        private final int shown;
        private final double shareShown;
        private final double shareReplayed;

        /**
         * @param rows samples
         * @param which exemplar of each
         * @param shown number of those that exemplars are shown on
         * @param shareShown of all of them in the whole batch
         * @param shareReplayed the same of the replayed ones
         */
        Batch(int[] rows, int[] which, int shown, double shareShown, double shareReplayed) {
            this.rows = rows;
            this.which = which;
            this.shown = shown;
            this.shareShown = shareShown;
            this.shareReplayed = shareReplayed;
        }

        int[] shownRows() {
            return Arrays.copyOf(rows, shown);
        }

        int[] shownExemplars() {
            return Arrays.copyOf(which, shown);
        }

        int[] replayedExemplars() {
            return Arrays.copyOfRange(which, shown, which.length);
        }

        boolean replays() {
            return rows.length > shown;
        }
    }

    /** The loss of a batch; its gradient is on the tape then. */
    double step(Tape tape, Batch batch) {
        Map<String, Node> nodes = new LinkedHashMap<>();
        weights.forEach(weight -> nodes.put(weight.name(), tape.parameter(weight)));
        Taped values = memory.values(tape, set.keys().batch(tape, batch.rows), nodes);
        List<Node> terms = new ArrayList<>();
        features(tape, values.tensor(), batch).ifPresent(terms::add);
        if (loss.imageReplay() > 0 || (loss.needsImages() && set.exceptions() > 0)) {
            terms.add(images(tape, memory.decode(tape, values), batch));
        } else if (loss.needsImages()) {
            terms.add(images(tape, memory.decode(tape, values.firstRows(batch.shown)), batch));
        }
        float[] ones = new float[terms.size()];
        Arrays.fill(ones, 1);
        Node total = Arithmetic.weightedSum(ones, terms.toArray(Node[]::new));
        tape.backward(total);
        return total.scalar();
    }

    /** Samples to show the object on, then those without it: exceptions, where there are any. */
    private int[] rows(int shown, int replayed) {
        if (set.exceptions() == 0) {
            return draw(shown + replayed, set.size());
        }
        int contexts = set.size() - set.exceptions();
        int[] rows = Arrays.copyOf(draw(shown, contexts), shown + replayed);
        int[] without = draw(replayed, set.exceptions());
        for (int i = 0; i < replayed; i++) {
            rows[shown + i] = contexts + without[i];
        }
        return rows;
    }

    private int[] draw(int count, int from) {
        int[] drawn = new int[count];
        for (int i = 0; i < count; i++) {
            drawn[i] = random.nextInt(from);
        }
        return drawn;
    }

    private Node images(Tape tape, Node decoded, Batch batch) {
        Node images = Layout.CHANNELS_FIRST.of(decoded);
        int row = images.rowLength();
        int[] rows = Arrays.copyOf(batch.rows, images.size(0));
        float[] goal = tape.array(images.length());
        float[] weight = tape.zeros(images.length());
        set.images(rows, goal);
        float[] composites = tape.array(batch.shown * row);
        set.composites(batch.shownRows(), batch.shownExemplars(), composites);
        System.arraycopy(composites, 0, goal, 0, composites.length);
        set.pixelWeights(
                batch.shownExemplars(),
                new ExemplarSet.Weights(loss.imageInside(), 0, loss.image()).times(batch.shareShown),
                weight,
                0);
        set.addEarlierWeights(
                batch.shownRows(), batch.shownExemplars(), loss.imageEarlier() * batch.shareShown, weight);
        if (images.size(0) > batch.shown) {
            set.pixelWeights(
                    batch.replayedExemplars(),
                    withoutObject(loss.imageInside(), loss.image(), loss.imageReplay(), batch.shareReplayed),
                    weight,
                    batch.shown * row);
        }
        return Losses.weightedL1(images, tape.constant(goal, images.shape()), weight);
    }

    private Optional<Node> features(Tape tape, Node maps, Batch batch) {
        if (loss.p() + loss.q() + loss.replay() == 0) {
            return Optional.empty();
        }
        Node values = Layout.CHANNELS_LAST.of(maps);
        int row = values.rowLength();
        float[] goal = tape.array(values.length());
        float[] weight = tape.zeros(values.length());
        set.values(batch.rows, goal);
        boolean literal = loss.form() == Form.LITERAL;
        set.cellWeights(
                batch.shownExemplars(),
                new ExemplarSet.Weights(loss.q(), literal ? 0 : loss.p(), literal ? loss.p() : 0)
                        .times(batch.shareShown),
                weight,
                0);
        if (loss.needsProjection()) {
            float[] source = projected.orElseThrow();
            float[] pasted = tape.array(batch.shown * row);
            for (int i = 0; i < batch.shown; i++) {
                System.arraycopy(
                        source, ProjectedGoals.number(set, batch.which[i], batch.rows[i]) * row, pasted, i * row, row);
            }
            set.paste(batch.shownExemplars(), pasted, goal);
        }
        if (batch.replays()) {
            set.cellWeights(
                    batch.replayedExemplars(),
                    withoutObject(loss.q(), loss.p(), loss.replay(), batch.shareReplayed),
                    weight,
                    batch.shown * row);
        }
        return Optional.of(Losses.weightedL1(
                values,
                tape.constant(values.layout(), goal, values.shape()),
                tape.constant(values.layout(), weight, values.shape())));
    }

    /**
     * Samples without the object are replayed as the loss says; exceptions count {@value #EXEMPT} times as much as contexts under the
     * object, since a trace of it is seen where there should be none sooner than a fault where it should be.
     */
    private ExemplarSet.Weights withoutObject(double inside, double whole, double replayed, double share) {
        ExemplarSet.Weights weights = set.exceptions() > 0
                ? new ExemplarSet.Weights(EXEMPT * inside, 0, whole)
                : loss.replayMasked()
                        ? new ExemplarSet.Weights(0, replayed, 0)
                        : new ExemplarSet.Weights(0, 0, replayed);
        return weights.times(share);
    }
}
