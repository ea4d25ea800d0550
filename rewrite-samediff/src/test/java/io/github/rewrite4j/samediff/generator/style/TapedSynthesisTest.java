package io.github.rewrite4j.samediff.generator.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.latent.LatentReader;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Tape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The network behind w on a tape against the graph, and its gradients against differences. */
class TapedSynthesisTest {
    private static final double OF_THE_LARGEST = 1e-4;

    @TempDir
    Path folder;

    private Generator golden() throws IOException {
        return StyleGan2.load(Stylegan2Golden.write(folder.resolve("golden.safetensors"), Stylegan2Golden.state()));
    }

    private static Map<String, Parameter> parameters(LatentNetwork network) {
        Map<String, Parameter> all = new HashMap<>();
        network.parameters().forEach(parameter -> all.put(parameter.name(), parameter));
        return all;
    }

    private static Parameter named(Map<String, Parameter> all, String name) {
        return Objects.requireNonNull(all.get(name), name);
    }

    private static INDArray images(LatentNetwork network, INDArray latents) {
        Map<String, Parameter> weights = parameters(network);
        try (Tape tape = new Tape()) {
            return network.images(tape, tape.constant(latents), name -> tape.frozen(named(weights, name)), null)
                    .toArray();
        }
    }

    private static void assertTheTapeDrawsWhatTheGraphDraws(Generator generator, Inputs inputs) {
        LatentNetwork network = LatentNetwork.of(generator);
        INDArray expected = generator.generate(inputs);
        INDArray actual = images(network, network.latents(inputs));
        assertThat(Differences.largest(actual, expected))
                .isLessThanOrEqualTo(OF_THE_LARGEST * Differences.magnitude(expected));
    }

    @Test
    void avatarsComeOutAsFromTheGraph() {
        try (Generator avatars = Avatars.load();
                Generator patched = avatars.with(Avatars.patch(avatars, "layer5", 3))) {
            assertTheTapeDrawsWhatTheGraphDraws(avatars, avatars.sample(5, 4));
            assertTheTapeDrawsWhatTheGraphDraws(patched, patched.sample(3, 4));
            Generator truncated = StyleGan2.truncated(avatars, 0.6);
            assertTheTapeDrawsWhatTheGraphDraws(truncated, truncated.sample(3, 4));
            truncated.close();
        }
    }

    @Test
    void aStyleGan2WithNoiseBlurAndColourSkipsComesOutAsFromTheGraphAndFromPyTorch() throws IOException {
        try (Generator generator = golden()) {
            Inputs inputs = Stylegan2Golden.inputs(1);
            assertTheTapeDrawsWhatTheGraphDraws(generator, inputs);
            assertTheTapeDrawsWhatTheGraphDraws(generator, Stylegan2Golden.inputs(0.7));
            LatentNetwork network = LatentNetwork.of(generator);
            INDArray reference = Stylegan2Golden.tensor("image");
            assertThat(Differences.largest(images(network, network.latents(inputs)), reference))
                    .isLessThan(2e-4 * Differences.magnitude(reference));
        }
    }

    @Test
    void allThatReadsTheLatentIsFound() throws IOException {
        try (Generator avatars = Avatars.load();
                Generator generator = golden()) {
            assertThat(LatentNetwork.of(avatars).readers())
                    .hasSize(avatars.layers().size())
                    .allMatch(reader -> reader.kind() == LatentReader.Kind.CONVOLUTION)
                    .allMatch(reader -> reader.weight().columns() == 64)
                    .first()
                    .hasToString("layer0.style ["
                            + avatars.layers().get(0).keyShape().channels() + ", 64]");
            List<LatentReader> readers = LatentNetwork.of(generator).readers();
            assertThat(readers).hasSize(11);
            assertThat(readers.stream().filter(r -> r.kind() == LatentReader.Kind.COLOUR))
                    .hasSize(4);
            for (Generator each : List.of(avatars, generator)) {
                Map<String, Parameter> all = parameters(LatentNetwork.of(each));
                for (LatentReader reader : LatentNetwork.of(each).readers()) {
                    assertThat(named(all, reader.weightName()).shape())
                            .containsExactly(
                                    reader.weight().rows(), reader.weight().columns());
                    assertThat(named(all, reader.biasName()).shape())
                            .containsExactly(reader.weight().rows());
                }
            }
        }
    }

    @Test
    void gradientsByWeightsAndLatentsAreSlopesForAvatars() {
        try (Generator avatars = Avatars.load()) {
            assertGradients(
                    avatars,
                    avatars.sample(2, 9),
                    "const",
                    "layer0.style.weight",
                    "layer3.style.bias",
                    "layer5.conv.weight",
                    "layer6.bias",
                    "torgb.weight",
                    "torgb.bias");
        }
    }

    @Test
    void gradientsByWeightsAndLatentsAreSlopesForAFullStyleGan2() throws IOException {
        try (Generator generator = golden()) {
            assertGradients(
                    generator,
                    Stylegan2Golden.inputs(1).slice(0, 2),
                    "const",
                    "conv1.conv.weight",
                    "convs.0.conv.weight",
                    "convs.2.conv.style.weight",
                    "convs.5.conv.bias");
        }
    }

