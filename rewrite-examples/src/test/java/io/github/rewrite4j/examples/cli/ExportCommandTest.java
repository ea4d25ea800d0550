package io.github.rewrite4j.examples.cli;

import static io.github.rewrite4j.examples.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.io.TensorSource;
import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.samediff.generator.onnx.OnnxGenerator;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ExportCommandTest {
    @TempDir
    Path folder;

    private Ended export(String... arguments) {
        return run(Stream.concat(Stream.of("export", "--out", folder), Arrays.stream(arguments))
                .toArray());
    }

    private String patch() throws Exception {
        try (Generator plain = BundledGenerator.load()) {
            int in = plain.layers().get(6).weightShape().in();
            int out = plain.layers().get(6).weightShape().out();
            INDArray left = Nd4j.linspace(-20, 20, out * 9L, org.nd4j.linalg.api.buffer.DataType.FLOAT)
                    .mul(0.01)
                    .reshape(out, 1, 3, 3);
            Patch patch = new Patch(
                    plain.spec().baseFingerprint(),
                    List.of(new WeightDelta.LowRank(plain.layers().get(6).weight(), left, Nd4j.ones(1, in))),
                    Map.of());
            Path file = folder.resolve("patch.safetensors");
            patch.save(file);
            return file.toString();
        }
    }

    private static INDArray drawn(Generator generator) {
        return generator.generate(generator.sample(2, 4));
    }

    private INDArray expected(String patch, double strength) throws Exception {
        try (Generator plain = BundledGenerator.load();
                Generator edited = plain.with(Patch.load(Path.of(patch)), strength)) {
            return drawn(edited);
        }
    }

    @Test
    void a_patched_generator_leaves_as_a_network_that_draws_the_same() throws Exception {
        String patch = patch();
        Ended ended = export("--as", "onnx", "--truncation", "1", "--patch", patch, "--strength", "0.5");
        assertThat(ended.err()).isEmpty();
        assertThat(ended.code()).isZero();
        try (Generator network = OnnxGenerator.load(folder.resolve("generator.onnx"))) {
            INDArray difference = network.generate(network.sample(2, 4)).sub(expected(patch, 0.5));
            assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-4);
        }
    }

    @Test
    void a_network_of_the_users_own_judges_what_a_patch_does() throws Exception {
        String patch = patch();
        Path judge = folder.resolve("judge.onnx");
        try (java.io.InputStream in =
                java.util.Objects.requireNonNull(ExportCommandTest.class.getResourceAsStream("/onnx/judge.onnx"))) {
            Files.copy(in, judge);
        }
        Ended ended = run(
                "apply",
                "--patch",
                patch,
                "--fresh",
                0,
                "--count",
                4,
                "--judge",
                judge,
                "--judge-input",
                "imagenet@16",
                "--out",
                folder);
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).contains("judge.onnx: mean cosine", "too large");
        assertThat(JsonText.read(folder.resolve("report.json"))
                        .path("judge")
                        .path("meanCosine")
                        .asDouble())
                .isBetween(-1.0, 0.99999);
        assertThat(run("apply", "--patch", patch, "--judge", judge, "--out", folder)
                        .err())
                .contains("--judge-input");
        assertThat(run("apply", "--patch", patch, "--judge-input", "unit", "--out", folder)
                        .code())
                .isEqualTo(2);
    }

    @Test
    void a_state_dict_is_loaded_again_and_its_patch_is_extracted() throws Exception {
        String patch = patch();
        assertThat(export("--as", "state-dict", "--format", "pt", "--patch", patch)
                        .code())
                .isZero();
        assertThat(export("--as", "state-dict", "--format", "safetensors").code())
                .isZero();
        Path edited = folder.resolve("generator.pt");
        Path plain = folder.resolve("generator.safetensors");
        try (Generator again = StyleGan2.load(edited)) {
            assertThat(drawn(again)).isEqualTo(expected(patch, 1));
        }
        Path found = folder.resolve("found");
        Ended ended = run("extract", plain.toString(), edited.toString(), "--out", found.toString());
        assertThat(ended.err()).isEmpty();
        assertThat(ended.out()).contains("at rank 1");
        assertThat(found.resolve("compare.png")).isRegularFile();
        Patch extracted = Patch.load(found.resolve("patch.safetensors"));
        assertThat(extracted.baseFingerprint())
                .isEqualTo(Patch.load(Path.of(patch)).baseFingerprint());
    }

    @Test
    void pairs_and_options_that_do_not_belong_together() throws Exception {
        String patch = patch();
        assertThat(export("--as", "low-rank", "--patch", patch).code()).isZero();
        try (TensorSource tensors = TensorSource.open(folder.resolve("low-rank.safetensors"))) {
            assertThat(tensors.names()).anyMatch(name -> name.endsWith(".lora_down.weight"));
        }
        assertThat(export("--as", "low-rank").err()).contains("one --patch");
        assertThat(export("--as", "low-rank", "--half", "--patch", patch).code())
                .isEqualTo(2);
        assertThat(export("--as", "pickle").code()).isEqualTo(2);
        assertThat(export("--as", "pickle").err()).contains("state-dict");
        assertThat(Files.exists(folder.resolve("generator.onnx"))).isFalse();
    }
}
