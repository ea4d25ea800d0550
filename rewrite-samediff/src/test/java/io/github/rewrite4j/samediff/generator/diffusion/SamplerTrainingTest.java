package io.github.rewrite4j.samediff.generator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SamplerTrainingTest {
    private static final DiffusionRecipe RECIPE = new DiffusionRecipe(
            new DiffusionArchitecture(4, 8, List.of(1), List.of(1), 1, 1, List.of(), 4, 8, 1000, 4),
            60,
            0,
            1,
            4,
            3e-3,
            0.9,
            3);

    /** One colour each, from dark to light. */
    private static INDArray pictures() {
        INDArray all = Nd4j.create(8, 3, 4, 4);
        for (int n = 0; n < 8; n++) {
            all.slice(n).assign(-0.8 + 0.2 * n);
        }
        return all;
    }

    /** Mean distance of pictures from what their vectors alone draw. */
    private static double error(DiffusionAutoencoder generator) {
        INDArray z = generator.encode(pictures(), 5).get("z");
        INDArray drawn = generator.generate(Inputs.of("z", z));
        return drawn.sub(pictures()).norm1Number().doubleValue() / drawn.length();
    }

    @Test
    void vectorsAloneDrawTheirPicturesBetterAndAFinishedTrainingIsReadAgain(@TempDir Path folder) {
        ComputeThreads.use(1);
        try (DiffusionAutoencoder before = DiffusionTraining.by(RECIPE).train(pictures(), ProgressListener.SILENT)) {
            SamplerTraining training = SamplerTraining.of(40, 3).checkpoints(folder);
            ProgressListener stops = progress -> progress.step() != 22;
            assertThatThrownBy(() -> training.train(before, pictures(), stops))
                    .isInstanceOf(RewriteCancelledException.class);
            try (DiffusionAutoencoder resumed = training.train(before, pictures(), ProgressListener.SILENT);
                    DiffusionAutoencoder whole =
                            SamplerTraining.of(40, 3).train(before, pictures(), ProgressListener.SILENT)) {
                assertThat(resumed.spec().fingerprint()).isEqualTo(whole.spec().fingerprint());
                assertThat(error(whole)).isLessThan(0.97 * error(before));
                INDArray z = whole.encode(pictures(), 5).get("z");
                INDArray mean = whole.sampler().mean().orElseThrow().get("z");
                assertThat(z.mean(0).sub(mean.reshape(4)).amaxNumber().doubleValue())
                        .isLessThan(1e-4);
            }
        }
    }

    @Test
    void picturesOfAnotherSizeAndNoStepsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SamplerTraining.of(0, 1))
                .withMessageContaining("at least 1");
        try (DiffusionAutoencoder one =
                DiffusionTraining.by(RECIPE.withSteps(1, 0)).train(pictures(), ProgressListener.SILENT)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> SamplerTraining.of(1, 1).train(one, Nd4j.zeros(1, 3, 8, 8), ProgressListener.SILENT))
                    .withMessageContaining("[N, 3, 4, 4]");
        }
    }
}