    private static void assertGradients(Generator generator, Inputs inputs, String... names) {
        LatentNetwork network = LatentNetwork.of(generator);
        Map<String, Parameter> weights = parameters(network);
        float[] latents = HostArrays.of(network.latents(inputs));
        float[] seed = HostArrays.of(Avatars.random(
                5,
                inputs.size(),
                3,
                generator.spec().imageHeight(),
                generator.spec().imageWidth()));
        Map<String, float[]> gradients = new HashMap<>();
        try (Tape tape = new Tape()) {
            Node node = tape.variable(latents, inputs.size(), latents.length / inputs.size());
            Node images = network.images(tape, node, name -> tape.parameter(named(weights, name)), null);
            tape.backward(images, seed);
            tape.addGradients();
            gradients.put("latents", node.gradient().clone());
        }
        for (String name : names) {
            gradients.put(name, named(weights, name).gradient());
        }
        gradients.forEach((name, gradient) -> {
            Parameter moved = weights.get(name);
            float[] values = moved == null ? latents : moved.value();
            // Along the gradient itself, mixed with noise, so that the slope stands out from rounding.
            float[] direction = direction(gradient, name.hashCode());
            double expected = 0;
            for (int i = 0; i < direction.length; i++) {
                expected += (double) gradient[i] * direction[i];
            }
            double step = 5e-5 * norm(values);
            double slope = (sum(network, weights, values, direction, step, latents, seed, inputs.size())
                            - sum(network, weights, values, direction, -step, latents, seed, inputs.size()))
                    / (2 * step);
            assertThat(slope).as(name).isCloseTo(expected, within(3e-2 * Math.abs(expected)));
            assertThat(expected).as(name).isNotZero();
        });
    }

    private static float[] direction(float[] gradient, long seed) {
        float[] noise = HostArrays.of(Avatars.random(seed, gradient.length));
        double ratio = norm(gradient) / norm(noise);
        float[] direction = new float[gradient.length];
        for (int i = 0; i < direction.length; i++) {
            direction[i] = (float) (gradient[i] + ratio * noise[i]);
        }
        double norm = norm(direction);
        for (int i = 0; i < direction.length; i++) {
            direction[i] /= (float) norm;
        }
        return direction;
    }

    private static double norm(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += (double) value * value;
        }
        return Math.sqrt(sum);
    }

    /** sum(images seed) with some numbers moved along a direction. */
    private static double sum(
            LatentNetwork network,
            Map<String, Parameter> weights,
            float[] values,
            float[] direction,
            double step,
            float[] latents,
            float[] seed,
            int samples) {
        float[] before = values.clone();
        for (int i = 0; i < values.length; i++) {
            values[i] += (float) (step * direction[i]);
        }
        double sum = 0;
        try (Tape tape = new Tape()) {
            Node node = tape.constant(latents, samples, latents.length / samples);
            float[] images = network.images(tape, node, name -> tape.frozen(named(weights, name)), null)
                    .value();
            for (int i = 0; i < seed.length; i++) {
                sum += (double) images[i] * seed[i];
            }
        }
        System.arraycopy(before, 0, values, 0, values.length);
        return sum;
    }

    @Test
    void domainsStylesThatAreStillApartAddToTheStyle() {
        try (Generator avatars = Avatars.load()) {
            LatentNetwork network = LatentNetwork.of(avatars);
            Map<String, Parameter> weights = parameters(network);
            Inputs inputs = avatars.sample(2, 3);
            float[] latents = HostArrays.of(network.latents(inputs));
            double[] along = new double[64];
            along[7] = 1.5;
            Map<String, float[]> apart = new HashMap<>();
            for (LatentReader reader : network.readers()) {
                float[] style = new float[reader.weight().rows()];
                for (int i = 0; i < style.length; i++) {
                    style[i] = (float) (reader.weight().get(i, 7) * along[7]);
                }
                apart.put(reader.domainsName(), style);
            }
            float[] moved = latents.clone();
            moved[64 + 7] += 1.5f;
            INDArray expected = draw(network, weights, moved, null, apart);
            INDArray actual = draw(network, weights, latents, new float[] {0, 1}, apart);
            assertThat(Differences.largest(actual, expected)).isLessThan(1e-4 * Differences.magnitude(expected));
        }
    }

    private static INDArray draw(
            LatentNetwork network,
            Map<String, Parameter> weights,
            float[] latents,
            float @Nullable [] entered,
            Map<String, float[]> apart) {
        try (Tape tape = new Tape()) {
            return network.images(
                            tape,
                            tape.constant(latents, 2, 64),
                            name -> {
                                float[] style = apart.get(name);
                                return style == null
                                        ? tape.frozen(named(weights, name))
                                        : tape.constant(style, style.length, 1);
                            },
                            entered == null ? null : tape.constant(entered, 2, 1))
                    .toArray();
        }
    }
}
