package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.perception.PerceptualLoss;
import io.github.rewrite4j.samediff.tape.Tape;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class TaughtByGeneratorTest {
    private static final TinyEyes EYES = new TinyEyes(1);
    private static Generator avatars = Avatars.load();
    private static INDArray taught;
    private static HandMade batch;
    private static TaughtByGenerator objective;

    @BeforeAll
    static void teach() {
        ComputeThreads.use(1);
        try (Generator teacher = avatars.with(Avatars.patch(avatars, "layer5", 3))) {
            taught = teacher.generate(avatars.sample(2, 3));
            objective = TaughtByGenerator.of("bun", teacher);
        }
        INDArray drawn = avatars.generate(avatars.sample(2, 3));
        INDArray latents = LatentNetwork.of(avatars).latents(avatars.sample(2, 3));
        INDArray edit = drawn.add(Avatars.random(4, 2, 3, 64, 64).muli(0.3));
        batch = HandMade.random(2, 64).withLatents(latents).withEdit(edit);
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    @Test
    void theTargetIsWhatTheTeacherDrawsOfTheSameLatentAlsoWhenItIsClosed() {
        double pixels = Quick.l1(batch.edit(), taught);
        assertThat(batch.value(objective)).isCloseTo(pixels, Offset.offset(1e-4));
        double seen;
        try (Tape tape = new Tape()) {
            seen = new PerceptualLoss(EYES)
                    .between(tape, tape.constant(batch.edit()), tape.constant(taught))
                    .scalar();
        }
        assertThat(batch.value(objective.seenBy(EYES, 2))).isCloseTo(pixels + 2 * seen, Offset.offset(1e-3));
        assertThat(objective.recipe()).containsKey("teacher");
    }

    @Test
    void theGradientIsThatOfDifferences() {
        batch.requireSlope(objective, 0.03);
        batch.requireSlope(objective.seenBy(EYES, 2), 0.03);
    }

    @Test
    void aTeacherOfOtherLatentsOrPicturesIsRefused() {
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> HandMade.random(1, 16).value(objective))
                .withMessageContaining("teacher of 'bun'")
                .withMessageContaining("64x64 from latents of 64 numbers")
                .withMessageContaining("16x16 from 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> objective.seenBy(EYES, Double.NaN))
                .withMessageContaining("perceptual weight");
    }
}
