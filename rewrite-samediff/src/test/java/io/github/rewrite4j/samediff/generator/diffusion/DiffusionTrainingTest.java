package io.github.rewrite4j.samediff.generator.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DiffusionTrainingTest {
    private static final DiffusionRecipe RECIPE = new DiffusionRecipe(
            new DiffusionArchitecture(8, 8, List.of(1, 2), List.of(1, 2), 1, 1, List.of(4), 4, 16, 1000, 4),
            60,
            40,
            400,
            4,
            3e-3,
            0.9,
            3);

    /** One colour each, from dark to light. */
    private static INDArray pictures() {
        INDArray all = Nd4j.create(8, 3, 8, 8);
        for (int n = 0; n < 8; n++) {
            all.slice(n).assign(-0.8 + 0.2 * n);
        }
        return all;
    }

    @Test
    void theLossFallsAndTheVectorsOfPicturesAreWhereSamplesAre() {
        ComputeThreads.use(1);
        List<Double> losses = new ArrayList<>();
        ProgressListener listener = progress -> losses.add(progress.loss());
        try (DiffusionAutoencoder trained = DiffusionTraining.by(RECIPE).train(pictures(), listener)) {
            assertThat(losses).hasSize(RECIPE.allSteps());
            assertThat(losses.get(RECIPE.steps() - 1)).isLessThan(0.8 * losses.get(0));
            INDArray z = trained.encode(pictures(), 10).get("z");
            INDArray mean = trained.sampler().mean().orElseThrow().get("z");
            assertThat(z.mean(0).sub(mean.reshape(4)).amaxNumber().doubleValue())
                    .isLessThan(1e-4);
        }
    }

    @Test
    void theFixedNoiseIsTheMeanOfWhatPicturesLeadBackTo() {
        ComputeThreads.use(1);
        try (DiffusionAutoencoder trained =
                DiffusionTraining.by(RECIPE.withSteps(2, 0)).train(pictures(), ProgressListener.SILENT)) {
            INDArray back = trained.encode(pictures(), DiffusionAutoencoder.STEPS)
                    .get("xT")
                    .mean(0);
            assertThat(Nd4j.createFromArray(trained.weights().noise())
                            .reshape(3, 8, 8)
                            .sub(back)
                            .amaxNumber()
                            .doubleValue())
                    .isLessThan(1e-5);
        }
    }

    @Test
    void anInterruptedTrainingGoesOnToTheSameBytes(@TempDir Path folder) {
        ComputeThreads.use(1);
        DiffusionRecipe longer = new DiffusionRecipe(
                new DiffusionArchitecture(8, 4, List.of(1), List.of(1), 1, 1, List.of(), 2, 4, 1000, 2),
                90,
                20,
                400,
                1,
                3e-3,
                0.9,
                3);
        DiffusionTraining training = DiffusionTraining.by(longer).checkpoints(folder);
        ProgressListener stops = progress -> progress.step() != 105;
        assertThatThrownBy(() -> training.train(pictures(), stops)).isInstanceOf(RewriteCancelledException.class);
        try (DiffusionAutoencoder resumed = training.train(pictures(), ProgressListener.SILENT);
                DiffusionAutoencoder whole =
                        DiffusionTraining.by(longer).threads(2).train(pictures(), ProgressListener.SILENT)) {
            assertThat(resumed.spec().fingerprint()).isEqualTo(whole.spec().fingerprint());
        }
    }

    @Test
    void noisyPicturesCountMoreWhileRefiningAndNoMoreThanSaid() {
        assertThat(RECIPE.weight(59, 0.001)).isEqualTo(1);
        assertThat(RECIPE.weight(60, 0.1)).isEqualTo(9);
        assertThat(RECIPE.weight(60, 0.9)).isEqualTo(1);
        assertThat(RECIPE.weight(60, 1e-6)).isEqualTo(400);
        assertThat(RECIPE.factor(0)).isEqualTo(1);
        assertThat(RECIPE.factor(60)).isEqualTo(0.1);
        assertThat(RECIPE.factor(80)).isEqualTo(0.5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RECIPE.withSteps(0, 1))
                .withMessageContaining("steps");
    }
}
