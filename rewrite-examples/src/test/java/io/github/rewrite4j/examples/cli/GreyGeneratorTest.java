package io.github.rewrite4j.examples.cli;

import static io.github.rewrite4j.examples.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;

/** Somebody's graph that draws grey pictures, 24 wide and 16 high, from the command line. */
class GreyGeneratorTest {
    private static final int HEIGHT = 16;
    private static final int WIDTH = 24;

    @TempDir
    private static Path folder;

    private static Path graph;

    @BeforeAll
    static void save() {
        SameDiff sd = SameDiff.create();
        SDVariable z = sd.placeHolder("z", DataType.FLOAT, -1, 6);
        SDVariable map =
                sd.reshape(sd.nn.relu(sd.mmul(z, sd.var("dense.weight", random(1, 6, 5 * 8 * 12))), 0), -1, 5, 8, 12);
        SDVariable big = sd.cnn.upsampling2d(map, 2, 2, true);
        SDVariable value =
                sd.nn.leakyRelu(sd.cnn.conv2d(big, sd.var("inner.weight", random(2, 3, 3, 5, 8)), of(3)), 0.2);
        sd.nn.tanh("image", sd.cnn.conv2d(value, sd.var("out.weight", random(3, 1, 1, 8, 1)), of(1)));
        graph = folder.resolve("grey.fb");
        sd.save(graph.toFile(), false);
    }

    private static Conv2DConfig of(int kernel) {
        return Conv2DConfig.builder()
                .kH(kernel)
                .kW(kernel)
                .paddingMode(PaddingMode.SAME)
                .dataFormat("NCHW")
                .build();
    }

    private static INDArray random(long seed, long... shape) {
        Nd4j.getRandom().setSeed(seed);
        return Nd4j.randn(DataType.FLOAT, shape).muli(0.3);
    }

    private static Ended rewrite(String command, Path out, Object... more) {
        Object[] common = {
            command, "--generator", graph, "--option", "trusted=true", "--option", "pixels=symmetric", "--out", out
        };
        Ended ended = run(Stream.concat(Stream.of(common), Stream.of(more)).toArray());
        assertThat(ended.code()).as(ended.err()).isZero();
        return ended;
    }

    private static void assertGrid(Path file, int images) throws IOException {
        Pixels pixels = Pixels.read(file);
        assertThat((pixels.width() + 2) % (WIDTH + 2)).isZero();
        assertThat((pixels.height() + 2) % (HEIGHT + 2)).isZero();
        assertThat((pixels.width() + 2) / (WIDTH + 2) * ((pixels.height() + 2) / (HEIGHT + 2)))
                .isGreaterThanOrEqualTo(images);
        float[] first = pixels.toArray()
                .reshape(3, (long) pixels.height() * pixels.width())
                .getRow(0)
                .dup()
                .data()
                .asFloat();
        float[] last = pixels.toArray()
                .reshape(3, (long) pixels.height() * pixels.width())
                .getRow(2)
                .dup()
                .data()
                .asFloat();
        assertThat(first).isEqualTo(last);
    }

    @Test
    void samples_edits_and_patches_are_grey_and_wide() throws IOException {
        Path samples = folder.resolve("samples");
        rewrite("sample", samples, "--count", 4);
        try (Stream<Path> files = Files.list(samples)) {
            assertThat(files.map(Path::toString)).anyMatch(name -> name.endsWith(".png"));
        }

        Path plan = Files.writeString(folder.resolve("edit.json"), """
                {"layer": "inner", "rank": 2, "object": {"sample": 3, "region": "rectangle(2, 3, 8, 6)"},
                 "paste": [{"sample": 5, "region": "rectangle(14, 5, 8, 6)"}], "fresh": 8}
                """);
        Path edited = folder.resolve("edited");
        rewrite("edit", edited, "--edit", plan);
        assertGrid(edited.resolve("before.png"), 64);
        assertGrid(edited.resolve("after.png"), 64);
        assertThat(edited.resolve("compare.png")).isNotEmptyFile();
        JsonNode report = JsonText.read(edited.resolve("report.json"));
        assertThat(report.path("generator").path("imageHeight").asInt()).isEqualTo(HEIGHT);
        assertThat(report.path("generator").path("imageWidth").asInt()).isEqualTo(WIDTH);
        assertThat(report.path("lossAfter").asDouble())
                .isLessThan(report.path("lossBefore").asDouble());
        assertThat(report.path("freshSamples").asInt()).isPositive();

        Path applied = folder.resolve("applied");
        rewrite("apply", applied, "--patch", edited.resolve("patch.safetensors"), "--count", 4);
        assertThat(applied.resolve("report.json")).isNotEmptyFile();
    }

    @Test
    void an_object_from_a_grey_picture_is_pasted() throws IOException {
        float[][] picture = new float[HEIGHT][WIDTH];
        float[][] mask = new float[HEIGHT][WIDTH];
        for (int y = 4; y < 12; y++) {
            for (int x = 15; x < 22; x++) {
                picture[y][x] = 0.9f;
                mask[y][x] = 1;
            }
        }
        Path object = Files.write(folder.resolve("object.png"), Images.greyPng(picture));
        Path marked = Files.write(folder.resolve("mask.png"), Images.greyPng(mask));
        Path pasted = folder.resolve("pasted");
        rewrite(
                "paste",
                pasted,
                "--exemplar",
                object,
                "--mask",
                marked,
                "--layers",
                "inner",
                "--steps",
                4,
                "--fresh",
                4,
                "--context",
                4);
        assertGrid(pasted.resolve("before.png"), 64);
        assertGrid(pasted.resolve("after.png"), 64);
        assertThat(pasted.resolve("compare.png")).isNotEmptyFile();
        assertThat(pasted.resolve("patch.safetensors")).isNotEmptyFile();
    }
}
