package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.Avatars;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ChangeFactsTest {
    @ParameterizedTest
    @CsvSource({
        "3, 4, 1, 1, 4",
        "3, 4, 1, 1, 2",
        "1, 1, 1, 1, 1",
        "1, 8, 1, 1, 8",
        "2, 5, 3, 3, 5",
        "2, 40, 3, 3, 30",
        "8, 2, 3, 3, 2",
        "6, 6, 1, 3, 1"
    })
    void theRankIsThatOfTheMatrixWhateverTheShape(int out, int in, int height, int width, int rank) {
        INDArray left = Avatars.random(1, out, rank, height, width);
        WeightDelta delta = new WeightDelta.LowRank("w", left, Avatars.random(2, rank, in));
        INDArray weight = Avatars.random(3, out, in, height, width);
        RewriteReport.Change change = ChangeFacts.of(delta, weight);
        int smallest = Math.min(rank, Math.min(in, out * height * width));
        assertThat(change.rank()).isEqualTo(smallest);
        assertThat(change.energy()).hasSize(smallest);
        assertThat(change.energy().stream().mapToDouble(Double::doubleValue).sum())
                .isCloseTo(1, within(1e-9));
        double expected = delta.toDense().norm2Number().doubleValue()
                / weight.norm2Number().doubleValue();
        assertThat(change.relativeNorm()).isCloseTo(expected, within(1e-6 * expected));
    }

    /** The same from few directions, without the whole matrix. */
    @ParameterizedTest
    @CsvSource({"7, 40, 3, 3, 3", "512, 20, 1, 1, 1", "2, 40, 1, 1, 4"})
    void fewDirectionsHaveTheEnergiesOfTheWholeChange(int out, int in, int height, int width, int rank) {
        WeightDelta few =
                new WeightDelta.LowRank("w", Avatars.random(1, out, rank, height, width), Avatars.random(2, rank, in));
        INDArray weight = Avatars.random(3, out, in, height, width);
        RewriteReport.Change change = ChangeFacts.of(few, weight);
        RewriteReport.Change whole = ChangeFacts.of(new WeightDelta.Dense("w", few.toDense()), weight);
        assertThat(change.rank()).isEqualTo(whole.rank()).isEqualTo(Math.min(rank, out * height * width));
        for (int i = 0; i < change.rank(); i++) {
            assertThat(change.energy().get(i)).isCloseTo(whole.energy().get(i), within(1e-6));
        }
        assertThat(change.relativeNorm()).isCloseTo(whole.relativeNorm(), within(1e-6 * whole.relativeNorm()));
    }

    @Test
    void noChangeHasNoRankAndNoSizeEvenOfNothing() {
        WeightDelta nothing = new WeightDelta.Dense("w", Nd4j.zeros(3, 4, 1, 1));
        RewriteReport.Change change = ChangeFacts.of(nothing, Nd4j.zeros(3, 4, 1, 1));
        assertThat(change.rank()).isZero();
        assertThat(change.relativeNorm()).isZero();
        assertThat(change.energy()).isEmpty();
    }

    @Test
    void severalWeightsCountAsOne() {
        WeightDelta first = new WeightDelta.Dense("a", Nd4j.ones(2, 2, 1, 1));
        WeightDelta second = new WeightDelta.Dense("b", Nd4j.zeros(2, 3, 1, 1));
        RewriteReport.Change change = ChangeFacts.of(
                List.of(first, second),
                Map.of("a", Nd4j.zeros(2, 2, 1, 1), "b", Nd4j.ones(2, 3, 1, 1).muli(2)));
        assertThat(change.rank()).isEqualTo(1);
        assertThat(change.relativeNorm()).isCloseTo(2 / Math.sqrt(24), within(1e-6));
    }
}
