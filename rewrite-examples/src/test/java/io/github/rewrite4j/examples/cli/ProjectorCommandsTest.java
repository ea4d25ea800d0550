package io.github.rewrite4j.examples.cli;

import static io.github.rewrite4j.examples.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledProjector;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.internal.JsonText;
import io.github.rewrite4j.samediff.metric.ImageRange;
import io.github.rewrite4j.samediff.metric.Psnr;
import io.github.rewrite4j.samediff.metric.Ssim;
import io.github.rewrite4j.samediff.projector.Reconstruction;
import io.github.rewrite4j.samediff.projector.TrainedProjector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;

class ProjectorCommandsTest {
    @TempDir
    private Path folder;

    @Test
    void theBundledProjectorDrawsSamplesAgain() throws IOException {
        TrainedProjector projector = BundledProjector.load();
        assertThat(projector.spec().layer()).isEqualTo(BundledProjector.LAYER);
        assertThat(projector.curve()).hasSize(40);
        try (Generator avatars = BundledGenerator.load()) {
            var inputs = avatars.sample(8, 2);
            INDArray images = avatars.generate(inputs);
            INDArray again = Reconstruction.through(projector, avatars.memory("layer5", "layer6"))
                    .ofSamples(images, inputs);
            assertThat(Psnr.forRange(ImageRange.SYMMETRIC).mean(again, images)).isGreaterThan(32);
            assertThat(Ssim.forRange(ImageRange.SYMMETRIC).mean(again, images)).isGreaterThan(0.92);
        }
    }

    @Test
    void aPictureUnlikeTheGeneratorsIsProjectedWithAWarning() throws IOException {
        Path image = folder.resolve("noise.png");
        Random random = new Random(5);
        float[] noise = new float[3 * 64 * 70];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = 2 * random.nextFloat() - 1;
        }
        Images.write(Nd4j.createFromArray(noise).reshape(3, 64, 70), image);
        Ended ended = run("project", "--image", image, "--out", folder.resolve("out"));
        assertThat(ended.err()).isEmpty();
        assertThat(ended.code()).isZero();
        assertThat(ended.out()).contains("projection error", "warning: the generator draws this picture less well");
        JsonNode report = JsonText.read(folder.resolve("out/report.json"));
        assertThat(report.get("unlikeTheGenerator").asBoolean()).isTrue();
        assertThat(ended.out()).contains("structure lost", "colour of the style");
        assertThat(report.get("structureLost").asDouble()).isBetween(0.5, 1.1);
        assertThat(report.get("colourOfTheStyle").asDouble()).isBetween(0.0, 2.0);
        assertThat(report.get("style").asText()).matches("sample \\d+ of seed 1|the mean input");
        assertThat(report.get("projectionError").asDouble())
                .isGreaterThan(report.get("warnAbove").asDouble());
        assertThat(folder.resolve("out/reconstruction.png")).isNotEmptyFile();
        assertThat(folder.resolve("out/compare.png")).isNotEmptyFile();
    }

    @Test
    void wrongLayersAndMissingNamesAreSaidInOneSentence() {
        Ended layer = run("train-projector", "--layer", "layr6", "--out", folder.resolve("never"));
        assertThat(layer.code()).isOne();
        assertThat(layer.err()).contains("There is no layer 'layr6'", "'layer6'");
        assertThat(folder.resolve("never")).doesNotExist();
        assertThat(run("ablation").code()).isEqualTo(2);
        assertThat(run("ablation").err()).contains("Name an ablation: projector, strategy, expansion.");
        Ended architecture =
                run("train-projector", "--layer", "layer6", "--architecture", "huge", "--out", folder.resolve("never"));
        assertThat(architecture.err()).contains("choose tiny, base or large");
    }
}
