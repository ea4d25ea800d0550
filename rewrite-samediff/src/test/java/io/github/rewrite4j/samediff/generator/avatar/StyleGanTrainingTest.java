package io.github.rewrite4j.samediff.generator.avatar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import io.github.rewrite4j.samediff.generator.training.TrainingPictures;
import io.github.rewrite4j.samediff.generator.training.TrainingSheets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class StyleGanTrainingTest {
    private static final StyleGanRecipe TINY =
            new StyleGanRecipe(8, 2, List.of(8, 8, 8, 8), List.of(8, 16), 3, 8, 4e-3, 1, 2, 0.9, true, 3);

    @TempDir
    Path folder;

    /** Flat pictures of two colours: red ones and blue ones, the lower half black. */
    private static TrainingPictures pictures() {
        INDArray all = Nd4j.create(DataType.FLOAT, 16, 3, 8, 8).assign(-1);
        for (int n = 0; n < 16; n++) {
            for (int i = 0; i < 32; i++) {
                all.putScalar(new int[] {n, n % 2 == 0 ? 0 : 2, i / 8, i % 8}, 1);
            }
        }
        return TrainingPictures.of(all);
    }

    @Test
    void whatIsLearntLooksLikeThePicturesAndIsAFileOfItsFamily() throws IOException {
        Path file = folder.resolve("tiny.safetensors");
        StyleGanTraining training =
                StyleGanTraining.by(TINY.withSteps(200)).sheets(new TrainingSheets(folder.resolve("sheets"), 8));
        try (TrainedStyleGan trained = training.train(pictures(), ProgressListener.SILENT)) {
            trained.save(file);
            try (Generator loaded = StyleGan2.load(file);
                    INDArray drawn = loaded.generate(loaded.sample(32, 1))) {
                assertThat(drawn.equalsWithEps(trained.generator().generate(loaded.sample(32, 1)), 1e-6))
                        .isTrue();
                // Black below, green nowhere, and much of red or blue above.
                INDArray means = drawn.mean(0);
                assertThat(means.slice(1).meanNumber().doubleValue()).isLessThan(-0.7);
                double above = (upper(means.slice(0)) + upper(means.slice(2))) / 2;
                double below = (lower(means.slice(0)) + lower(means.slice(2))) / 2;
                assertThat(above).isGreaterThan(below + 0.5);
            }
        }
        assertThat(folder.resolve("sheets/step-000200.png")).isRegularFile();
    }

    private static double upper(INDArray map) {
        return map.get(org.nd4j.linalg.indexing.NDArrayIndex.interval(0, 3))
                .meanNumber()
                .doubleValue();
    }

    private static double lower(INDArray map) {
        return map.get(org.nd4j.linalg.indexing.NDArrayIndex.interval(5, 8))
                .meanNumber()
                .doubleValue();
    }

    @Test
    void anInterruptedTrainingEndsAsOneThatWasNot() throws IOException {
        Path whole = folder.resolve("whole.safetensors");
        Path parts = folder.resolve("parts.safetensors");
        try (TrainedStyleGan trained =
                StyleGanTraining.by(TINY).threads(1).train(pictures(), ProgressListener.SILENT)) {
            trained.save(whole);
        }
        StyleGanTraining kept = StyleGanTraining.by(TINY)
                .checkpoints(folder.resolve("checkpoint"))
                .every(1);
        assertThatThrownBy(() -> kept.train(pictures(), progress -> progress.step() < 2))
                .isInstanceOf(RewriteCancelledException.class);
        try (TrainedStyleGan trained = kept.train(pictures(), ProgressListener.SILENT)) {
            trained.save(parts);
        }
        assertThat(Files.readAllBytes(parts)).isEqualTo(Files.readAllBytes(whole));
    }

    @Test
    void aTrainedGeneratorIsWhereAnotherTrainingStarts() throws IOException {
        Path file = folder.resolve("first.safetensors");
        try (TrainedStyleGan first =
                StyleGanTraining.by(TINY.withSteps(1)).train(pictures(), ProgressListener.SILENT)) {
            first.save(file);
            StyleGanTraining second =
                    StyleGanTraining.by(TINY.withSteps(1).withSeed(9)).from(file, first.discriminator());
            try (TrainedStyleGan more = second.train(pictures(), ProgressListener.SILENT);
                    INDArray a = first.generator().generate(first.generator().sample(4, 1));
                    INDArray b = more.generator().generate(first.generator().sample(4, 1))) {
                assertThat(a.distance2(b)).isLessThan(0.2 * a.norm2Number().doubleValue());
            }
        }
    }

    @Test
    void whatDoesNotFitIsASentence() {
        StyleGanTraining training = StyleGanTraining.by(StyleGanRecipe.small());
        assertThatThrownBy(() -> training.train(pictures(), ProgressListener.SILENT))
                .hasMessageContaining("8 x 8 pixels")
                .hasMessageContaining("32 x 32");
        assertThatThrownBy(() -> StyleGanTraining.by(TINY).soFar(pictures())).hasMessageContaining("train first");
        assertThatThrownBy(() -> TrainingPictures.of(Nd4j.zeros(1, 1, 8, 8))).hasMessageContaining("[N, 3, H, W]");
    }
}
