package io.github.rewrite4j.samediff.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.samediff.GoldenFile;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class WassersteinTest {
    private static final GoldenFile GOLDEN = GoldenFile.open("wasserstein");

    private final double[] a = GOLDEN.doubles("a");
    private final double[] b = GOLDEN.doubles("b");
    private final double[] c = GOLDEN.doubles("c");

    @Test
    void agreesWithScipy() {
        assertThat(Wasserstein.w1().between(a, b)).isCloseTo(0.7047365022681366, within(1e-12));
        assertThat(Wasserstein.w1().between(a, c)).isCloseTo(1.131969599021009, within(1e-12));
        assertThat(Wasserstein.w1().between(a, GOLDEN.doubles("w_a"), b, equalWeights(b)))
                .isCloseTo(0.8027485953148445, within(1e-12));
        assertThat(Wasserstein.w1().between(a, a)).isZero();
        assertThat(Wasserstein.w2().between(a, b)).isCloseTo(0.7720446608383548, within(1e-12));
    }

    @Test
    void agreesWithTheIntegralOfTheDifferenceOfDistributionFunctions() {
        double[] grid = concat(a, c);
        Arrays.sort(grid);
        double integral = 0;
        for (int i = 0; i + 1 < grid.length; i++) {
            integral += (grid[i + 1] - grid[i]) * Math.abs(shareUpTo(grid[i], a) - shareUpTo(grid[i], c));
        }
        assertThat(Wasserstein.w1().between(a, c)).isCloseTo(integral, within(1e-12));
    }

    @Test
    void takesAWeightForARepetition() {
        double[] repeated = {1, 1, 1, 4};
        double[] other = {0, 2, 5};
        for (double order : new double[] {1, 2, 3.5}) {
            Wasserstein distance = new Wasserstein(order);
            assertThat(distance.between(new double[] {4, 1, 9}, new double[] {1, 3, 0}, other, equalWeights(other)))
                    .isCloseTo(distance.between(repeated, other), within(1e-12));
        }
    }

    @Test
    void isTheShiftOfAShiftedSampleInEveryOrder() {
        double[] shifted = Arrays.stream(a).map(x -> x + 2.5).toArray();
        for (double order : new double[] {1, 1.5, 2, 4}) {
            assertThat(new Wasserstein(order).between(a, shifted)).isCloseTo(2.5, within(1e-12));
            assertThat(new Wasserstein(order).between(a, equalWeights(a), shifted, equalWeights(a)))
                    .isCloseTo(2.5, within(1e-12));
        }
    }

    @Test
    void leavesItsArgumentsUnsorted() {
        double[] given = a.clone();
        Wasserstein.w1().between(a, b);
        assertThat(a).containsExactly(given);
    }

    @Test
    void refusesWhatHasNoDistance() {
        double[] none = {};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Wasserstein.w1().between(a, none))
                .withMessageContaining("b has no value");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Wasserstein.w1().between(new double[] {1, Double.NaN}, a))
                .withMessageContaining("a holds NaN at element 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Wasserstein.w1().between(a, equalWeights(b), c, equalWeights(b)))
                .withMessageContainingAll("weightsOfB has shape [300]", "[170]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Wasserstein.w1().between(a, new double[a.length], b, equalWeights(b)))
                .withMessageContaining("weightsOfA sums up to 0");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Wasserstein.w1().between(new double[] {1, 2}, new double[] {2, -1}, b, equalWeights(b)))
                .withMessageContaining("-1.0 at element 1");
        assertThatIllegalArgumentException().isThrownBy(() -> new Wasserstein(0.5));
    }

    private static double[] equalWeights(double[] sample) {
        double[] weights = new double[sample.length];
        Arrays.fill(weights, 0.1);
        return weights;
    }

    private static double shareUpTo(double limit, double[] sample) {
        return (double) Arrays.stream(sample).filter(x -> x <= limit).count() / sample.length;
    }

    private static double[] concat(double[] first, double[] second) {
        double[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
