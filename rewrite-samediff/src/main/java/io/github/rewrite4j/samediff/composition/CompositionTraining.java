package io.github.rewrite4j.samediff.composition;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.memory.HostSamples;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Trains weights until a memory draws goals: L1 in images, each patch's pixels weighing as much as all that stays. */
final class CompositionTraining {
    private static final Stage STAGE = Stage.COMPOSING;
    private static final int BATCH = 8;
    private static final int SHARDS = 2;
    private static final int FREE_THREADS = 2;
    private static final float ELSEWHERE = 2;
    private static final long SEED = 1;
    private static final double DIVERGED = 3;

    private final TapedMemory taped;
    private final HostSamples keys;
    private final Drawings goals;
    private final Map<String, Parameter> weights = new HashMap<>();
    private final Set<String> changed;

    /** Mean losses of the first and of the last tenth of the steps. */
    record Curve(double before, double after) {}

    /**
     * @param memory gives keys and side tensors
     * @param start whose weights the training starts from
     * @param changed names of the weights that are trained; the others stay
     */
    CompositionTraining(AssociativeMemory memory, AssociativeMemory start, Set<String> changed, Drawings goals) {
        this.taped = TapedMemory.of(memory);
        this.goals = goals;
        this.changed = changed;
        start.weights().forEach((name, weight) -> weights.put(name, Parameter.of(name, weight)));
        try (Inputs inputs = memory.sampler().at(goals.samples());
                Keys all = memory.keys(inputs)) {
            this.keys = new HostSamples(all.tensor(), all.side());
        }
    }

    /** The trained weights. */
    List<Parameter> trained() {
        return changed.stream().map(this::weight).toList();
    }

    private Parameter weight(String name) {
        Parameter weight = weights.get(name);
        if (weight == null) {
            throw new IllegalStateException("The memory has no weight '" + name + "'.");
        }
        return weight;
    }

    Curve run(int steps, double rate, ProgressListener listener) {
        Adam adam = new Adam(0.9, 0.999);
        trained().forEach(weight -> adam.add(weight, rate * weight.rms()));
        Random random = new Random(SEED);
        int tenth = Math.max(1, steps / 10);
        double before = 0;
        double after = 0;
        int threads = Math.min(FREE_THREADS, Runtime.getRuntime().availableProcessors());
        try (Shards shards = new Shards(SHARDS, threads)) {
            for (int step = 0; step < steps; step++) {
                List<int[]> rows = new ArrayList<>();
                for (int shard = 0; shard < SHARDS; shard++) {
                    rows.add(random.ints(BATCH / SHARDS, 0, goals.samples().size())
                            .toArray());
                }
                double loss = shards.run((tape, shard) -> step(tape, rows.get(shard)));
                before += step < tenth ? loss / tenth : 0;
                after += step >= steps - tenth ? loss / tenth : 0;
                if (!Double.isFinite(loss) || (step >= tenth && loss > DIVERGED * before)) {
                    throw new RewriteException(
                            "The composition diverged: the loss is " + loss + " at step " + (step + 1) + ", and it was "
                                    + before + " at first. Lower the learning rate, now " + rate + ".");
                }
                // Constant, then linearly down to zero over the second half.
                adam.step(Math.min(1, 2 * (1 - step / (double) steps)));
                listener.report(STAGE, step + 1, steps, loss);
            }
        }
        return new Curve(before, after);
    }

    private double step(Tape tape, int[] rows) {
        Map<String, Node> nodes = new HashMap<>();
        weights.forEach((name, weight) ->
                nodes.put(name, changed.contains(name) ? tape.parameter(weight) : tape.frozen(weight)));
        Node images = Layout.CHANNELS_FIRST.of(taped.decode(tape, taped.values(tape, keys.batch(tape, rows), nodes)));
        float[] goal = tape.array(images.length());
        float[] weight = tape.array(images.length());
        for (int i = 0; i < rows.length; i++) {
            goals.copy(rows[i], ELSEWHERE, goal, weight, i * goals.rowLength());
        }
        for (int i = 0; i < weight.length; i++) {
            weight[i] /= BATCH;
        }
        Node loss = Losses.weightedL1(images, tape.constant(goal, images.shape()), weight);
        tape.backward(loss);
        return loss.scalar();
    }
}
