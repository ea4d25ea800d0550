package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.perception.PerceptualLoss;
import io.github.rewrite4j.samediff.tape.Tape;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FewShotReconstructionTest {
    private static final TinyEyes EYES = new TinyEyes(1);
    private static final INDArray PHOTOS = Avatars.random(5, 4, 3, 16, 16).muli(0.5);
    private static final INDArray ANCHORS = Avatars.random(6, 4, 5);
    private static final HandMade BATCH = HandMade.random(3, 16).withAnchors(2, 0, 2);
    private static final FewShotReconstruction ME = FewShotReconstruction.of("me", PHOTOS, ANCHORS);

    private static INDArray wanted() {
        return Nd4j.pullRows(PHOTOS.reshape(4, 768), 1, 2, 0, 2).reshape(3, 3, 16, 16);
    }

    @Test
    void theLossComparesEachImageWithThePhotoOfItsAnchor() {
        double squares = 0;
        double[] edit = Differences.doubles(BATCH.edit());
        double[] photo = Differences.doubles(wanted());
        for (int i = 0; i < edit.length; i++) {
            squares += (edit[i] - photo[i]) * (edit[i] - photo[i]) / edit.length;
        }
        assertThat(BATCH.value(ME.pixels(3))).isCloseTo(3 * squares, Offset.offset(1e-4 * squares));
        double seen;
        try (Tape tape = new Tape()) {
            seen = new PerceptualLoss(EYES)
                    .between(tape, tape.constant(BATCH.edit()), tape.constant(wanted()))
                    .scalar();
        }
        assertThat(BATCH.value(ME.seenBy(EYES, 2))).isCloseTo(squares + 2 * seen, Offset.offset(1e-3));
        BATCH.requireSlope(ME, 0.02);
        BATCH.requireSlope(ME.seenBy(EYES, 2), 0.02);
    }

    @Test
    void anchorsAreItsLatents() {
        assertThat(ME.anchors()).contains(ANCHORS);
        assertThat(ME.recipe()).containsKeys("photos", "anchors");
    }

    @Test
    void photosAndAnchorsHaveToFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FewShotReconstruction.of("me", PHOTOS, Avatars.random(6, 3, 5)))
                .withMessageContaining("anchors of 'me'")
                .withMessageContaining("[4, d]");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        FewShotReconstruction.of("me", PHOTOS, ANCHORS.dup().putScalar(7, Float.NaN)))
                .withMessageContaining("finite");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FewShotReconstruction.of("me", Nd4j.empty(), ANCHORS))
                .withMessageContaining("photos of 'me'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ME.pixels(-1))
                .withMessageContaining("weight of the pixels is -1.0");
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> HandMade.random(1, 8).withAnchors(0).value(ME))
                .withMessageContaining("resize the photos first");
    }
}
