package io.github.rewrite4j.samediff.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.samediff.GoldenFile;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SlicedWassersteinTest {
    private static final GoldenFile GOLDEN = GoldenFile.open("wasserstein");

    private final INDArray x = GOLDEN.array("X");
    private final INDArray y = GOLDEN.array("Y");
    private final INDArray z = GOLDEN.array("Z");
    private final INDArray directions = GOLDEN.array("dirs");

    @Test
    void agreesWithScipyAlongGivenDirections() {
        SlicedWasserstein sliced = SlicedWasserstein.along(directions);
        assertThat(sliced.w1(x, y)).isCloseTo(0.4205243158445244, within(1e-12));
        assertThat(sliced.w1(x, z)).isCloseTo(0.17301901358517113, within(1e-12));
        assertThat(sliced.w2(x, y)).isCloseTo(0.5348991330069482, within(1e-12));
    }

    @Test
    void agreesWithScipyAlongEachDirection() {
        double[] equalSizes = GOLDEN.doubles("per_dir_W1_XY");
        double[] unequalSizes = GOLDEN.doubles("per_dir_W1_XZ");
        for (int i = 0; i < equalSizes.length; i++) {
            SlicedWasserstein one = SlicedWasserstein.along(directions.getRow(i, true));
            assertThat(one.w1(x, y)).isCloseTo(equalSizes[i], within(1e-12));
            assertThat(one.w1(x, z)).isCloseTo(unequalSizes[i], within(1e-12));
        }
    }

    @Test
    void isTheMeanOverChannelsAlongTheAxes() {
        double sum = 0;
        for (int c = 0; c < 8; c++) {
            double[] ofX = x.getColumn(c).dup().data().asDouble();
            double[] ofZ = z.getColumn(c).dup().data().asDouble();
            sum += Wasserstein.w1().between(ofX, ofZ);
        }
        assertThat(SlicedWasserstein.alongAxes(8).w1(x, z)).isCloseTo(sum / 8, within(1e-12));
    }

    @Test
    void isReproducibleBySeed() {
        double first = SlicedWasserstein.random(64, 8, 3).w2(x, y);
        assertThat(SlicedWasserstein.random(64, 8, 3).w2(x, y)).isEqualTo(first);
        assertThat(SlicedWasserstein.random(64, 8, 4).w2(x, y))
                .isNotEqualTo(first)
                .isCloseTo(first, within(0.2));
    }

    @Test
    void drawsDirectionsEvenlyFromTheSphere() {
        // A shift by s in d dimensions has SW2^2 = |s|^2 / d, the mean square of one coordinate of a uniform direction.
        INDArray shifted =
                x.add(Nd4j.createFromArray(3.0, 0, 0, 0, 0, 0, 0, 4.0).broadcast(200, 8));
        double distance = SlicedWasserstein.random(1000, 8, 1).w2(x, shifted);
        assertThat(distance * distance).isCloseTo(25.0 / 8, within(0.25));
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SlicedWasserstein.along(directions.mul(2)))
                .withMessageContaining("normalise");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SlicedWasserstein.alongAxes(7).w1(x, y))
                .withMessageContainingAll("x has shape [200, 8]", "rows of length 7");
        INDArray broken = y.dup().putScalar(3, 5, Double.NaN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SlicedWasserstein.alongAxes(8).w1(x, broken))
                .withMessageContainingAll("y of shape [200, 8]", "NaN at row 3, column 5");
        assertThatIllegalArgumentException().isThrownBy(() -> SlicedWasserstein.random(0, 8, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SlicedWasserstein.alongAxes(8).w1(Nd4j.zeros(DataType.DOUBLE, 8), y))
                .withMessageContaining("matrix [n, d]");
    }
}
