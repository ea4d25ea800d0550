package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Divergence;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Trains weights of a memory until it draws given images, or answers with given values: weighted L1, by Adam, on batches of 8
 * samples. The learning rate is relative to the root mean square of each weight, constant and then linearly down to zero over the second half. The same on
 * any number of threads.
 */
public final class ImageTraining {
    private static final int BATCH = 8;
    private static final int SHARDS = 2;
    private static final int FREE_THREADS = 2;
    private static final long SEED = 1;

    private final AssociativeMemory memory;
    private final TapedMemory taped;
    private final HostSamples keys;
    private final ImageGoals goals;
    private final Map<String, Parameter> weights = new HashMap<>();
    private final Set<String> changed;
    private final Look look;

    /**
     * What a step looks at.
     *
     * @param values whether the goals are values of the memory, not images
     * @param first half of each batch comes from the first so many samples and half from the others; 0 for samples of any
     *     number
     */
    public record Look(boolean values, int first) {
        /** At images of any samples. */
        public static final Look AT_IMAGES = new Look(false, 0);
    }

    /**
     * Prepares.
     *
     * @param memory gives keys and side tensors
     * @param start whose weights the training starts from
     * @param changed names of the weights that are trained; the others stay
     * @param samples whose images the goals are, in their order
     */
    public ImageTraining(
            AssociativeMemory memory,
            AssociativeMemory start,
            Set<String> changed,
            List<? extends Subject> samples,
            ImageGoals goals) {
        this(memory, start, changed, samples, goals, Look.AT_IMAGES);
    }

    /**
     * Prepares.
     *
     * @param memory gives keys and side tensors
     * @param start whose weights the training starts from
     * @param changed names of the weights that are trained; the others stay
     * @param samples whose images or values the goals are, in their order
     * @param look what the goals are, and how samples are drawn
     */
    public ImageTraining(
            AssociativeMemory memory,
            AssociativeMemory start,
            Set<String> changed,
            List<? extends Subject> samples,
            ImageGoals goals,
            Look look) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(start, "start");
        Objects.requireNonNull(changed, "changed");
        Objects.requireNonNull(samples, "samples");
        Objects.requireNonNull(goals, "goals");
        Objects.requireNonNull(look, "look");
        if (look.first < 0 || look.first >= Math.max(1, goals.size())) {
            throw new IllegalArgumentException(
                    "The first " + look.first + " of " + goals.size() + " samples leave none for the other half.");
        }
        if (samples.size() != goals.size()) {
            throw new IllegalArgumentException(
                    "There are " + samples.size() + " samples and " + goals.size() + " goals.");
        }
        this.memory = memory;
        this.taped = TapedMemory.of(memory);
        this.goals = goals;
        this.look = look;
        this.changed = Set.copyOf(changed);
        start.weights().forEach((name, weight) -> weights.put(name, Parameter.of(name, weight)));
        try (Inputs inputs = Subject.inputs(samples, memory.sampler());
                Keys all = memory.keys(inputs)) {
            this.keys = new HostSamples(all.tensor(), all.side());
        }
    }

    /** Changes of the trained weights against the memory's own, by name. */
    public List<WeightDelta> changes() {
        return changed.stream()
                .sorted()
                .map(name -> (WeightDelta)
                        new WeightDelta.Dense(name, weight(name).toArray().subi(Named.in(memory.weights(), name))))
                .toList();
    }

    private Parameter weight(String name) {
        Parameter weight = weights.get(name);
        if (weight == null) {
            throw new IllegalStateException("The memory has no weight '" + name + "'.");
        }
        return weight;
    }

    /**
     * Trains.
     *
     * @param stage that it reports
     * @param rate learning rate over the root mean square of each weight
     * @throws io.github.rewrite4j.RewriteException when it diverges
     */
    public TrainingLoop.Curve run(Stage stage, int steps, double rate, ProgressListener listener) {
        return run(stage, steps, 0, rate, listener);
    }

    /**
     * The same with the rate rising over the first steps: whole steps before the averages of Adam have settled throw many layers off.
     *
     * @param warm steps until the rate is whole
     */
    public TrainingLoop.Curve run(Stage stage, int steps, int warm, double rate, ProgressListener listener) {
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(listener, "listener");
        Adam adam = new Adam(0.9, 0.999);
        changed.stream().sorted().map(this::weight).forEach(weight -> adam.add(weight, rate * weight.rms()));
        Divergence divergence = new Divergence("The training of images", steps, "Lower the learning rate, now " + rate);
        Random random = new Random(SEED);
        int threads = Math.min(FREE_THREADS, Runtime.getRuntime().availableProcessors());
        try (Shards shards = new Shards(SHARDS, threads)) {
            TrainingLoop.Curve curve = TrainingLoop.of(stage, divergence)
                    .descend(
                            step -> {
                                List<int[]> rows = new ArrayList<>();
                                for (int shard = 0; shard < SHARDS; shard++) {
                                    rows.add(rows(random, BATCH / SHARDS));
                                }
                                double loss = shards.run((tape, shard) -> step(tape, rows.get(shard)));
                                double risen = step < warm ? (step + 1.0) / warm : 1;
                                adam.step(Math.min(risen, 2 * (1 - step / (double) steps)));
                                return loss;
                            },
                            listener);
            divergence.requireDescent(curve.start(), curve.end());
            return curve;
        }
    }

    private int[] rows(Random random, int count) {
        if (look.first == 0) {
            return random.ints(count, 0, goals.size()).toArray();
        }
        return IntStream.concat(
                        random.ints(count / 2, 0, look.first), random.ints(count - count / 2, look.first, goals.size()))
                .toArray();
    }

    private double step(Tape tape, int[] rows) {
        Map<String, Node> nodes = new HashMap<>();
        weights.forEach((name, weight) ->
                nodes.put(name, changed.contains(name) ? tape.parameter(weight) : tape.frozen(weight)));
        Taped values = taped.values(tape, keys.batch(tape, rows), nodes);
        Node images = Layout.CHANNELS_FIRST.of(look.values ? values.tensor() : taped.decode(tape, values));
        float[] goal = tape.array(images.length());
        float[] weight = tape.array(images.length());
        int row = images.length() / rows.length;
        for (int i = 0; i < rows.length; i++) {
            goals.copy(rows[i], goal, weight, i * row);
        }
        for (int i = 0; i < weight.length; i++) {
            weight[i] /= BATCH;
        }
        Node loss = Losses.weightedL1(images, tape.constant(goal, images.shape()), weight);
        tape.backward(loss);
        return loss.scalar();
    }
}
