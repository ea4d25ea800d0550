package io.github.rewrite4j.examples.cli;

import static io.github.rewrite4j.examples.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Files of every family, small ones with random weights, as the commands that describe and run generators see them. */
class FamilyCommandsTest {
    private static final Path FILES = Path.of("../rewrite-samediff/src/test/resources");

    @TempDir
    private static Path folder;

    @BeforeAll
    static void draw() throws IOException {
        Path pictures = Files.createDirectory(folder.resolve("pictures"));
        for (int i = 0; i < 3; i++) {
            Nd4j.getRandom().setSeed(i);
            Images.write(Nd4j.rand(DataType.FLOAT, 3, 32, 32).muli(2).subi(1), pictures.resolve(i + ".png"));
        }
    }

    private static Path file(String name) throws IOException {
        if (name.contains("/")) {
            return FILES.resolve(name);
        }
        Path copy = folder.resolve(name);
        try (InputStream in = BundledGenerator.class.getResourceAsStream(name)) {
            Files.write(copy, Objects.requireNonNull(in, name).readAllBytes());
        }
        return copy;
    }

    private static Object[] with(List<Object> begin, String options) {
        Stream<Object> more = Arrays.stream(options.split(" "))
                .filter(option -> !option.isEmpty())
                .map(option -> option.replace("pictures=", "pictures=" + folder.resolve("pictures")))
                .flatMap(option -> Stream.of("--option", option));
        return Stream.concat(begin.stream(), more).toArray();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource({
        "onnx/dcgan11.pt, dcgan, '', main.3",
        "onnx/dcgan11.onnx, onnx, '', main.3",
        "nvidia/nv_sg2_sg3repo.pkl, nvidia-stylegan2, '', b4.conv1",
        "nvidia/nv_sg3t.pkl, nvidia-stylegan3, '', L0",
        "nvidia/proggan_zip.pth, progan, '', layer3",
        "stylegan2/plain.pt, rosinality, '', convs.0.conv",
        "families/munit_legacy_format.pt, munit, size=32 pictures=, dec",
        "diffae/diffae_tiny_lightning.ckpt, diffusion-autoencoder, '', layer",
        "inpainter64.safetensors, rfr, size=16 pictures=, conv"
    })
    void are_inspected_estimated_listed_and_drawn(String name, String family, String options, String layer)
            throws IOException {
        Path file = file(name);
        Ended inspected = run("inspect", file);
        assertThat(inspected.code()).as(inspected.err()).isZero();
        assertThat(inspected.out()).contains(file.getFileName().toString());

        Ended estimated = run(with(List.of("estimate", file), options));
        assertThat(estimated.code()).as(estimated.err()).isZero();
        assertThat(estimated.out()).contains("family: " + family, "million parameters", "layers with weights");

        Path listed = folder.resolve(family);
        Ended layers = run(with(List.of("layers", "--generator", file, "--out", listed), options));
        assertThat(layers.code()).as(layers.err()).isZero();
        assertThat(layers.out()).contains(layer);
        assertThat(listed.resolve("layers.png")).isNotEmptyFile();
        assertThat(JsonText.read(listed.resolve("report.json")).path("layers").size())
                .isEqualTo(Integer.parseInt(estimated.out().replaceAll("(?s).*, (\\d+) layers with weights.*", "$1")));
    }
}
