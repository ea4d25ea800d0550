package io.github.rewrite4j.samediff.generator.progan;

import static io.github.rewrite4j.samediff.Differences.largest;
import static io.github.rewrite4j.samediff.Differences.magnitude;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.samediff.generator.internal.GraphGenerator;
import io.github.rewrite4j.samediff.generator.nvidia.NvidiaGolden;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Progressive GANs of the original model zoo beside what its code computes. */
class ProGanTest {
    @TempDir
    Path folder;

    private static GraphGenerator load(String file) throws IOException {
        return (GraphGenerator) ProGan.load(NvidiaGolden.path(file));
    }

    @ParameterizedTest
    @ValueSource(strings = {"proggan_zip.pth", "proggan_legacy.pth", "proggan_oldnames.pth"})
    void each_container_and_naming_holds_the_same_network(String file) throws IOException {
        NvidiaGolden golden = NvidiaGolden.of("proggan");
        try (TensorSource tensors = TensorSource.open(NvidiaGolden.path(file))) {
            golden.checkWeights(ProGanCheckpoint.in(tensors).orElseThrow().state());
        }
        try (GraphGenerator generator = load(file)) {
            golden.check("image", generator.generate(Inputs.of(ProGanGraph.LATENT, golden.whole("z"))));
            assertThat(largest(generator.sample(3, 1).get(ProGanGraph.LATENT), golden.whole("z")))
                    .isZero();
        }
    }

    @Test
    void activations_of_all_blocks() throws IOException {
        NvidiaGolden golden = NvidiaGolden.of("proggan");
        try (GraphGenerator generator = load("proggan_zip.pth")) {
            Inputs inputs = Inputs.of(ProGanGraph.LATENT, golden.whole("z"));
            golden.check("image_unclamped", generator.compute(inputs, "output_32x32.unclipped"));
            for (String tensor : golden.names("act.")) {
                int dot = tensor.lastIndexOf('.');
                String block = tensor.substring(4, dot);
                boolean last = block.startsWith("output");
                String variable =
                        switch (tensor.substring(dot + 1)) {
                            case "key" -> last ? block + ".key" : block + ".conv.key";
                            case "conv" -> block + ".conv.value";
                            case "out" -> last ? ProGanGraph.OUTPUT : block + ".conv.out";
                            default -> throw new IllegalArgumentException(tensor);
                        };
                golden.check(tensor, generator.compute(inputs.slice(0, golden.samples(tensor)), variable));
            }
        }
        golden.requireAllChecked("act.", "image_");
    }

    @Test
    void layers_are_linear_memories() throws IOException {
        try (GraphGenerator generator = load("proggan_zip.pth")) {
            assertThat(generator.layers().stream().map(Layer::name))
                    .startsWith("layer1.conv", "layer2.conv")
                    .hasSize(8);
            Inputs inputs = generator.sample(2, 3);
            INDArray images = generator.generate(inputs);
            for (Layer layer : generator.layers()) {
                AssociativeMemory memory = generator.memory(layer.name());
                INDArray again = memory.decode(memory.values(memory.keys(inputs)));
                assertThat(largest(again, images)).isLessThan(1e-5 * magnitude(images));
            }
        }
    }

    @Test
    void a_rule_of_rank_one_is_written_and_taken_off_again() throws IOException {
        try (GraphGenerator generator = load("proggan_zip.pth")) {
            AssociativeMemory memory = generator.memory("layer5.conv");
            Region object = Region.ellipse(16, 14, 7, 7);
            Edit edit = Edit.copy(Sample.of(3), object)
                    .pasteInto(Sample.of(5), object)
                    .inContextOf(Sample.list(5, 9), object);
            Rewrite rewrite =
                    LowRankRewrite.rank(1).statistics(64, 1).evaluatedOn(4, 2).rewrite(memory, edit);
            assertThat(rewrite.report().lossAfter())
                    .isLessThan(0.95 * rewrite.report().lossBefore());
            Path file = folder.resolve("rule.safetensors");
            rewrite.patch().save(file);
            Inputs inputs = generator.sampler().at(Sample.list(5, 9));
            INDArray before = generator.generate(inputs);
            try (Generator patched = generator.with(Patch.load(file))) {
                assertThat(largest(patched.generate(inputs), before)).isGreaterThan(0.01);
                try (Generator plain = patched.without(patched.patches().get(0).patch())) {
                    assertThat(plain.generate(inputs)).isEqualTo(before);
                }
            }
        }
    }

    @Test
    void estimates_say_what_there_is() throws IOException {
        for (String file : new String[] {"proggan_zip.pth", "proggan_oldnames.pth"}) {
            GeneratorEstimate estimate = ProGan.estimate(NvidiaGolden.path(file));
            try (Generator generator = load(file)) {
                assertThat(estimate.parameters()).isEqualTo(generator.spec().parameters());
                assertThat(estimate.architecture())
                        .isEqualTo(generator.spec().architecture())
                        .isEqualTo("Progressive GAN 32x32, latent 32, 8 layers");
            }
            assertThat(estimate.inputs()).containsExactly("z [N, 32]");
        }
    }

    @Test
    void what_is_missing_is_named() throws IOException {
        Map<String, INDArray> state = new TreeMap<>();
        try (TensorSource tensors = TensorSource.open(NvidiaGolden.path("proggan_zip.pth"))) {
            for (String name : tensors.names()) {
                state.put(name, tensors.load(name));
            }
        }
        state.remove("layer4.conv.weight");
        state.remove("layer4.wscale.b");
        assertRefused(state, "two layers for each resolution");
        state.keySet().removeIf(name -> name.startsWith("layer3"));
        assertRefused(state, "2 missing", "output_4x4", "8 not expected");
    }

    private void assertRefused(Map<String, INDArray> state, String... words) throws IOException {
        Path file = folder.resolve("changed.safetensors");
        SafeTensors.write(file, state, Map.of());
        assertThatThrownBy(() -> ProGan.load(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll(words);
    }
}
