package io.github.rewrite4j.samediff.generator.nvidia;

import static io.github.rewrite4j.samediff.Differences.largest;
import static io.github.rewrite4j.samediff.Differences.magnitude;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.ExemplarEdit;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.torch.TorchCheckpoint;
import io.github.rewrite4j.samediff.generator.StyleLatents;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.generator.style.LatentSampler;
import io.github.rewrite4j.samediff.generator.style.ModulatedLayers;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** StyleGAN3 pickles of NVIDIA's code beside what that code computes. */
class NvidiaStyleGan3Test {
    private static GraphGenerator load(String name) throws IOException {
        return (GraphGenerator) StyleGan3.load(NvidiaGolden.path(name + ".pkl"));
    }

    private static GraphGenerator changed(String name, Predicate<String> which, UnaryOperator<INDArray> change)
            throws IOException {
        try (TorchCheckpoint file = TorchCheckpoint.open(NvidiaGolden.path(name + ".pkl"))) {
            return NvidiaStyleGan3.in(new Changed(file, which, change), Optional.of(file))
                    .orElseThrow()
                    .generator();
        }
    }

    private static Inputs inputs(INDArray z, double psi, int classes, int number) {
        Inputs plain = Inputs.of(Map.of(
                LatentSampler.LATENT,
                z,
                LatentSampler.TRUNCATION,
                Nd4j.valueArrayOf(new long[] {z.size(0), 1}, psi, DataType.FLOAT)));
        if (classes == 0) {
            return plain;
        }
        float[] label = new float[classes];
        label[number] = 1;
        float[][] rows = new float[plain.size()][];
        Arrays.fill(rows, label);
        return plain.with(LatentSampler.LABEL, Nd4j.create(rows));
    }

    private static void checkClass(
            GraphGenerator generator, NvidiaGolden golden, String suffix, int classes, int number) {
        INDArray z = golden.whole("z");
        StyleLatents styles = StyleLatents.of(generator);
        Inputs plain = inputs(z, 1, classes, number);
        Inputs truncated = inputs(z, 0.7, classes, number);
        golden.check("w" + suffix, generator.compute(plain, StyleLatents.COMMON));
        golden.check("w" + suffix + "_psi0.7", generator.compute(truncated, StyleLatents.COMMON));
        golden.check("image" + suffix, generator.generate(plain));
        golden.check("image" + suffix + "_psi0.7", generator.generate(truncated));
        if (golden.has("ws" + suffix + "_psi0.7_cutoff3")) {
            Inputs cutOff = styles.mixed(truncated, plain, 3);
            golden.check("ws" + suffix + "_psi0.7_cutoff3", cutOff.get(StyleLatents.ROWS));
            golden.check("image" + suffix + "_psi0.7_cutoff3", generator.generate(cutOff));
        }
    }

    @Test
    void images_and_latents_of_configuration_t() throws IOException {
        NvidiaGolden golden = NvidiaGolden.of("nv_sg3t");
        try (GraphGenerator generator = load("nv_sg3t")) {
            checkClass(generator, golden, "", 0, 0);
        }
        try (GraphGenerator moved = transformed("nv_sg3t", golden)) {
            golden.check("image_transform2", moved.generate(inputs(golden.whole("z"), 1, 0, 0)));
        }
        golden.requireAllChecked("w", "image");
    }

    @Test
    void images_and_latents_of_configuration_r_with_classes() throws IOException {
        NvidiaGolden golden = NvidiaGolden.of("nv_sg3r_cond");
        try (GraphGenerator generator = load("nv_sg3r_cond")) {
            for (int k = 0; k < 2; k++) {
                checkClass(generator, golden, "_class" + k, 2, k);
            }
            assertThat(generator.sample(2, 1).get(LatentSampler.LABEL).shape()).containsExactly(2, 2);
            try (Generator one = StyleGan2.ofClass(generator, 1)) {
                assertThat(one.sample(2, 1)
                                .get(LatentSampler.LABEL)
                                .getColumn(1)
                                .toFloatVector())
                        .containsExactly(1, 1);
            }
        }
        try (GraphGenerator moved = transformed("nv_sg3r_cond", golden)) {
            golden.check("image_class0_transform2", moved.generate(inputs(golden.whole("z"), 1, 2, 0)));
        }
        golden.requireAllChecked("w", "image");
    }

