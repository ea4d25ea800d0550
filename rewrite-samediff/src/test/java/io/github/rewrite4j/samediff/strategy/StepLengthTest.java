package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepLengthTest {
    private static double loss(double[] r, double[] c, double slope, double curvature, double t) {
        double sum = slope * t + curvature * t * t;
        for (int p = 0; p < r.length; p++) {
            sum += Math.abs(r[p] - t * c[p]);
        }
        return sum;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 5})
    void noOtherLengthIsBetter(double curvature) {
        Random random = new Random(1);
        int inner = 0;
        for (int round = 0; round < 200; round++) {
            double[] r = random.doubles(9, -1, 1).toArray();
            double[] c = random.doubles(9, -2, 2).toArray();
            c[round % 9] = 0;
            r[(round + 3) % 9] = 0;
            double slope = curvature * (random.nextDouble() - 0.5);
            double length = StepLength.of(r, c, slope, curvature);
            double best = Double.POSITIVE_INFINITY;
            for (int i = 0; i <= 1000; i++) {
                best = Math.min(best, loss(r, c, slope, curvature, i / 1000.0));
            }
            assertThat(length).isBetween(0.0, 1.0);
            assertThat(loss(r, c, slope, curvature, length)).isLessThanOrEqualTo(best + 1e-12);
            inner += length > 0 && length < 1 ? 1 : 0;
        }
        assertThat(inner).isGreaterThan(20);
    }

    @Test
    void withoutCurvatureItIsAWeightedMedian() {
        double[] r = {0.2, 0.5, 0.9};
        assertThat(StepLength.of(r, new double[] {1, 1, 1}, 0, 0)).isEqualTo(0.5);
        assertThat(StepLength.of(r, new double[] {1, 1, 3}, 0, 0)).isCloseTo(0.3, within(1e-15));
    }

    @Test
    void aStepThatOnlyHelpsIsTakenWholeAndOneThatOnlyHarmsNotAtAll() {
        assertThat(StepLength.of(new double[] {2, -3}, new double[] {1, -1}, 0, 0))
                .isEqualTo(1);
        assertThat(StepLength.of(new double[] {2, -3}, new double[] {-1, 1}, 0, 0))
                .isZero();
        assertThat(StepLength.of(new double[] {0, 0}, new double[] {0, 0}, 0, 0))
                .isZero();
    }
}
