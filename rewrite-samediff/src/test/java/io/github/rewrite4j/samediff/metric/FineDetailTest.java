package io.github.rewrite4j.samediff.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FineDetailTest {
    private static final INDArray MASK = Nd4j.ones(1, 12, 12);

    private static INDArray stripes(double height, int wide) {
        INDArray image = Nd4j.create(1, 3, 12, 12);
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < 12; y++) {
                for (int x = 0; x < 12; x++) {
                    image.putScalar(new int[] {0, c, y, x}, x / wide % 2 == 0 ? height : -height);
                }
            }
        }
        return image;
    }

    @Test
    void smeared_stripes_are_wrong_altogether_and_half_as_strong_ones_by_half() {
        INDArray goal = stripes(0.8, 1);
        assertThat(FineDetail.error(goal, goal, MASK).orElseThrow()).isZero();
        assertThat(FineDetail.error(goal.mul(0), goal, MASK).orElseThrow()).isCloseTo(1, within(1e-6));
        assertThat(FineDetail.error(goal.mul(0.5), goal, MASK).orElseThrow()).isCloseTo(0.5, within(1e-6));
        // Colours that are off everywhere alike are no matter of detail.
        assertThat(FineDetail.error(goal.add(0.1), goal, MASK).orElseThrow()).isCloseTo(0, within(1e-5));
    }

    @Test
    void only_selected_pixels_count_and_an_even_goal_has_no_detail() {
        INDArray goal = stripes(0.8, 2);
        INDArray none = Nd4j.zeros(1, 12, 12);
        assertThat(FineDetail.error(goal.mul(0), goal, none)).isEmpty();
        assertThat(FineDetail.error(goal, goal.mul(0), MASK)).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FineDetail.error(goal, Nd4j.zeros(1, 3, 8, 8), MASK))
                .withMessageContaining("one size");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FineDetail.error(goal, goal, Nd4j.ones(2, 12, 12)))
                .withMessageContaining("Masks");
    }
}
