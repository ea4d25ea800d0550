package io.github.rewrite4j.samediff.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TapedMemoryTest {
    @ParameterizedTest
    @CsvSource({"layer5,layer5", "layer5,layer6", "layer4,layer6", "layer0,layer8", "layer7,layer8"})
    void theFusedFormEqualsTheGraphInValuesAndGradients(String first, String last) {
        try (Generator avatars = Avatars.load()) {
            AssociativeMemory memory = avatars.memory(first, last);
            Keys keys = memory.keys(avatars.sample(3, 5));
            Values values = memory.values(keys);
            HostSamples samples = new HostSamples(keys.tensor(), keys.side());
            List<Parameter> parameters = new ArrayList<>();
            memory.weights().forEach((name, weight) -> parameters.add(Parameter.of(name, weight)));

            Step fused = step(TapedMemory.of(memory), samples, parameters);
            Step graph = step(SessionTaped.of(memory), samples, parameters);

            assertThat(Differences.largest(fused.values, values.tensor())).isLessThan(1e-4);
            assertThat(Differences.largest(fused.images, memory.decode(values))).isLessThan(1e-4);
            for (int p = 0; p < parameters.size(); p++) {
                float[] expected = graph.gradients.get(p);
                float[] actual = fused.gradients.get(p);
                double largest = 0;
                double deviation = 0;
                for (int i = 0; i < expected.length; i++) {
                    largest = Math.max(largest, Math.abs(expected[i]));
                    deviation = Math.max(deviation, Math.abs(expected[i] - actual[i]));
                }
                assertThat(deviation).as(parameters.get(p).name()).isLessThan(1e-3 * largest);
            }
        }
    }

    /** A memory of somebody else's, which offers steps on arrays and nothing of this library's. */
    @ParameterizedTest
    @CsvSource({"layer5,layer5", "layer4,layer6"})
    void stepsOnArraysGiveTheSameValuesAndGradients(String first, String last) {
        try (Generator avatars = Avatars.load()) {
            AssociativeMemory memory = avatars.memory(first, last);
            Keys keys = memory.keys(avatars.sample(3, 5));
            HostSamples samples = new HostSamples(keys.tensor(), keys.side());
            List<Parameter> parameters = new ArrayList<>();
            memory.weights().forEach((name, weight) -> parameters.add(Parameter.of(name, weight)));
            Step own = step(TapedMemory.of(memory), samples, parameters);
            Step foreign = step(TapedMemory.of(new StrangersMemory(memory)), samples, parameters);
            assertThat(Differences.largest(foreign.values, own.values)).isLessThan(1e-5);
            assertThat(Differences.largest(foreign.images, own.images)).isLessThan(1e-5);
            for (int p = 0; p < parameters.size(); p++) {
                assertThat(foreign.gradients.get(p))
                        .as(parameters.get(p).name())
                        .hasSameSizeAs(own.gradients.get(p));
                double largest = 0;
                double deviation = 0;
                for (int i = 0; i < own.gradients.get(p).length; i++) {
                    largest = Math.max(largest, Math.abs(own.gradients.get(p)[i]));
                    deviation = Math.max(
                            deviation,
                            Math.abs(own.gradients.get(p)[i] - foreign.gradients.get(p)[i]));
                }
                assertThat(largest).isPositive();
                assertThat(deviation).as(parameters.get(p).name()).isLessThan(1e-4 * largest);
            }
        }
    }

    @Test
    void aMemoryWithoutGradientsIsRefused() {
        try (Generator avatars = Avatars.load()) {
            AssociativeMemory mute = new StrangersMemory(avatars.memory("layer5"), false);
            assertThatThrownBy(() -> TapedMemory.of(mute))
                    .isInstanceOf(RewriteException.class)
                    .hasMessageContaining("capability Trainable");
        }
    }

    private record Step(
            org.nd4j.linalg.api.ndarray.INDArray values,
            org.nd4j.linalg.api.ndarray.INDArray images,
            List<float[]> gradients) {}

    private static Step step(TapedMemory memory, HostSamples samples, List<Parameter> parameters) {
        try (Tape tape = new Tape()) {
            Taped keys = samples.batch(tape, 0, 2);
            Taped all = samples.batch(tape, 0, 1, 2);
            Map<String, Node> weights = new LinkedHashMap<>();
            parameters.forEach(p -> weights.put(p.name(), tape.parameter(p)));
            Taped allValues = memory.values(tape, all, weights);
            Node allImages = memory.decode(tape, allValues);
            Node images = memory.decode(tape, memory.values(tape, keys, weights));
            float[] seed = new float[images.length()];
            Random random = new Random(4);
            for (int i = 0; i < seed.length; i++) {
                seed[i] = (float) random.nextGaussian();
            }
            tape.backward(images, seed);
            List<float[]> gradients = new ArrayList<>();
            parameters.forEach(p -> gradients.add(tape.parameter(p).gradient().clone()));
            return new Step(allValues.tensor().toArray(), allImages.toArray(), gradients);
        }
    }
}
