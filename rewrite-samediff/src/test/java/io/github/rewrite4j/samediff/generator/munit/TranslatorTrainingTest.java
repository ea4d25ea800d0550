package io.github.rewrite4j.samediff.generator.munit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.samediff.generator.training.TrainedNetwork;
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
import org.nd4j.linalg.indexing.NDArrayIndex;

class TranslatorTrainingTest {
    private static final TranslatorRecipe TINY =
            new TranslatorRecipe(16, 4, 1, 1, 2, 8, List.of(4, 8, 8), 50, 4, 1e-2, 0.8, 3);

    @TempDir
    Path folder;

    /** A bright square somewhere on dark ground; in b the colours are exchanged. */
    private static INDArray squares(boolean exchanged) {
        INDArray all = Nd4j.create(DataType.FLOAT, 8, 3, 16, 16).assign(exchanged ? 0.8 : -0.8);
        for (int n = 0; n < 8; n++) {
            all.get(
                            NDArrayIndex.point(n),
                            NDArrayIndex.all(),
                            NDArrayIndex.interval(n % 4 * 2, n % 4 * 2 + 8),
                            NDArrayIndex.interval(n, n + 8))
                    .assign(exchanged ? -0.8 : 0.8);
        }
        return all;
    }

    private static double error(TrainedNetwork<Munit> trained) {
        try (Generator generator = trained.network().aToB();
                INDArray drawn = generator.generate(Inputs.of("picture", squares(false)))) {
            return drawn.sub(squares(true)).norm1Number().doubleValue() / drawn.length();
        }
    }

    @Test
    void pairsAreLearnt() throws IOException {
        TrainingPictures a = TrainingPictures.of(squares(false));
        TrainingPictures b = TrainingPictures.of(squares(true));
        double before = error(TranslatorTraining.pairs(TINY.withSteps(1)).train(a, b, ProgressListener.SILENT));
        TrainedNetwork<Munit> trained = TranslatorTraining.pairs(TINY)
                .sheets(new TrainingSheets(folder, 8))
                .train(a, b, ProgressListener.SILENT);
        assertThat(error(trained)).isLessThan(0.4 * before);
        Path file = folder.resolve("translator.safetensors");
        trained.save(file);
        try (Generator kept = trained.network().bToA();
                Generator loaded = Munit.load(file).size(16, 16).bToA()) {
            assertThat(loaded.spec().fingerprint()).isEqualTo(kept.spec().fingerprint());
        }
        assertThat(folder.resolve("step-000050.png")).isRegularFile();
    }

    @Test
    void aTrainingWithCyclesGoesOnWhereItWasInterrupted() throws IOException {
        TranslatorRecipe recipe = TINY.withSteps(3);
        TrainingPictures a = TrainingPictures.of(squares(false));
        TrainingPictures b = TrainingPictures.of(squares(true)).part(2, 7);
        Path whole = folder.resolve("whole.safetensors");
        TranslatorTraining.cycles(recipe)
                .threads(1)
                .train(a, b, ProgressListener.SILENT)
                .save(whole);
        TranslatorTraining kept = TranslatorTraining.cycles(recipe)
                .checkpoints(folder.resolve("checkpoint"))
                .every(1);
        assertThatThrownBy(() -> kept.train(a, b, progress -> progress.step() < 2))
                .isInstanceOf(RewriteCancelledException.class);
        Path parts = folder.resolve("parts.safetensors");
        kept.train(a, b, ProgressListener.SILENT).save(parts);
        assertThat(Files.readAllBytes(parts)).isEqualTo(Files.readAllBytes(whole));
    }

    @Test
    void whatDoesNotFitIsASentence() {
        TrainingPictures a = TrainingPictures.of(squares(false));
        assertThatThrownBy(() -> TranslatorTraining.pairs(TINY).train(a, a.part(0, 3), ProgressListener.SILENT))
                .hasMessageContaining("8 and 3")
                .hasMessageContaining("cycles");
        assertThatThrownBy(
                        () -> TranslatorTraining.pairs(TranslatorRecipe.small()).train(a, a, ProgressListener.SILENT))
                .hasMessageContaining("32 x 32");
    }
}
