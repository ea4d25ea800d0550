package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class DedicatedAdaptationTest {
    private static double[][] latents(Generator avatars, int count) {
        return LatentNetwork.of(avatars)
                .latents(avatars.sample(count, 5))
                .castTo(DataType.DOUBLE)
                .toDoubleMatrix();
    }

    @Test
    void theWholeGeneratorTurnsDarkAndTheSourceStays() {
        try (Generator avatars = Avatars.load()) {
            INDArray before = avatars.generate(avatars.sample(2, 5));
            List<Double> losses = new ArrayList<>();
            AdaptedNetwork dark = DedicatedAdaptation.to(Quick.dark("dark"))
                    .iterations(12)
                    .batch(2)
                    .average(0)
                    .train(avatars, progress -> losses.add(progress.loss()));
            assertThat(losses).hasSize(12);
            assertThat(losses.get(11)).isLessThan(losses.get(0));
            assertThat(dark.images(latents(avatars, 2)).meanNumber().doubleValue())
                    .isLessThan(before.meanNumber().doubleValue() - 0.05);
            assertThat(avatars.generate(avatars.sample(2, 5))).isEqualTo(before);
        }
    }

    @Test
    void aSeedGivesTheSameWeights() {
        try (Generator avatars = Avatars.load()) {
            DedicatedAdaptation adaptation =
                    DedicatedAdaptation.to(Quick.red("red")).iterations(2).batch(2);
            INDArray once = adaptation.train(avatars, RewriteListener.SILENT).images(latents(avatars, 1));
            INDArray again = adaptation.train(avatars, RewriteListener.SILENT).images(latents(avatars, 1));
            assertThat(again).isEqualTo(once);
        }
    }

    @Test
    void mixturesOfWeightsBeginAndEndAtTheirPartners() {
        try (Generator avatars = Avatars.load()) {
            AdaptedNetwork source = AdaptedNetwork.of(LatentNetwork.of(avatars));
            AdaptedNetwork dark = DedicatedAdaptation.to(Quick.dark("dark"))
                    .iterations(2)
                    .batch(2)
                    .average(0)
                    .train(avatars, RewriteListener.SILENT);
            double[][] latents = latents(avatars, 3);
            assertThat(source.plus(0, source, dark).images(latents)).isEqualTo(source.images(latents));
            assertThat(source.plus(1, source, dark)
                            .images(latents)
                            .sub(dark.images(latents))
                            .amaxNumber()
                            .doubleValue())
                    .isCloseTo(0, within(1e-4));
        }
    }

    @Test
    void manyLatentsAreDrawnAsTheGeneratorDrawsThem() {
        try (Generator avatars = Avatars.load()) {
            INDArray drawn = AdaptedNetwork.of(LatentNetwork.of(avatars)).images(latents(avatars, 35));
            INDArray expected = avatars.generate(avatars.sample(35, 5));
            assertThat(drawn.shape()).containsExactly(35, 3, 64, 64);
            assertThat(drawn.sub(expected).amaxNumber().doubleValue()).isLessThan(1e-3);
        }
    }

    @Test
    void settingsThatCannotTrainAreRefused() {
        assertThatThrownBy(() -> DedicatedAdaptation.to(Quick.dark("dark")).iterations(0))
                .hasMessageContaining("must be at least 1");
    }
}
