package io.github.rewrite4j.samediff.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.samediff.tape.Node;
import io.github.rewrite4j.samediff.tape.StructuralSimilarity;
import io.github.rewrite4j.samediff.tape.Tape;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ProjectorLossesTest {
    private static final int SIDE = 16;

    private final StructuralSimilarity similar = new StructuralSimilarity(SIDE, 2);

    private static float[] image(long seed) {
        float[] image = new float[3 * SIDE * SIDE];
        Random random = new Random(seed);
        for (int i = 0; i < image.length; i++) {
            image[i] = (float) Math.sin(i * 0.1) * 0.5f + 0.2f * (float) random.nextGaussian();
        }
        return image;
    }

    @Test
    void theCycleLossIsZeroForEqualImagesOnly() {
        try (Tape tape = new Tape()) {
            Node target = tape.constant(image(1), 1, 3, SIDE, SIDE);
            Node same = tape.variable(image(1), 1, 3, SIDE, SIDE);
            assertThat(ProjectorLosses.DEFAULT.cycle(same, target, similar).scalar())
                    .isBetween(-1e-5f, 1e-5f);
            for (float size : new float[] {1e-2f, 0.1f, 1}) {
                Node other = tape.variable(Pictures.noise(target, 2, size), 1, 3, SIDE, SIDE);
                assertThat(ProjectorLosses.DEFAULT.cycle(other, target, similar).scalar())
                        .isGreaterThan(1e-3f);
            }
        }
    }

    @Test
    void aStepDownTheSimilarityTermMakesImagesMoreSimilar() {
        ProjectorLosses onlySimilarity = ProjectorLosses.DEFAULT.withCycle(1, 0);
        float[] moved;
        float before;
        try (Tape tape = new Tape()) {
            Node target = tape.constant(image(1), 1, 3, SIDE, SIDE);
            Node drawn = tape.variable(image(2), 1, 3, SIDE, SIDE);
            before = similar.of(tape.detach(drawn), target).scalar();
            tape.backward(onlySimilarity.cycle(drawn, target, similar));
            moved = drawn.value().clone();
            for (int i = 0; i < moved.length; i++) {
                moved[i] -= 0.5f * drawn.gradient()[i];
            }
        }
        try (Tape tape = new Tape()) {
            Node target = tape.constant(image(1), 1, 3, SIDE, SIDE);
            Node drawn = tape.constant(moved, 1, 3, SIDE, SIDE);
            assertThat(similar.of(drawn, target).scalar()).isGreaterThan(before);
        }
    }

    @Test
    void weightsThatTeachNothingAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProjectorLosses(0, 1, 0, 0, false))
                .withMessageContaining("nothing would be learnt");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProjectorLosses.DEFAULT.withAdversarial(Double.NaN))
                .withMessageContaining("NaN");
    }

    /** alpha 0.5 and beta 1 (section 5.1), a 1 and b 3 (section 4.1.2), values on their own scale (equation 4). */
    @Test
    void thePublishedWeightsAreThoseOfThePaper() {
        assertThat(ProjectorLosses.FAITHFUL).isEqualTo(new ProjectorLosses(0.5, 1, 1, 3, true));
        try (Tape tape = new Tape()) {
            Node target = tape.constant(image(1), 1, 3, SIDE, SIDE);
            Node drawn = tape.constant(image(2), 1, 3, SIDE, SIDE);
            double dissimilarity = 1 - similar.of(drawn, target).scalar();
            double pixels = 0;
            for (int i = 0; i < target.length(); i++) {
                pixels += Math.abs(drawn.value()[i] - target.value()[i]) / target.length();
            }
            assertThat((double) ProjectorLosses.FAITHFUL
                            .cycle(drawn, target, similar)
                            .scalar())
                    .isCloseTo(dissimilarity + 3 * pixels, Offset.offset(1e-6 * (dissimilarity + 3 * pixels)));
        }
    }
}
