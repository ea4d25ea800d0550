package io.github.rewrite4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.image.AreaFilter.Axis;
import org.junit.jupiter.api.Test;

class AreaFilterTest {
    private static final Axis ONE = Axis.of(1, 1);

    private static float[] line(Axis across, float... values) {
        return AreaFilter.resize((y, into) -> System.arraycopy(values, 0, into[0], 0, values.length), 1, ONE, across);
    }

    @Test
    void aSmallerPictureIsTheMeanOverWhatEachPixelCovers() {
        assertThat(line(Axis.of(4, 2), 1, 3, 5, 9)).containsExactly(2, 7);
        assertThat(line(Axis.of(3, 2), 3, 6, 9)).containsExactly(4, 8);
        assertThat(line(Axis.of(3, 3), 3, 6, 9)).containsExactly(3, 6, 9);
    }

    @Test
    void aLargerOneIsInterpolatedBetweenCentres() {
        assertThat(line(Axis.of(2, 4), 0, 8)).containsExactly(0, 2, 6, 8);
    }

    @Test
    void aPartMayBeginAnywhereAndReachBeyond() {
        assertThat(line(new Axis(4, 1, 2, 1), 1, 3, 5, 9)).containsExactly(4);
        assertThat(line(new Axis(4, 0.5, 2, 1), 0, 4, 8, 100)).containsExactly(4);
        assertThat(line(new Axis(2, -1, 4, 2), 3, 9)).containsExactly(3, 9);
        assertThat(line(Axis.reducedBy(2, 3), 1, 3, 7)).containsExactly(2, 7);
    }

    @Test
    void bothAxesAndAllChannelsAreResizedAlike() {
        int[] reads = new int[5];
        float[] resized = AreaFilter.resize(
                (y, into) -> {
                    reads[y]++;
                    for (int x = 0; x < 4; x++) {
                        into[0][x] = 10 * y + x;
                        into[1][x] = -y;
                    }
                },
                2,
                Axis.of(5, 2),
                Axis.of(4, 2));
        assertThat(resized).containsExactly(8.5f, 10.5f, 32.5f, 34.5f, -0.8f, -0.8f, -3.2f, -3.2f);
        assertThat(reads).containsExactly(1, 1, 1, 1, 1);
    }

    @Test
    void partsOutsideThePictureAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Axis(4, 4, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Axis(4, -1, 1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Axis(4, 0, Double.NaN, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> Axis.of(4, 0));
    }
}
