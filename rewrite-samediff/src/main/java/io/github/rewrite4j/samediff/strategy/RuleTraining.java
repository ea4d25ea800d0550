package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.memory.Taped;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.strategy.OutOfDomainLoss.Form;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Arithmetic;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** The gradient descent of an out-of-domain rewrite. */
final class RuleTraining {
    private static final String STAGE = "rewriting";

    private final TapedMemory memory;
    private final ExemplarSet set;
    private final Optional<float[]> projected;
    private final OutOfDomainLoss loss;
    private final List<Parameter> weights;
    private final Random random;

    /**
     * @param projected values of each exemplar on each sample, exemplar by exemplar, where the loss asks for them
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
     * @return the mean loss of the last tenth of the steps
     */
    double run(int steps, int batch, int replayBatch, double rate, RewriteListener listener) {
        Adam adam = new Adam(0.9, 0.999);
        weights.forEach(weight -> adam.add(weight, rate * weight.rms()));
        int last = Math.max(1, steps / 10);
        double sum = 0;
        try (Tape tape = new Tape()) {
            for (int step = 0; step < steps; step++) {
                double value = step(tape, batch, loss.replays() ? replayBatch : 0);
                if (!Double.isFinite(value)) {
                    throw new RewriteException("The loss is not finite after " + step
                            + " steps: lower the learning rate, which is " + rate + " of the weights' size.");
                }
                if (step >= steps - last) {
                    sum += value;
                }
                // Constant, then linearly down to zero over the second half.
                adam.step(Math.min(1, 2 * (1 - step / (double) steps)));
                listener.report(STAGE, step + 1, steps, value);
            }
        }
        return sum / last;
    }

    private double step(Tape tape, int batch, int replayBatch) {
        int[] rows = draw(batch + replayBatch, set.size());
        int[] which = draw(batch + replayBatch, set.exemplars());
        Map<String, Node> nodes = new LinkedHashMap<>();
        weights.forEach(weight -> nodes.put(weight.name(), tape.parameter(weight)));
        Taped values = memory.values(tape, set.keys().batch(tape, rows), nodes);
        List<Node> terms = new ArrayList<>();
        features(tape, values.tensor(), rows, which, batch).ifPresent(terms::add);
        if (loss.needsImages() || loss.imageReplay() > 0) {
            terms.add(images(tape, memory.decode(tape, values), rows, which, batch));
        }
        float[] ones = new float[terms.size()];
        Arrays.fill(ones, 1);
        Node total = Arithmetic.weightedSum(ones, terms.toArray(Node[]::new));
        double value = total.scalar();
        tape.backward(total);
        tape.addGradients();
        tape.clear();
        return value;
    }

    private int[] draw(int count, int from) {
        int[] drawn = new int[count];
        for (int i = 0; i < count; i++) {
            drawn[i] = random.nextInt(from);
        }
        return drawn;
    }

    private Node images(Tape tape, Node images, int[] rows, int[] which, int batch) {
        float[] goal = tape.array(images.length());
        float[] weight = tape.zeros(images.length());
        set.images(rows, goal);
        int[] shown = Arrays.copyOf(rows, batch);
        int[] exemplars = Arrays.copyOf(which, batch);
        float[] composites = tape.array(batch * images.rowLength());
        set.composites(shown, exemplars, composites);
        System.arraycopy(composites, 0, goal, 0, composites.length);
        float[] weights = tape.array(composites.length);
        set.pixelWeights(exemplars, loss.imageInside(), 0, loss.image(), weights);
        System.arraycopy(weights, 0, weight, 0, weights.length);
        if (rows.length > batch) {
            replay(weight, composites.length, which, batch, tape);
        }
        return Losses.weightedL1(images, tape.constant(goal, images.shape()), weight);
    }

    private void replay(float[] weight, int start, int[] which, int batch, Tape tape) {
        int[] rest = Arrays.copyOfRange(which, batch, which.length);
        float[] weights = tape.array(weight.length - start);
        set.pixelWeights(
                rest,
                0,
                loss.replayMasked() ? loss.imageReplay() : 0,
                loss.replayMasked() ? 0 : loss.imageReplay(),
                weights);
        System.arraycopy(weights, 0, weight, start, weights.length);
    }

    private Optional<Node> features(Tape tape, Node values, int[] rows, int[] which, int batch) {
        if (loss.p() + loss.q() + loss.replay() == 0) {
            return Optional.empty();
        }
        float[] goal = tape.array(values.length());
        set.values(rows, goal);
        int[] exemplars = Arrays.copyOf(which, batch);
        int row = values.rowLength();
        float[] weight = tape.zeros(values.length());
        float[] weights = tape.array(batch * row);
        boolean literal = loss.form() == Form.LITERAL;
        set.cellWeights(exemplars, loss.q(), literal ? 0 : loss.p(), literal ? loss.p() : 0, weights);
        System.arraycopy(weights, 0, weight, 0, weights.length);
        if (loss.needsProjection()) {
            float[] source = projected.orElseThrow();
            float[] pasted = tape.array(batch * row);
            for (int i = 0; i < batch; i++) {
                System.arraycopy(source, (which[i] * set.size() + rows[i]) * row, pasted, i * row, row);
            }
            set.paste(exemplars, pasted, goal);
        }
        if (rows.length > batch) {
            int[] rest = Arrays.copyOfRange(which, batch, which.length);
            float[] replay = tape.array(rest.length * row);
            set.cellWeights(
                    rest, 0, loss.replayMasked() ? loss.replay() : 0, loss.replayMasked() ? 0 : loss.replay(), replay);
            System.arraycopy(replay, 0, weight, batch * row, replay.length);
        }
        return Optional.of(Losses.weightedL1(values, tape.constant(goal, values.shape()), weight));
    }
}
