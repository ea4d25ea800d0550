package io.github.rewrite4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Trainable;
import io.github.rewrite4j.Values;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Holds gradients to central differences along the gradient itself, where the slope stands out of float32's rounding:
 * f(x + h g) - f(x - h g) = 2 h |g|^2.
 */
final class Gradients {
    /** Of the largest number of what is moved. */
    private static final double STEP = 2e-3;

    private static final double TOLERANCE = 0.05;

    private Gradients() {}

    static void check(AssociativeMemory memory, Inputs inputs) {
        memory.capability(Trainable.class).ifPresent(trainable -> {
            Keys keys = memory.keys(inputs);
            rule(memory, trainable, keys);
            decoder(memory, trainable, memory.values(keys));
        });
    }

    private static void rule(AssociativeMemory memory, Trainable trainable, Keys keys) {
        SortedMap<String, INDArray> weights = memory.weights();
        INDArray expected = memory.values(keys).tensor();
        INDArray seed = RandomPatches.random(3, expected.shape());
        SortedMap<String, INDArray> gradients;
        try (Trainable.RuleStep step = trainable.rule(keys, weights)) {
            assertThat(Differences.largest(step.values().tensor(), expected))
                    .isLessThan(1e-4 * Math.max(1, Differences.magnitude(expected)));
            gradients = step.weightGradients(new Values(seed, new TreeMap<>()));
        }
        assertThat(gradients.keySet()).isEqualTo(weights.keySet());
        gradients.forEach((name, gradient) -> {
            INDArray weight = weights.get(name);
            if (weight == null) {
                throw new AssertionError("There is no weight '" + name + "'.");
            }
            double h = STEP * Differences.magnitude(weight) / Differences.magnitude(gradient);
            double up = sum(values(trainable, keys, weights, name, weight.add(gradient.mul(h))), seed);
            double down = sum(values(trainable, keys, weights, name, weight.sub(gradient.mul(h))), seed);
            assertSlope("the rule by '" + name + "'", (up - down) / (2 * h), gradient);
        });
    }

    private static INDArray values(
            Trainable trainable, Keys keys, Map<String, INDArray> weights, String changed, INDArray to) {
        TreeMap<String, INDArray> moved = new TreeMap<>(weights);
        moved.put(changed, to);
        try (Trainable.RuleStep step = trainable.rule(keys, moved)) {
            return step.values().tensor();
        }
    }

    private static void decoder(AssociativeMemory memory, Trainable trainable, Values values) {
        INDArray expected = memory.decode(values);
        INDArray seed = RandomPatches.random(4, expected.shape());
        INDArray gradient;
        try (Trainable.DecoderStep step = trainable.decoder(values)) {
            assertThat(Differences.largest(step.images(), expected))
                    .isLessThan(1e-4 * Math.max(1, Differences.magnitude(expected)));
            gradient = step.valueGradients(seed).tensor();
        }
        double h = STEP * Differences.magnitude(values.tensor()) / Differences.magnitude(gradient);
        double up = sum(memory.decode(values.withTensor(values.tensor().add(gradient.mul(h)))), seed);
        double down = sum(memory.decode(values.withTensor(values.tensor().sub(gradient.mul(h)))), seed);
        assertSlope("the decoder by the values", (up - down) / (2 * h), gradient);
    }

    private static void assertSlope(String what, double slope, INDArray gradient) {
        double expected = sum(gradient, gradient);
        assertThat(expected).as(what).isPositive();
        assertThat(slope).as(what).isCloseTo(expected, within(TOLERANCE * expected));
    }

    private static double sum(INDArray a, INDArray b) {
        double[] one = Differences.doubles(a);
        double[] other = Differences.doubles(b);
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }
}
