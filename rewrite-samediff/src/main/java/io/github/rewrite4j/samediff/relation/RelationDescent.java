package io.github.rewrite4j.samediff.relation;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.memory.Taped;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Divergence;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Layout;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The descent of the notebook: the mean squared errors of the high and of the low runs, added, by the whole weight of one
 * layer.
 */
final class RelationDescent {
    private static final int SHARDS = 2;
    /** The loss is the sum of two means, and the tape takes the mean of both together. */
    private static final float TWO = 2;

    private final TapedMemory memory;
    private final Map<String, INDArray> weights;
    private final float[] keys;
    private final int[] shape;
    private final Map<String, INDArray> side;
    private final float[] goal;
    private final float[] importance;

    /**
     * @param balanced whether the effect areas count as much as all the rest together, instead of by their size
     */
    RelationDescent(ProbedRuns runs, boolean balanced) {
        this.memory = TapedMemory.of(runs.memory());
        this.weights = runs.memory().weights();
        this.keys = HostArrays.of(runs.keys().tensor());
        this.shape = HostArrays.shape(runs.keys().tensor());
        this.side = runs.keys().side();
        INDArray values = runs.values();
        this.goal = HostArrays.of(runs.exchanged(values));
        this.importance = balanced ? runs.balance(values) : new float[0];
    }

    /** How a weight follows its gradient. */
    interface Move {
        /** Takes the gradient of the weight, leaves it zero, and changes the weight. */
        void move(Parameter weight, int step);

        /** Whether the weight is what a run may leave when this many steps were taken. */
        default boolean mayEnd(int steps) {
            return true;
        }

        /** Adam on the whole weight. */
        static Move whole(Parameter weight, double rate) {
            Adam adam = new Adam(0.9, 0.999).add(weight, rate * weight.rms());
            return (same, step) -> adam.step(1);
        }
    }

    /**
     * The losses before the first step and after the last.
     *
     * @param before of the weight as it was
     * @param after the lowest on the way, that of the weight as it is left
     */
    record Fall(double before, double after) {}

    /**
     * Descends.
     *
     * @param weight left as it was where the loss was lowest
     * @param move called after each step
     */
    Fall run(String stage, Parameter weight, int steps, Move move, RewriteListener listener) {
        Divergence divergence = new Divergence("The descent (" + stage + ")", steps, "Lower the learning rate");
        Lowest lowest = new Lowest(weight);
        try (Shards shards = new Shards(Math.min(SHARDS, shape[0]), ComputeThreads.configured())) {
            if (steps > 0) {
                TrainingLoop.of(Stage.of(stage), divergence)
                        .descend(
                                step -> {
                                    double loss = shards.run(
                                            (tape, shard) -> loss(tape, weight, shard, shards.count(), true));
                                    lowest.see(loss, move.mayEnd((int) step));
                                    move.move(weight, (int) step);
                                    return loss;
                                },
                                listener);
            }
            return lowest.end(shards.run((tape, shard) -> loss(tape, weight, shard, shards.count(), false)));
        }
    }

    /** The weight where the loss was lowest. */
    private static final class Lowest {
        private final Parameter weight;
        private double first = Double.NaN;
        private double loss = Double.POSITIVE_INFINITY;
        private float[] best;

        Lowest(Parameter weight) {
            this.weight = weight;
            this.best = weight.value().clone();
        }

        void see(double now, boolean mayEnd) {
            first = Double.isNaN(first) ? now : first;
            if (now < loss && mayEnd) {
                loss = now;
                best = weight.value().clone();
            }
        }

        Fall end(double last) {
            if (last <= loss) {
                return new Fall(Double.isNaN(first) ? last : first, last);
            }
            System.arraycopy(best, 0, weight.value(), 0, best.length);
            return new Fall(first, loss);
        }
    }

    private double loss(Tape tape, Parameter weight, int shard, int shards, boolean backward) {
        int rows = shape[0];
        int from = rows * shard / shards;
        int to = rows * (shard + 1) / shards;
        Map<String, Node> nodes = new LinkedHashMap<>();
        weights.forEach((name, array) -> nodes.put(
                name,
                !name.equals(weight.name())
                        ? tape.constant(array)
                        : backward ? tape.parameter(weight) : tape.frozen(weight)));
        Map<String, Node> sides = new LinkedHashMap<>();
        side.forEach((name, array) -> sides.put(name, rows(tape, array, rows, from, to)));
        int row = keys.length / rows;
        int[] part = shape.clone();
        part[0] = to - from;
        Taped taped = new Taped(tape.constant(Arrays.copyOfRange(keys, from * row, to * row), part), sides);
        Node values = memory.values(tape, taped, nodes).tensor();
        int length = goal.length / rows;
        Node wanted = tape.constant(Arrays.copyOfRange(goal, from * length, to * length), values.shape());
        Node loss;
        if (importance.length == 0) {
            loss = Arithmetic.scale(Losses.squares(values, wanted), TWO * (to - from) / rows, 0);
        } else {
            float[] weighted = Arrays.copyOfRange(importance, from * length, to * length);
            Node channelsFirst = Layout.CHANNELS_FIRST.of(values);
            loss = Losses.weightedSquares(channelsFirst, wanted, weighted);
        }
        if (backward) {
            tape.backward(loss);
        }
        return loss.scalar();
    }

    private static Node rows(Tape tape, INDArray array, int rows, int from, int to) {
        int[] shape = HostArrays.shape(array);
        if (shape.length == 0 || shape[0] != rows) {
            return tape.constant(array);
        }
        float[] all = HostArrays.of(array);
        int row = all.length / rows;
        shape[0] = to - from;
        return tape.constant(Arrays.copyOfRange(all, from * row, to * row), shape);
    }

    /** A copy of a weight of the memory. */
    Parameter parameter(String name) {
        INDArray weight = weights.get(name);
        if (weight == null) {
            throw new RewriteException("The memory has no weight '" + name + "', only " + weights.keySet() + ".");
        }
        return Parameter.of(name, weight);
    }

    /** What a weight adds to that of a memory of the same layers. */
    Patch change(AssociativeMemory memory, Parameter weight) {
        INDArray before =
                Parameter.of(weight.name(), Named.in(weights, weight.name())).toArray();
        return Patch.learntAt(
                memory.spec(),
                List.of(new WeightDelta.Dense(weight.name(), weight.toArray().subi(before))),
                Map.of());
    }
}
