package io.github.rewrite4j.samediff.generator.export.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.samediff.generator.munit.TranslatorRecipe;
import io.github.rewrite4j.samediff.generator.munit.TranslatorTraining;
import io.github.rewrite4j.samediff.generator.onnx.OnnxReference;
import io.github.rewrite4j.samediff.generator.rfr.InpainterRecipe;
import io.github.rewrite4j.samediff.generator.rfr.InpainterTraining;
import io.github.rewrite4j.samediff.generator.training.TrainingPictures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Translators and inpainters draw the same in ONNX Runtime. */
class PictureNetworksExportTest {
    @TempDir
    private Path folder;

    private final INDArray pictures = pictures();

    private static INDArray pictures() {
        Random random = new Random(7);
        float[] numbers = new float[3 * 3 * 16 * 16];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = random.nextFloat() * 2 - 1;
        }
        return Nd4j.createFromArray(numbers).reshape(3, 3, 16, 16);
    }

    private Path folderOfPictures() throws IOException {
        for (int i = 0; i < 3; i++) {
            Images.write(pictures.slice(i), folder.resolve("pictures/" + i + ".png"));
        }
        return folder.resolve("pictures");
    }

    private void requireSame(Generator generator, Inputs inputs) throws Exception {
        Path file = folder.resolve("network.onnx");
        OnnxExport.of(generator).write(file);
        INDArray expected = generator.generate(inputs);
        INDArray drawn = OnnxReference.run(Files.readAllBytes(file), inputs.arrays());
        assertThat(drawn.shape()).isEqualTo(expected.shape());
        // Networks that have learnt next to nothing hold normalisations of channels without variance, which enlarge
        // rounding.
        double largest = expected.amaxNumber().doubleValue();
        assertThat(drawn.sub(expected).amaxNumber().doubleValue()).isLessThan(5e-3 * Math.max(1, largest));
    }

    @Test
    void translators() throws Exception {
        TranslatorRecipe tiny = new TranslatorRecipe(16, 4, 1, 1, 2, 8, List.of(4, 8, 8), 1, 2, 5e-3, 0.9, 3);
        TrainingPictures some = TrainingPictures.of(pictures);
        try (Generator translator = TranslatorTraining.pairs(tiny)
                .train(some, some, ProgressListener.SILENT)
                .network()
                .pictures(folderOfPictures())
                .aToB()) {
            INDArray styles = Nd4j.createFromArray(new float[][] {{0, 1}, {1, -1}, {0.5f, 2}});
            requireSame(translator, Inputs.of("picture", pictures).with("style", styles));
        }
    }

    @Test
    void inpainters() throws Exception {
        InpainterRecipe tiny = new InpainterRecipe(16, 2, 3, 1, 2, 1e-3, 6, 0.9, 3);
        try (Generator inpainter = InpainterTraining.by(tiny)
                .train(TrainingPictures.of(pictures), ProgressListener.SILENT)
                .network()
                .pictures(folderOfPictures())
                .inpainter()) {
            INDArray known = Nd4j.ones(DataType.FLOAT, 3, 1, 16, 16);
            for (int i = 0; i < 36; i++) {
                known.putScalar(new int[] {i % 3, 0, 4 + i / 6, 4 + i % 6}, 0);
            }
            requireSame(inpainter, Inputs.of("picture", pictures).with("known", known));
        }
    }
}
