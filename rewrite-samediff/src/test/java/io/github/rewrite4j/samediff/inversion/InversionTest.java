package io.github.rewrite4j.samediff.inversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.expansion.TinyEyes;
import io.github.rewrite4j.samediff.metric.ImageRange;
import io.github.rewrite4j.samediff.metric.Psnr;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class InversionTest {
    private static Generator avatars = Avatars.load();
    private static final Psnr PSNR = Psnr.forRange(ImageRange.SYMMETRIC);
    private static final Inversion QUICK = Inversion.defaults().iterations(60).starts(2);

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
        INDArray mean = avatars.generate(avatars.sampler().mean().orElseThrow());
        List<Double> losses = new ArrayList<>();
        InvertedPictures found = QUICK.invert(avatars, drawn, progress -> losses.add(progress.loss()));
        InvertedPictures.Fit fit = found.fits().get(0);
        assertThat(fit.psnr()).isGreaterThan(24).isGreaterThan(PSNR.mean(drawn, mean) + 8);
        assertThat(fit.distance()).isBetween(0.1, 3.0);
        assertThat(losses).hasSize(60).isSortedAccordingTo((a, b) -> Double.compare(b, a));
        assertThat(avatars.generate(found.inputs())).isEqualTo(found.images());
        assertThat(PSNR.mean(drawn, found.images())).isCloseTo(fit.psnr(), Offset.offset(0.5));
        assertThat(found.anchors().shape()).containsExactly(1, 64);
        assertThat(QUICK.invert(avatars, drawn).latents()).isEqualTo(found.latents());
    }

    @Test
    void aLatentForEachLayerComesNearer() {
        INDArray foreign = avatars.generate(avatars.sample(1, 22)).muli(0.8).subi(0.1);
        Inversion one = QUICK.iterations(30).starts(1);
        InvertedPictures together = one.invert(avatars, foreign);
        InvertedPictures apart = one.perLayer().invert(avatars, foreign);
        InvertedPictures goneOn = one.apart(avatars, together, foreign, RewriteListener.SILENT);
        assertThat(goneOn.latents()).isEqualTo(apart.latents());
        assertThat(apart.fits().get(0).psnr())
                .isGreaterThan(together.fits().get(0).psnr() + 1);
        INDArray first = apart.latents().get(NDArrayIndex.all(), NDArrayIndex.point(0), NDArrayIndex.all());
        INDArray last = apart.latents().get(NDArrayIndex.all(), NDArrayIndex.point(8), NDArrayIndex.all());
        assertThat(first.distance2(last)).isGreaterThan(0.01);
        double held = spread(one.perLayer().pull(3).invert(avatars, foreign).latents());
        assertThat(held).isLessThan(0.5 * spread(apart.latents()));
    }

    /** How far latents of layers are from each other. */
    private static double spread(INDArray latents) {
        return latents.std(1).norm2Number().doubleValue();
    }

    @Test
    void invertedPicturesAreSubjects() {
        INDArray drawn = avatars.generate(avatars.sample(2, 21));
        InvertedPictures found = QUICK.iterations(3).starts(1).perLayer().invert(avatars, drawn);
        List<OwnInputs> subjects = found.subjects("photo");
        assertThat(subjects).extracting(OwnInputs::name).containsExactly("photo 0", "photo 1");
        assertThat(avatars.generate(subjects.get(1).inputs())
                        .equalsWithEps(found.images().get(NDArrayIndex.interval(1, 2)), 1e-5))
                .isTrue();
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
        Inversion free = QUICK.iterations(15).starts(1).learningRate(0.3);
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
