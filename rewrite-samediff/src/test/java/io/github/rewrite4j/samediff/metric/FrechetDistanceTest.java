package io.github.rewrite4j.samediff.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.github.rewrite4j.samediff.GoldenFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FrechetDistanceTest {
    private static final GoldenFile GOLDEN = GoldenFile.open("frechet");

    private static FeatureStatistics statistics(String name, int set) {
        return FeatureStatistics.of(GOLDEN.array(name + ".mu" + set), GOLDEN.array(name + ".sigma" + set));
    }

    @ParameterizedTest
    @CsvSource({
        "d16, 9.853657448498062, 1.6293390865835398, 1e-10",
        "d64, 40.76962585779657, 6.010412002151416, 1e-10",
        "d64_lowrank, 67.75274952560147, 8.417508688438561, 1e-7"
    })
    void agreesWithScipy(String name, double expected, double meanTerm, double tolerance) {
        FeatureStatistics first = statistics(name, 1);
        FeatureStatistics second = statistics(name, 2);

        FrechetDistance distance = FrechetDistance.between(first, second);

        assertThat(distance.value()).isCloseTo(expected, within(tolerance * expected));
        assertThat(distance.meanTerm()).isCloseTo(meanTerm, within(1e-12));
        assertThat(distance.value()).isEqualTo(distance.meanTerm() + distance.covarianceTerm());
        assertThat(FrechetDistance.between(second, first).value()).isCloseTo(expected, within(tolerance * expected));
        assertThat(FrechetDistance.between(first, first).value()).isBetween(0.0, 1e-5);
    }

    @Test
    void hasTheClosedFormOfScaledUnitGaussians() {
        INDArray mean = Nd4j.zeros(DataType.DOUBLE, 16);
        INDArray moved = mean.dup().putScalar(2, Math.sqrt(3));
        INDArray unit = Nd4j.eye(16).castTo(DataType.DOUBLE);
        FrechetDistance distance =
                FrechetDistance.between(FeatureStatistics.of(mean, unit), FeatureStatistics.of(moved, unit.mul(4)));
        assertThat(distance.value()).isCloseTo(19, within(1e-12));
        assertThat(distance.dimension()).isEqualTo(16);
    }

    @Test
    void addsTheTracesOfCovariancesWithoutACommonDirection() {
        INDArray mean = Nd4j.zeros(DataType.DOUBLE, 3);
        INDArray first = Nd4j.diag(Nd4j.createFromArray(4.0, 0, 0));
        INDArray second = Nd4j.diag(Nd4j.createFromArray(0, 9.0, 1e-9));
        assertThat(FrechetDistance.between(FeatureStatistics.of(mean, first), FeatureStatistics.of(mean, second))
                        .value())
                .isCloseTo(13, within(1e-8));
    }

    @Test
    void estimatesMeanAndCovarianceOfFeatures() {
        INDArray a = Nd4j.createFromArray(new float[][] {{1, 2}, {3, 2}, {5, 5}});
        FeatureStatistics statistics = FeatureStatistics.ofFeatures(a);
        assertThat(statistics.mean()).containsExactly(3, 3);
        assertThat(statistics.covariance().getData()).isDeepEqualTo(new double[][] {{4, 3}, {3, 3}});
        assertThat(statistics.samples()).hasValue(3);
        assertThat(FrechetDistance.ofFeatures(a, a.add(2)).value()).isCloseTo(8, within(1e-6));
    }

    @Test
    void approachesTheDistanceOfThePopulations() {
        Nd4j.getRandom().setSeed(12);
        INDArray a = Nd4j.randn(DataType.DOUBLE, 20_000, 4);
        INDArray b = Nd4j.randn(DataType.DOUBLE, 20_000, 4).muli(2).addi(1);
        FrechetDistance distance = FrechetDistance.ofFeatures(a, b);
        assertThat(distance.value()).isCloseTo(8, withinPercentage(5));
        assertThat(distance.undersampled()).isFalse();
    }

    @Test
    void saysWhenSamplesAreFew() {
        INDArray many = Nd4j.rand(DataType.DOUBLE, 40, 4);
        INDArray few = Nd4j.rand(DataType.DOUBLE, 39, 4);
        assertThat(FrechetDistance.ofFeatures(many, many).undersampled()).isFalse();
        assertThat(FrechetDistance.ofFeatures(many, few).undersampled()).isTrue();
        assertThat(FrechetDistance.ofFeatures(few, many).undersampled()).isTrue();
        assertThat(FrechetDistance.between(statistics("d16", 1), statistics("d16", 2))
                        .undersampled())
                .isFalse();
    }

    @Test
    void refusesWhatIsNoCovariance() {
        INDArray mean = Nd4j.zeros(DataType.DOUBLE, 2);
        INDArray unit = Nd4j.eye(2).castTo(DataType.DOUBLE);
        INDArray indefinite = Nd4j.createFromArray(new double[][] {{1, 2}, {2, 1}});
        INDArray skew = Nd4j.createFromArray(new double[][] {{1, 2}, {0, 1}});
        FeatureStatistics fine = FeatureStatistics.of(mean, unit);
        FeatureStatistics bad = FeatureStatistics.of(mean, indefinite);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrechetDistance.between(bad, fine))
                .withMessageContaining("covariance of a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrechetDistance.between(fine, bad))
                .withMessageContaining("covariance of b");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeatureStatistics.of(mean, skew))
                .withMessageContaining("transpose");
    }

    @Test
    void refusesShapesThatDoNotFit() {
        INDArray mean = Nd4j.zeros(DataType.DOUBLE, 2);
        INDArray unit = Nd4j.eye(3).castTo(DataType.DOUBLE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeatureStatistics.of(mean, unit))
                .withMessageContainingAll("covariance has shape [3, 3]", "[2, 2]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FrechetDistance.between(statistics("d16", 1), statistics("d64", 1)))
                .withMessageContainingAll("64", "16 like a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeatureStatistics.ofFeatures(unit.getRow(0, true)))
                .withMessageContainingAll("features has shape [1, 3]", "at least 2 rows");
        INDArray broken = unit.dup().putScalar(1, 1, Double.NaN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FeatureStatistics.ofFeatures(broken))
                .withMessageContaining("features of shape [3, 3] holds NaN");
    }
}
