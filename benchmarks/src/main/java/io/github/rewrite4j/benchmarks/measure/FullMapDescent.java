package io.github.rewrite4j.benchmarks.measure;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Rule;
import io.github.rewrite4j.samediff.memory.HostSamples;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Losses;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The published optimiser as a framework runs it: the layer on whole maps, its gradient by the whole weight, Adam at 0.05
 * times the weight's root mean square, the change projected onto the directions every ten steps (Bau et al. 2020, the
 * authors' {@code ganrewrite.py}).
 *
 * <p>It runs on this library's training tape, with the native convolutions and reused arrays that our own training has: no
 * slower form of the baseline is compared with.
 */
final class FullMapDescent {
    private static final int PROJECT_EVERY = 10;
    private static final double RATE = 0.05;

    private final TapedMemory memory;
    private final HostSamples keys;
    private final float[] goal;
    private final float[] inside;
    private final Parameter weight;
    private final float[] original;
    private final float[][] directions;

    /**
     * @param rule what the layer is to learn
     * @param directions [R, in], orthonormal rows
     */
    FullMapDescent(AssociativeMemory memory, Rule rule, INDArray directions) {
        this.memory = TapedMemory.of(memory);
        this.keys =
                new HostSamples(rule.keys().tensor(), new TreeMap<>(rule.keys().side()));
        this.goal = HostArrays.of(rule.goal());
        this.inside = weights(rule);
        Map.Entry<String, INDArray> only =
                memory.weights().entrySet().iterator().next();
        this.weight = Parameter.of(only.getKey(), only.getValue());
        this.original = weight.value().clone();
        this.directions = directions.toFloatMatrix();
    }

    /** 1 over their number in the goal cells of all channels, else 0. */
    private static float[] weights(Rule rule) {
        int[] shape = HostArrays.shape(rule.goal());
        long cells = rule.boxes().stream()
                .mapToLong(box -> (long) box.height() * box.width())
                .sum();
        float[] weights = new float[shape[0] * shape[1] * shape[2] * shape[3]];
        for (int n = 0; n < shape[0]; n++) {
            Box box = rule.boxes().get(n);
            for (int c = 0; c < shape[1]; c++) {
                for (int y = box.top(); y < box.bottom(); y++) {
                    int row = ((n * shape[1] + c) * shape[2] + y) * shape[3];
                    for (int x = box.left(); x < box.right(); x++) {
                        weights[row + x] = 1f / (cells * shape[1]);
                    }
                }
            }
        }
        return weights;
    }

    /** Does the steps; the mean absolute error in the goal cells after the last projection. */
    double run(int steps) {
        System.arraycopy(original, 0, weight.value(), 0, original.length);
        Adam adam = new Adam(0.9, 0.999).add(List.of(weight), RATE * weight.rms());
        int[] rows = IntStream.range(0, keys.size()).toArray();
        try (Tape tape = new Tape()) {
            for (int step = 0; step < steps; step++) {
                tape.backward(error(tape, rows));
                tape.addGradients();
                tape.clear();
                adam.step(1);
                if (step % PROJECT_EVERY == 0 || step == steps - 1) {
                    project();
                }
            }
            return error(tape, rows).scalar();
        }
    }

    private Node error(Tape tape, int... rows) {
        Node values = memory.values(tape, keys.batch(tape, rows), Map.of(weight.name(), tape.parameter(weight)))
                .tensor();
        return Losses.weightedL1(values, tape.constant(goal, values.shape()), inside);
    }

    /** W = W0 + (W - W0) D' D at every output and tap. */
    private void project() {
        int[] shape = weight.shape();
        int taps = shape[2] * shape[3];
        float[] value = weight.value();
        float[] change = new float[shape[1]];
        for (int o = 0; o < shape[0]; o++) {
            for (int t = 0; t < taps; t++) {
                int start = o * shape[1] * taps + t;
                float[] kept = new float[shape[1]];
                for (int i = 0; i < shape[1]; i++) {
                    change[i] = value[start + i * taps] - original[start + i * taps];
                }
                for (float[] direction : directions) {
                    float along = 0;
                    for (int i = 0; i < shape[1]; i++) {
                        along += direction[i] * change[i];
                    }
                    for (int i = 0; i < shape[1]; i++) {
                        kept[i] += along * direction[i];
                    }
                }
                for (int i = 0; i < shape[1]; i++) {
                    value[start + i * taps] = original[start + i * taps] + kept[i];
                }
            }
        }
    }
}
