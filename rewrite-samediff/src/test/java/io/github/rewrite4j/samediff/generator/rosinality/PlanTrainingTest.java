package io.github.rewrite4j.samediff.generator.rosinality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.generator.foreign.SameDiffGenerator;
import io.github.rewrite4j.samediff.generator.foreign.ToyGraph;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import io.github.rewrite4j.samediff.generator.style.Stylegan2Golden;
import io.github.rewrite4j.samediff.memory.HostSamples;
import io.github.rewrite4j.samediff.memory.SessionTaped;
import io.github.rewrite4j.samediff.memory.Taped;
import io.github.rewrite4j.samediff.memory.TapedMemory;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Training of memories whose generators have no form of their own, by plans, beside SameDiff's own gradients. */
class PlanTrainingTest {
    @TempDir
    static Path folder;

    @ParameterizedTest
    @CsvSource({
        "conv1.conv,conv1.conv",
        "convs.0.conv,convs.0.conv",
        "convs.1.conv,convs.2.conv",
        "convs.3.conv,convs.5.conv"
    })
    void aStyleNetworkWithNoiseBlurAndSkips(String first, String last) throws IOException {
        Path file = Stylegan2Golden.write(folder.resolve("golden.safetensors"), Stylegan2Golden.state());
        try (Generator generator = StyleGan2.load(file)) {
            compare(generator.memory(first, last), generator);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense", "up", "gained", "strided", "rgb"})
    void aGraphOfSomebodyElse(String layer) {
        try (Generator generator = SameDiffGenerator.of(ToyGraph.generator())
                .input("z", 6)
                .output("image")
                .build()) {
            compare(generator.memory(layer), generator);
        }
    }

    private static void compare(AssociativeMemory memory, Generator generator) {
        Keys keys = memory.keys(generator.sample(3, 5));
        Values values = memory.values(keys);
        HostSamples samples = new HostSamples(keys.tensor(), keys.side());
        List<Parameter> parameters = new ArrayList<>();
        memory.weights().forEach((name, weight) -> parameters.add(Parameter.of(name, weight)));

        Step plan = step(TapedMemory.of(memory), samples, parameters);
        Step session = step(SessionTaped.of(memory), samples, parameters);

        assertThat(Differences.largest(plan.values, values.tensor())).isLessThan(1e-4);
        assertThat(Differences.largest(plan.images, memory.decode(values))).isLessThan(1e-4);
        for (int p = 0; p < parameters.size(); p++) {
            float[] expected = session.gradients.get(p);
            float[] actual = plan.gradients.get(p);
            double largest = 0;
            double deviation = 0;
            for (int i = 0; i < expected.length; i++) {
                largest = Math.max(largest, Math.abs(expected[i]));
                deviation = Math.max(deviation, Math.abs(expected[i] - actual[i]));
            }
            assertThat(largest).isPositive();
            assertThat(deviation).as(parameters.get(p).name()).isLessThan(1e-3 * largest);
        }
    }

    private record Step(INDArray values, INDArray images, List<float[]> gradients) {}

    private static Step step(TapedMemory memory, HostSamples samples, List<Parameter> parameters) {
        try (Tape tape = new Tape()) {
            Taped keys = samples.batch(tape, 0, 1, 2);
            Map<String, Node> weights = new LinkedHashMap<>();
            parameters.forEach(p -> weights.put(p.name(), tape.parameter(p)));
            Taped values = memory.values(tape, keys, weights);
            Node images = memory.decode(tape, values);
            float[] seed = new float[images.length()];
            Random random = new Random(4);
            // Both give the images in an order of their own, so the seed is made for one order.
            float[] plain = new float[seed.length];
            for (int i = 0; i < seed.length; i++) {
                plain[i] = (float) random.nextGaussian();
            }
            reorder(plain, seed, images);
            INDArray shown = images.toArray();
            INDArray made = values.tensor().toArray();
            tape.backward(images, seed);
            List<float[]> gradients = new ArrayList<>();
            parameters.forEach(p -> gradients.add(tape.parameter(p).gradient().clone()));
            return new Step(made, shown, gradients);
        }
    }

    private static void reorder(float[] plain, float[] seed, Node images) {
        boolean last = images.layout() == io.github.rewrite4j.samediff.tape.Layout.CHANNELS_LAST;
        int c = images.size(1);
        int plane = images.size(2) * images.size(3);
        for (int n = 0; n < images.size(0); n++) {
            for (int k = 0; k < c; k++) {
                for (int p = 0; p < plane; p++) {
                    int from = (n * c + k) * plane + p;
                    seed[last ? (n * plane + p) * c + k : from] = plain[from];
                }
            }
        }
    }

    /** What has no adjoint is named, with what to use instead, before anything is trained. */
    @Test
    void anOperationWithoutAdjointIsNamed() {
        SameDiff graph = ToyGraph.generator();
        SDVariable image = graph.getVariable("image");
        graph.cumsum(image, 3).rename("summed");
        try (Generator generator =
                SameDiffGenerator.of(graph).input("z", 6).output("summed").build()) {
            AssociativeMemory memory = generator.memory("gained");
            assertThat(generator.generate(generator.sample(2, 5)).shape()).containsExactly(2, 3, 8, 8);
            assertThatThrownBy(() -> TapedMemory.of(memory))
                    .isInstanceOf(RewriteException.class)
                    .hasMessageContaining("cumsum")
                    .hasMessageContaining("triangular");
        }
    }
}
