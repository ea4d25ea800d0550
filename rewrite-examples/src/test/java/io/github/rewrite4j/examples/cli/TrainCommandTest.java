package io.github.rewrite4j.examples.cli;

import static io.github.rewrite4j.examples.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.image.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class TrainCommandTest {
    @TempDir
    Path folder;

    private Path pictures() throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (int i = 0; i < 3; i++) {
            Images.write(Nd4j.create(DataType.FLOAT, 3, 40, 32).assign(i * 0.5 - 0.5), pictures.resolve(i + ".png"));
        }
        return pictures;
    }

    @Test
    void aGeneratorIsTrainedAndTakenByOtherCommands() throws IOException {
        Path out = folder.resolve("out");
        Ended trained = run("train", "style", "--pictures", pictures(), "--steps", "1", "--out", out, "--log", out);
        assertThat(Files.readAllLines(out.resolve("scalars.csv"))).hasSizeGreaterThan(1);
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("3 pictures", "32 x 32");
        assertThat(out.resolve("samples.png")).isRegularFile();
        assertThat(out.resolve("sheets/step-000001.png")).isRegularFile();
        Ended layers = run("layers", "--generator", out.resolve("generator.safetensors"));
        assertThat(layers.code()).as(layers.err()).isZero();
        assertThat(layers.out()).contains("layer6");
    }

    @Test
    void whatDoesNotFitIsASentence() throws IOException {
        assertThat(run("train", "translator", "--pictures", pictures()).err()).contains("--other");
        Ended pairs = run("train", "style", "--pairs", "--pictures", pictures());
        assertThat(pairs.code()).isEqualTo(2);
        Ended empty = run("train", "inpainter", "--pictures", Files.createDirectories(folder.resolve("empty")));
        assertThat(empty.code()).isEqualTo(1);
        assertThat(empty.err()).contains("no file that ends in .png");
        assertThat(run("train", "music", "--pictures", pictures()).code()).isEqualTo(2);
    }
}
