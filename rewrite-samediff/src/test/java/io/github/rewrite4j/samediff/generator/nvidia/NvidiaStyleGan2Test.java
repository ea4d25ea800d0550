package io.github.rewrite4j.samediff.generator.nvidia;

import static io.github.rewrite4j.samediff.Differences.largest;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.torch.TorchCheckpoint;
import io.github.rewrite4j.samediff.generator.StyleLatents;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.generator.style.LatentSampler;
import io.github.rewrite4j.samediff.generator.style.ModulatedLayers;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import io.github.rewrite4j.samediff.generator.style.StyledGraph;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** StyleGAN2 pickles of NVIDIA's code beside what that code computes. */
class NvidiaStyleGan2Test {
    private static GraphGenerator load(String name) throws IOException {
        return (GraphGenerator) StyleGan2.load(NvidiaGolden.path(name + ".pkl"));
    }

    private static Inputs inputs(INDArray z, double psi) {
        return Inputs.of(Map.of(
                LatentSampler.LATENT,
                z,
                LatentSampler.TRUNCATION,
                Nd4j.valueArrayOf(new long[] {z.size(0), 1}, psi, DataType.FLOAT)));
    }

    private static Inputs ofClass(Inputs inputs, float... label) {
        float[][] rows = new float[inputs.size()][];
        java.util.Arrays.fill(rows, label);
        return inputs.with(LatentSampler.LABEL, Nd4j.create(rows));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nv_sg2ada", "nv_sg2ada_cond", "nv_sg2_sg3repo", "nv_sg3t", "nv_sg3r_cond"})
    void weights_are_those_of_the_running_mean_bit_by_bit(String name) throws IOException {
        try (TorchCheckpoint file = TorchCheckpoint.open(NvidiaGolden.path(name + ".pkl"))) {
            NvidiaGolden.of(name).checkWeights(file.state("G_ema"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nv_sg2ada", "nv_sg2_sg3repo"})
    void images_and_latents_of_networks_without_classes(String name) throws IOException {
        NvidiaGolden golden = NvidiaGolden.of(name);
        INDArray z = golden.whole("z");
        try (GraphGenerator generator = load(name)) {
            StyleLatents styles = StyleLatents.of(generator);
            Inputs plain = inputs(z, 1);
            Inputs truncated = inputs(z, 0.7);
            golden.check("w", generator.compute(plain, StyledGraph.STYLE));
            golden.check("w_psi0.7", generator.compute(truncated, StyledGraph.STYLE));
            golden.check("image_const", generator.generate(plain));
            golden.check("image_const_psi0.7", generator.generate(truncated));
            Inputs cutOff = styles.mixed(truncated, plain, 3);
            golden.check("ws_psi0.7_cutoff3", cutOff.get(StyleLatents.ROWS));
            golden.check("image_const_psi0.7_cutoff3", generator.generate(cutOff));
            golden.check("image_const_mix3", generator.generate(styles.mixed(plain.slice(0, 1), plain.slice(1, 2), 3)));
            INDArray w = generator.compute(plain, StyledGraph.STYLE);
            golden.check("image_const", generator.generate(styles.inputs(w)));
        }
        try (GraphGenerator silent = silent(name)) {
            golden.check("image_none", silent.generate(inputs(z, 1)));
            golden.check("image_none_psi0.7", silent.generate(inputs(z, 0.7)));
        }
        golden.requireAllChecked("w", "image");
    }

    /** The network with noise of strength 0. */
    private static GraphGenerator silent(String name) throws IOException {
        try (TorchCheckpoint file = TorchCheckpoint.open(NvidiaGolden.path(name + ".pkl"))) {
            Changed changed = new Changed(file, tensor -> tensor.endsWith("noise_strength"), array -> array.mul(0));
            return NvidiaStyleGan2.in(changed, Optional.of(file)).orElseThrow().generator();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nv_sg2ada", "nv_sg2_sg3repo", "nv_sg2ada_cond"})
    void activations_of_all_layers(String name) throws IOException {
        NvidiaGolden golden = NvidiaGolden.of(name);
        try (GraphGenerator generator = load(name)) {
            Inputs all = inputs(golden.whole("z"), 1);
            Inputs inputs = name.endsWith("cond") ? ofClass(all, 0, 1, 0) : all;
            for (String tensor : golden.names("act.")) {
                INDArray computed = generator.compute(inputs.slice(0, golden.samples(tensor)), variable(tensor));
                if (tensor.endsWith(".torgb.out") && !tensor.contains(".b4.")) {
                    String layer = "synthesis" + tensor.substring(3, tensor.length() - 4);
                    computed = computed.sub(generator.compute(
                            inputs.slice(0, golden.samples(tensor)), ModulatedLayers.enlarged(layer)));
                }
                INDArray flat = tensor.endsWith(".style") ? computed.reshape(computed.size(0), -1) : computed;
                golden.check(tensor, flat);
            }
        }
        golden.requireAllChecked("act.");
    }

    private static String variable(String tensor) {
        int dot = tensor.lastIndexOf('.');
        String layer = "synthesis" + tensor.substring(3, dot);
        return switch (tensor.substring(dot + 1)) {
            case "style" -> ModulatedLayers.modulation(layer);
            case "key" -> ModulatedLayers.key(layer);
            case "conv" -> ModulatedLayers.convolved(layer);
            case "out" -> layer.endsWith("torgb") ? image(layer) : ModulatedLayers.value(layer);
            case "img" -> image(layer + ".torgb");
            default -> throw new IllegalArgumentException(tensor);
        };
    }

    private static String image(String torgb) {
        return torgb.equals("synthesis.b32.torgb") ? StyledGraph.OUTPUT : torgb;
    }

    @Test
    void classes_and_labels_that_are_none() throws IOException {
        NvidiaGolden golden = NvidiaGolden.of("nv_sg2ada_cond");
        INDArray z = golden.whole("z");
        try (GraphGenerator generator = load("nv_sg2ada_cond")) {
            for (int k = 0; k < 3; k++) {
                float[] label = new float[3];
                label[k] = 1;
                Inputs plain = ofClass(inputs(z, 1), label);
                Inputs truncated = ofClass(inputs(z, 0.7), label);
                golden.check("w_class" + k, generator.compute(plain, StyledGraph.STYLE));
                golden.check("w_class" + k + "_psi0.7", generator.compute(truncated, StyledGraph.STYLE));
                golden.check("image_const_class" + k, generator.generate(plain));
                if (golden.has("image_const_class" + k + "_psi0.7")) {
                    golden.check("image_const_class" + k + "_psi0.7", generator.generate(truncated));
                }
            }
            float[] soft = golden.whole("c_soft").reshape(3).toFloatVector();
            golden.check("w_soft", generator.compute(ofClass(inputs(z, 1), soft), StyledGraph.STYLE));
            try (GraphGenerator silent = silent("nv_sg2ada_cond")) {
                golden.check("image_none_soft", silent.generate(ofClass(inputs(z, 1), soft)));
            }
        }
        golden.requireAllChecked("w", "image");
    }

    @Test
    void samples_have_classes_and_the_latents_of_numpy() throws IOException {
        NvidiaGolden golden = NvidiaGolden.of("nv_sg2ada_cond");
        try (Generator generator = load("nv_sg2ada_cond")) {
            Inputs drawn = generator.sample(3, 1);
            assertThat(largest(drawn.get(LatentSampler.LATENT), golden.whole("z")))
                    .isZero();
            INDArray one = generator.generate(drawn);
            int[] classes = Nd4j.argMax(drawn.get(LatentSampler.LABEL), 1).toIntVector();
            for (int i = 0; i < 3; i++) {
                try (Generator ofClass = StyleGan2.ofClass(generator, classes[i])) {
                    INDArray same = ofClass.generate(ofClass.sample(3, 1)).get(NDArrayIndex.interval(i, i + 1));
                    assertThat(largest(same, one.get(NDArrayIndex.interval(i, i + 1))))
                            .isZero();
                }
            }
            assertThatThrownBy(() -> StyleGan2.ofClass(generator, 3)).hasMessageContaining("0 to 2");
            Inputs many = generator.sample(300, 1);
            assertThat(many.get(LatentSampler.LABEL).get(NDArrayIndex.interval(0, 3)))
                    .isEqualTo(drawn.get(LatentSampler.LABEL));
            assertThat(many.get(LatentSampler.LATENT).get(NDArrayIndex.interval(0, 3)))
                    .isEqualTo(drawn.get(LatentSampler.LATENT));
            assertThat(generator.sample(300, 2).get(LatentSampler.LABEL)).isNotEqualTo(many.get(LatentSampler.LABEL));
            // Of 300 uniform draws, 70 to 130 of each class but once in some ten thousand.
            for (float ofClass : many.get(LatentSampler.LABEL).sum(0).toFloatVector()) {
                assertThat(ofClass).isBetween(70f, 130f);
            }
        }
    }

    @Test
    void layers_are_named_as_in_the_file_and_are_memories() throws IOException {
        try (GraphGenerator generator = load("nv_sg2ada_cond")) {
            assertThat(generator.layers().stream().map(layer -> layer.name()))
                    .containsExactly(
                            "synthesis.b4.conv1",
                            "synthesis.b8.conv0",
                            "synthesis.b8.conv1",
                            "synthesis.b16.conv0",
                            "synthesis.b16.conv1",
                            "synthesis.b32.conv0",
                            "synthesis.b32.conv1");
            Inputs inputs = generator.sample(2, 5);
            INDArray images = generator.generate(inputs);
            for (String layer : new String[] {"synthesis.b8.conv0", "synthesis.b16.conv1"}) {
                var memory = generator.memory(layer);
                INDArray again = memory.decode(memory.values(memory.keys(inputs)));
                assertThat(largest(again, images)).isLessThan(1e-4);
                assertThat(memory.form().orElseThrow().activation().clamp()).isEqualTo(1.5);
            }
        }
    }

    @Test
    void estimates_say_what_there_is() throws IOException {
        GeneratorEstimate estimate = StyleGan2.estimate(NvidiaGolden.path("nv_sg2ada_cond.pkl"));
        try (Generator generator = load("nv_sg2ada_cond")) {
            assertThat(estimate.parameters()).isEqualTo(generator.spec().parameters());
            assertThat(estimate.architecture())
                    .isEqualTo(generator.spec().architecture())
                    .contains("32x32", "3 classes", "clamped at 1.5");
        }
        assertThat(estimate.notes()).isEmpty();
        assertThat(estimate.inputs()).containsExactly("z [N, 32]", "truncation [N, 1]", "label [N, 3]");
    }

    @Test
    void other_architectures_are_refused_by_name() throws IOException {
        try (TorchCheckpoint file = TorchCheckpoint.open(NvidiaGolden.path("nv_sg2_sg3repo.pkl"))) {
            Map<String, INDArray> state = new TreeMap<>();
            for (String name : file.state("G_ema").names()) {
                state.put(name, file.state("G_ema").load(name));
            }
            state.put("synthesis.b8.skip.weight", Nd4j.zeros(16, 16, 1, 1));
            assertThatThrownBy(() ->
                            NvidiaStyleGan2.in(new Changed(state)).orElseThrow().estimate())
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining("'resnet'");
            state.remove("synthesis.b8.skip.weight");
            GeneratorEstimate bare =
                    NvidiaStyleGan2.in(new Changed(state)).orElseThrow().estimate();
            assertThat(bare.notes()).singleElement().asString().contains("conv_clamp");
            state.keySet().removeIf(name -> name.startsWith("synthesis.b4.torgb"));
            assertThatThrownBy(() ->
                            NvidiaStyleGan2.in(new Changed(state)).orElseThrow().estimate())
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining("'orig'");
        }
    }
}
