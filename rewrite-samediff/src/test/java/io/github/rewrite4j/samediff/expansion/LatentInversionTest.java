package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LatentInversionTest {
    private static Generator avatars = Avatars.load();
    private static final LatentInversion QUICK =
            LatentInversion.defaults().iterations(60).starts(2);

    @BeforeAll
    static void useOneThread() {
        ComputeThreads.use(1);
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    @Test
    void aPictureThatTheGeneratorDrewIsFoundAgain() {
        INDArray drawn = avatars.generate(avatars.sample(1, 21));
        INDArray mean = Quick.images(
                LatentNetwork.of(avatars), LatentNetwork.of(avatars).parameters(), mean(), null);
        List<Double> losses = new ArrayList<>();
        InvertedPictures found = QUICK.invert(avatars, drawn, progress -> losses.add(progress.loss()));
        InvertedPictures.Fit fit = found.fits().get(0);
        assertThat(fit.psnr()).isGreaterThan(24).isGreaterThan(Quick.PSNR.mean(drawn, mean) + 8);
        assertThat(fit.distance()).isBetween(0.1, 3.0);
        assertThat(losses).hasSize(61).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        float[][] anchor = found.anchors().toFloatMatrix();
        INDArray again = Quick.images(
                LatentNetwork.of(avatars), LatentNetwork.of(avatars).parameters(), anchor, null);
        assertThat(Differences.largest(again, found.images())).isLessThan(1e-4);
        assertThat(QUICK.invert(avatars, drawn).anchors()).isEqualTo(found.anchors());
    }

    private static float[][] mean() {
        double[] mean = LatentNetwork.of(avatars).mean();
        float[][] row = new float[1][mean.length];
        for (int i = 0; i < mean.length; i++) {
            row[0][i] = (float) mean[i];
        }
        return row;
    }

    @Test
    void aPictureThatItCannotDrawGetsAnAnchorNearIt() {
        INDArray foreign = avatars.generate(avatars.sample(2, 22)).muli(0.8).subi(0.1);
        InvertedPictures found =
                QUICK.iterations(20).seenBy(new TinyEyes(1), 0.1).invert(avatars, foreign);
        assertThat(found.fits()).hasSize(2).allSatisfy(fit -> {
            assertThat(fit.psnr()).isGreaterThan(14);
            assertThat(fit.perceptual()).isPositive();
        });
        assertThat(found.anchors().shape()).containsExactly(2, 64);
    }

    @Test
    void aPullKeepsAnchorsNearTheMean() {
        INDArray noise = Avatars.random(5, 1, 3, 64, 64).muli(0.3);
        LatentInversion free = QUICK.iterations(15).starts(1).learningRate(0.3);
        double without = free.invert(avatars, noise).fits().get(0).distance();
        double with = free.pull(1).invert(avatars, noise).fits().get(0).distance();
        assertThat(with).isLessThan(0.5 * without);
    }

    @Test
    void itCanBeCancelled() {
        INDArray drawn = avatars.generate(avatars.sample(1, 21));
        assertThatExceptionOfType(RewriteCancelledException.class)
                .isThrownBy(() -> QUICK.invert(avatars, drawn, progress -> progress.step() < 2))
                .withMessageContaining("inverting picture 1 of 1");
    }

    @Test
    void whatCannotBeInvertedIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QUICK.invert(avatars, Nd4j.zeros(1, 3, 32, 32)))
                .withMessageContaining("draws 64x64");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QUICK.pixels(0).invert(avatars, Nd4j.zeros(1, 3, 64, 64)))
                .withMessageContaining("every latent would do");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> QUICK.iterations(0))
                .withMessageContaining("iterations is 0");
        assertThat(new InvertedPictures.Fit(0.04, 0, 1, 0).psnr()).isCloseTo(20, Offset.offset(1e-9));
    }
}
