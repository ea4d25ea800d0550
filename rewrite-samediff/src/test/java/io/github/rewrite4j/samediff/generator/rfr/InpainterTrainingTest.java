package io.github.rewrite4j.samediff.generator.rfr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.ValidityMask;
import io.github.rewrite4j.samediff.generator.training.TrainedNetwork;
import io.github.rewrite4j.samediff.generator.training.TrainingPictures;
import io.github.rewrite4j.samediff.generator.training.TrainingSheets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class InpainterTrainingTest {
    private static final InpainterRecipe TINY = new InpainterRecipe(16, 2, 3, 40, 4, 1e-2, 6, 0.8, 3);
    private static final ValidityMask HOLE = ValidityMask.withHole(Region.rectangle(5, 5, 6, 6), 16, 16);

    @TempDir
    Path folder;

    /** Grounds from dark to bright. */
    private static INDArray grounds() {
        INDArray all = Nd4j.create(DataType.FLOAT, 6, 3, 16, 16);
        for (int n = 0; n < 6; n++) {
            all.slice(n).assign(n * 0.3 - 0.75);
        }
        return all;
    }

    private static double error(TrainedNetwork<Rfr> trained) {
        INDArray one = HOLE.toArray().reshape(1, 1, 16, 16);
        INDArray known = Nd4j.concat(0, one, one, one, one, one, one);
        try (Generator generator = trained.network().inpainter();
                INDArray filled =
                        generator.generate(Inputs.of("picture", grounds()).with("known", known))) {
            return filled.sub(grounds()).norm1Number().doubleValue();
        }
    }

    @Test
    void holesAreFilledBetterAndTheFileIsOneOfItsFamily() throws IOException {
        TrainingPictures pictures = TrainingPictures.of(grounds());
        InpainterTraining training =
                InpainterTraining.by(TINY).holes(HoleSource.always(HOLE)).sheets(new TrainingSheets(folder, 10));
        TrainedNetwork<Rfr> trained = training.train(pictures, ProgressListener.SILENT);
        double before = error(InpainterTraining.by(TINY.withSteps(1)).train(pictures, ProgressListener.SILENT));
        assertThat(error(trained)).isLessThan(0.5 * before);
        Path file = folder.resolve("inpainter.safetensors");
        trained.save(file);
        try (Generator kept = trained.network().inpainter();
                Generator loaded = Rfr.load(file).size(16, 16).inpainter()) {
            assertThat(loaded.spec().fingerprint()).isEqualTo(kept.spec().fingerprint());
        }
        assertThat(folder.resolve("step-000040.png")).isRegularFile();
    }

    @Test
    void anInterruptedTrainingEndsAsOneThatWasNot() throws IOException {
        InpainterRecipe recipe = TINY.withSteps(3);
        TrainingPictures pictures = TrainingPictures.of(grounds());
        Path whole = folder.resolve("whole.safetensors");
        InpainterTraining.by(recipe)
                .threads(1)
                .train(pictures, ProgressListener.SILENT)
                .save(whole);
        InpainterTraining kept = InpainterTraining.by(recipe)
                .checkpoints(folder.resolve("checkpoint"))
                .every(1);
        assertThatThrownBy(() -> kept.train(pictures, progress -> progress.step() < 2))
                .isInstanceOf(RewriteCancelledException.class);
        Path parts = folder.resolve("parts.safetensors");
        kept.train(pictures, ProgressListener.SILENT).save(parts);
        assertThat(Files.readAllBytes(parts)).isEqualTo(Files.readAllBytes(whole));
    }
}