    /** The network with another transform of its plane in the file. */
    private static GraphGenerator transformed(String name, NvidiaGolden golden) throws IOException {
        return changed(name, tensor -> tensor.endsWith("input.transform"), array -> golden.whole("transform2"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nv_sg3t", "nv_sg3r_cond"})
    void activations_of_all_layers(String name) throws IOException {
        NvidiaGolden golden = NvidiaGolden.of(name);
        try (GraphGenerator generator = load(name)) {
            Inputs inputs = inputs(golden.whole("z"), 1, name.contains("cond") ? 2 : 0, 0);
            for (String tensor : golden.names("act.")) {
                int dot = tensor.lastIndexOf('.');
                String layer = "synthesis" + tensor.substring(3, dot);
                String what = tensor.substring(dot + 1);
                if (what.equals("out_z1")) {
                    INDArray second = generator.compute(inputs.slice(1, 2), FilteredGraph.INPUT);
                    golden.check(
                            tensor,
                            second.get(
                                    NDArrayIndex.all(),
                                    NDArrayIndex.interval(0, 2),
                                    NDArrayIndex.all(),
                                    NDArrayIndex.all()));
                    continue;
                }
                String variable =
                        switch (what) {
                            case "style" -> ModulatedLayers.modulation(layer);
                            case "key" -> ModulatedLayers.key(layer);
                            case "conv" -> ModulatedLayers.convolved(layer);
                            case "out" -> layer.equals(FilteredGraph.INPUT) ? layer : ModulatedLayers.value(layer);
                            default -> throw new IllegalArgumentException(tensor);
                        };
                INDArray computed = generator.compute(inputs.slice(0, 1), variable);
                golden.check(tensor, what.equals("style") ? computed.reshape(1, computed.size(1)) : computed);
            }
        }
        golden.requireAllChecked("act.");
    }

    @Test
    void layers_are_memories_and_their_margin_lies_outside_of_the_picture() throws IOException {
        try (GraphGenerator generator = load("nv_sg3t")) {
            assertThat(generator.layers().stream().map(Layer::name))
                    .containsExactly(
                            "synthesis.L0_36_8",
                            "synthesis.L1_36_8",
                            "synthesis.L2_52_8",
                            "synthesis.L3_52_4",
                            "synthesis.L4_32_4");
            Inputs inputs = generator.sample(2, 5);
            INDArray images = generator.generate(inputs);
            for (Layer layer : generator.layers()) {
                AssociativeMemory memory = generator.memory(layer.name());
                assertThat(memory.form()).isPresent();
                INDArray again = memory.decode(memory.values(memory.keys(inputs)));
                assertThat(largest(again, images)).isLessThan(1e-5 * magnitude(images));
            }
            Layer third = generator.layers().get(2);
            assertThat(third.keyShape().margin()).isEqualTo(10);
            assertThat(third.keyShape().height()).isEqualTo(36);
            assertThat(third.valueShape().margin()).isEqualTo(10);
            assertThat(generator.layers().get(4).valueShape().margin()).isZero();
            Mask all = Region.full().onGrid(32, 32, third.keyShape());
            assertThat(all.height()).isEqualTo(36);
            assertThat(all.selectedCells()).isEqualTo(16 * 16);
            assertThat(all.value(10, 10)).isEqualTo(1);
            assertThat(all.value(9, 10)).isZero();
            assertThat(all.value(25, 25)).isEqualTo(1);
            assertThat(all.value(25, 26)).isZero();
            Mask left = Region.rectangle(0, 0, 16, 32).onGrid(32, 32, third.valueShape());
            assertThat(left.value(20, 10)).isEqualTo(1);
            assertThat(left.value(20, 25)).isEqualTo(1);
            assertThat(left.value(20, 27)).isZero();
        }
    }

    @Test
    void an_object_from_a_picture_is_learnt_through_the_filters() throws IOException {
        try (GraphGenerator generator = load("nv_sg3t")) {
            AssociativeMemory memory = generator.memory("synthesis.L2_52_8");
            Exemplar disc = Exemplar.of(Nd4j.ones(3, 32, 32).muli(-0.8), Region.ellipse(16, 16, 9, 8));
            Rewrite rewrite = OutOfDomainRewrite.inImages()
                    .steps(12)
                    .rate(0.1)
                    .batch(2, 0)
                    .evaluatedOn(List.of(), 0, 2)
                    .rewrite(memory, ExemplarEdit.of(disc).shownOn(Sample.range(1, 0, 2)));
            // One layer of eight channels between low-pass filters cannot draw a disc; it moves towards one.
            assertThat(rewrite.report().lossAfter())
                    .isLessThan(0.9995 * rewrite.report().lossBefore());
            Inputs inputs = generator.sample(1, 5);
            try (Generator rewritten = generator.with(rewrite.patch())) {
                assertThat(largest(rewritten.generate(inputs), generator.generate(inputs)))
                        .isPositive();
            }
        }
    }

    @Test
    void estimates_say_what_there_is() throws IOException {
        GeneratorEstimate estimate = StyleGan3.estimate(NvidiaGolden.path("nv_sg3r_cond.pkl"));
        try (Generator generator = load("nv_sg3r_cond")) {
            assertThat(estimate.parameters()).isEqualTo(generator.spec().parameters());
            assertThat(estimate.architecture())
                    .isEqualTo(generator.spec().architecture())
                    .contains("StyleGAN3-R 32x32", "2 classes", "clamped at 1.6");
            assertThat(estimate.layers()).isEqualTo(generator.layers().size());
        }
        assertThat(StyleGan3.estimate(NvidiaGolden.path("nv_sg3t.pkl")).architecture())
                .contains("StyleGAN3-T");
    }

    @ParameterizedTest
    @ValueSource(strings = {"synthesis.L2_52_8.up_filter", "synthesis.L2_52_8.down_filter"})
    void filters_of_a_wrong_length_are_refused(String filter) {
        for (int length : new int[] {11, 13, 1, 25}) {
            assertThatThrownBy(() -> changed(
                            "nv_sg3t", name -> name.endsWith(filter), array -> Nd4j.ones(DataType.FLOAT, length)))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContainingAll("L2_52_8", "filters of", length + " ", "taps");
        }
    }

    @Test
    void weights_alone_are_refused() throws IOException {
        try (TorchCheckpoint file = TorchCheckpoint.open(NvidiaGolden.path("nv_sg3t.pkl"))) {
            Changed bare = new Changed(file, name -> false, array -> array);
            assertThatThrownBy(() -> NvidiaStyleGan3.in(bare).orElseThrow().estimate())
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining("Load the pickle");
        }
        assertThatThrownBy(() -> StyleGan2.load(NvidiaGolden.path("nv_sg3t.pkl")))
                .isInstanceOf(FileFormatException.class);
    }
}
