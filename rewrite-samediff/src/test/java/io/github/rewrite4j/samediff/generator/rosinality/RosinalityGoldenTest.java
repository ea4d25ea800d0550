package io.github.rewrite4j.samediff.generator.rosinality;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.generator.style.LatentSampler;
import io.github.rewrite4j.samediff.generator.style.ModulatedLayers;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import io.github.rewrite4j.samediff.generator.style.StyledGraph;
import io.github.rewrite4j.samediff.generator.style.Stylegan2Golden;
import io.github.rewrite4j.samediff.graph.internal.GraphLayer;
import io.github.rewrite4j.samediff.graph.internal.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Every activation of the reference implementation, which ran in float64 and was rounded to float32. */
class RosinalityGoldenTest {
    private static final double TOLERANCE = 2e-4;

    @TempDir
    static Path folder;

    private static Path file = Path.of("");

    @BeforeAll
    static void write() throws IOException {
        file = Stylegan2Golden.write(folder.resolve("golden.safetensors"), Stylegan2Golden.state());
    }

    private static void assertClose(INDArray actual, INDArray expected, String name) {
        assertThat(actual.length()).as(name).isEqualTo(expected.length());
        INDArray difference = actual.reshape(expected.shape()).sub(expected);
        assertThat(Stylegan2Golden.maxAbs(difference))
                .as(name)
                .isLessThan(TOLERANCE * Stylegan2Golden.maxAbs(expected));
    }

    /** Name of the graph's variable for a module of the reference. */
    private static String variable(String module) {
        if (module.equals("style")) {
            return StyledGraph.STYLE;
        }
        if (module.equals("input")) {
            return "const";
        }
        if (module.startsWith("to_rgb")) {
            if (module.equals("to_rgbs.2")) {
                return StyledGraph.OUTPUT;
            }
            return module.endsWith(".modulation")
                    ? module.replace(".conv.modulation", ".modulation")
                    : module.replace(".conv", ".convolved");
        }
        if (module.endsWith(".modulation")) {
            return module;
        }
        if (module.endsWith(".conv")) {
            return ModulatedLayers.convolved(module);
        }
        return module.endsWith(".noise")
                ? ModulatedLayers.noised(module.replace(".noise", ".conv"))
                : ModulatedLayers.value(module + ".conv");
    }

    @Test
    void every_activation_agrees_with_the_reference() throws IOException {
        try (SafeTensors golden = Stylegan2Golden.open();
                SafeTensors tensors = SafeTensors.open(file)) {
            RosinalityCheckpoint checkpoint = RosinalityCheckpoint.in(tensors).orElseThrow();
            RosinalityCheckpoint.Contents contents = checkpoint.read();
            StyledGraph graph = new StyledGraph(contents.network());
            Map<String, INDArray> feeds =
                    new HashMap<>(Stylegan2Golden.inputs(1).arrays());
            for (GraphLayer layer : graph.layers()) {
                String weight = layer.layer().weight();
                feeds.put(
                        weight,
                        layer.layout()
                                .fromCanonical(Objects.requireNonNull(
                                        contents.editable().get(weight))));
            }
            List<String> modules = golden.names().stream()
                    .filter(name -> name.startsWith("act."))
                    .map(name -> name.substring(4))
                    .toList();
            assertThat(modules).hasSizeGreaterThan(35);
            List<String> variables = new ArrayList<>();
            modules.forEach(module -> variables.add(variable(module)));
            SameDiff built = graph.build();
            long[] offsets = built.getVariable(LatentSampler.OFFSETS).placeholderShape();
            feeds.put(LatentSampler.OFFSETS, Nd4j.zeros(DataType.FLOAT, 1, offsets[1], offsets[2]));
            Map<String, INDArray> results = new Program(built).run(feeds, variables);
            for (String module : modules) {
                if (module.equals("input")) {
                    continue;
                }
                assertClose(
                        Objects.requireNonNull(results.get(variable(module))), golden.load("act." + module), module);
            }
        }
    }

    @Test
    void images_agree_with_the_reference_also_when_truncated() throws IOException {
        try (Generator generator = StyleGan2.load(file)) {
            assertClose(generator.generate(Stylegan2Golden.inputs(1)), Stylegan2Golden.tensor("image"), "image");
            assertClose(
                    generator.generate(Stylegan2Golden.inputs(0.7)),
                    Stylegan2Golden.tensor("image_trunc0.7"),
                    "image_trunc0.7");
        }
    }

    @Test
    void without_noise_the_image_is_that_of_the_reference_without_noise() throws IOException {
        Map<String, INDArray> state = Stylegan2Golden.state();
        state.replaceAll((name, tensor) -> name.startsWith("noises.") ? tensor.mul(0) : tensor);
        Path silent = Stylegan2Golden.write(folder.resolve("silent.safetensors"), state);
        try (Generator generator = StyleGan2.load(silent)) {
            assertClose(
                    generator.generate(Stylegan2Golden.inputs(1)),
                    Stylegan2Golden.tensor("image_zero_noise"),
                    "image_zero_noise");
        }
    }

    @Test
    void size_channels_and_depth_are_inferred() throws IOException {
        try (Generator generator = StyleGan2.load(file)) {
            assertThat(generator.spec().architecture()).isEqualTo("StyleGAN2 32x32, latent 64, mapping of 4, 7 layers");
            assertThat(generator.spec().imageHeight()).isEqualTo(32);
            assertThat(generator.layers().stream().map(Layer::name))
                    .containsExactly(
                            "conv1.conv",
                            "convs.0.conv",
                            "convs.1.conv",
                            "convs.2.conv",
                            "convs.3.conv",
                            "convs.4.conv",
                            "convs.5.conv");
            Layer up = generator.layers().get(3);
            assertThat(up.weight()).isEqualTo("convs.2.conv.weight");
            assertThat(up.weightShape()).hasToString("24 x 32 x 3 x 3");
            assertThat(up.keyShape().height()).isEqualTo(8);
            assertThat(up.valueShape().height()).isEqualTo(16);
            Inputs many = generator.sample(19, 5);
            assertThat(generator.generate(many).shape()).containsExactly(19, 3, 32, 32);
        }
    }

    @Test
    void without_a_stored_mean_truncation_pulls_to_the_mean_of_mapped_samples() throws IOException {
        Map<String, INDArray> state = Stylegan2Golden.state();
        INDArray stored = Objects.requireNonNull(state.remove("latent_avg"));
        Path bare = Stylegan2Golden.write(folder.resolve("bare.safetensors"), state);
        try (SafeTensors tensors = SafeTensors.open(bare)) {
            RosinalityCheckpoint checkpoint = RosinalityCheckpoint.in(tensors).orElseThrow();
            INDArray mean = checkpoint.read().network().latentMean();
            INDArray w = Stylegan2Golden.tensor("w");
            double spread = w.sub(stored.reshape(1, 64).broadcast(w.shape()))
                    .norm2Number()
                    .doubleValue();
            double off = mean.sub(stored.reshape(1, 64)).norm2Number().doubleValue();
            assertThat(off).isBetween(0.0, 0.1 * spread);
            assertThat(checkpoint.read().network().latentMean()).isEqualTo(mean);
        }
    }
}
