package io.github.rewrite4j.samediff.generator.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.family.GeneratorEstimate;
import io.github.rewrite4j.io.FileFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Which files become generators and what is said about the others. */
class StyleGan2FilesTest {
    @TempDir
    Path folder;

    private Path write(Map<String, INDArray> state) throws IOException {
        return Stylegan2Golden.write(folder.resolve("state.safetensors"), state);
    }

    private void assertRefused(Map<String, INDArray> state, String... parts) throws IOException {
        Path file = write(state);
        assertThatThrownBy(() -> StyleGan2.load(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll(parts);
        assertThatThrownBy(() -> StyleGan2.estimate(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll(parts);
    }

    /** An 8x8 generator that PyTorch saved, see make_stylegan.py beside it. */
    @ParameterizedTest
    @ValueSource(strings = {"bare.pt", "training.pt", "plain.pt", "arrays.npz", "half.pt"})
    void the_same_generator_is_read_from_every_format(String name) throws IOException {
        Path file = folder.resolve(name);
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/stylegan2/" + name))) {
            Files.write(file, in.readAllBytes());
        }
        Path image = folder.resolve("image.npz");
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream("/stylegan2/bare.pt"))) {
            Files.write(image, in.readAllBytes());
        }
        try (Generator generator = StyleGan2.load(file);
                Generator bare = StyleGan2.load(image)) {
            INDArray expected = bare.generate(bare.sample(2, 1));
            INDArray actual = generator.generate(generator.sample(2, 1));
            if (name.equals("half.pt")) {
                assertThat(Stylegan2Golden.maxAbs(actual.sub(expected)))
                        .isBetween(1e-7, 1e-2 * Stylegan2Golden.maxAbs(expected));
            } else {
                assertThat(actual).isEqualTo(expected);
            }
            assertThat(generator.spec().imageHeight()).isEqualTo(8);
            boolean mean = name.equals("training.pt");
            assertThat(generator.spec().fingerprint().equals(bare.spec().fingerprint()))
                    .isEqualTo(!mean && !name.equals("half.pt"));
        }
    }

    @Test
    void the_estimate_counts_parameters_without_reading_them() throws IOException {
        Map<String, INDArray> state = Stylegan2Golden.state();
        Path file = write(state);
        GeneratorEstimate estimate = StyleGan2.estimate(file);
        try (Generator generator = StyleGan2.load(file)) {
            assertThat(estimate.parameters()).isEqualTo(generator.spec().parameters());
            assertThat(estimate.architecture()).isEqualTo(generator.spec().architecture());
        }
        long trained = state.entrySet().stream()
                .filter(e -> !e.getKey().startsWith("noises.")
                        && !e.getKey().endsWith(".kernel")
                        && !e.getKey().equals("latent_avg"))
                .mapToLong(e -> e.getValue().length())
                .sum();
        assertThat(estimate.parameters()).isEqualTo(trained);
        assertThat(List.of(estimate.imageHeight(), estimate.imageWidth())).containsOnly(32);
        assertThat(estimate.layers()).isEqualTo(7);
        assertThat(estimate.inputs()).containsExactly("z [N, 64]", "truncation [N, 1]");
        assertThat(estimate.loadingBytes()).isGreaterThan(8 * trained);
        assertThat(estimate.generatingBytes()).isGreaterThan(4 * trained);
        assertThat(estimate).asString().contains("million parameters", "MB to load");
    }

    @Test
    void missing_unexpected_and_misshapen_tensors_are_listed() throws IOException {
        Map<String, INDArray> renamed = Stylegan2Golden.state();
        renamed.put("convs.1.conv.wieght", Objects.requireNonNull(renamed.remove("convs.1.conv.weight")));
        assertRefused(
                renamed,
                "1 missing: convs.1.conv.weight",
                "nearest to the first in the file: convs.1.conv.wieght",
                "1 not expected: convs.1.conv.wieght");

        Map<String, INDArray> partial = Stylegan2Golden.state();
        partial.keySet().removeIf(name -> name.startsWith("convs.2."));
        assertRefused(partial, "6 missing:", "convs.2.conv.weight");

        Map<String, INDArray> misshapen = Stylegan2Golden.state();
        misshapen.put("convs.3.activate.bias", Nd4j.zeros(7));
        misshapen.put("style.9.weight", Nd4j.zeros(64, 64));
        assertRefused(misshapen, "of another shape: convs.3.activate.bias [7] instead of [24]", "missing: style.5");
    }

    @Test
    void weights_that_are_not_finite_are_named() throws IOException {
        Map<String, INDArray> state = Stylegan2Golden.state();
        INDArray broken =
                Objects.requireNonNull(state.get("convs.0.conv.weight")).dup();
        broken.putScalar(5, Float.NaN);
        state.put("convs.0.conv.weight", broken);
        Path file = write(state);
        assertThatThrownBy(() -> StyleGan2.load(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("convs.0.conv.weight", "NaN");
    }

    @Test
    void foreign_layouts_are_refused_with_what_to_do() throws IOException {
        Map<String, INDArray> nvidia = new TreeMap<>();
        nvidia.put("G_ema.synthesis.b4.conv1.weight", Nd4j.zeros(2, 2));
        nvidia.put("G_ema.mapping.fc0.weight", Nd4j.zeros(2, 2));
        assertRefused(
                nvidia, "fits its layout only in part", "missing: mapping.w_avg", "synthesis.b4.conv1.weight [2, 2]");
        assertRefused(Map.of("a", Nd4j.zeros(1)), "layout of this checkpoint is not known", "'a'");
    }
}
