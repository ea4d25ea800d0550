package io.github.rewrite4j.samediff.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.samediff.GoldenFile;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AssignmentDistanceTest {
    private static final GoldenFile GOLDEN = GoldenFile.open("wasserstein");

    @Test
    void findsTheCheapestOfAllPairings() {
        Random random = new Random(11);
        for (int round = 0; round < 200; round++) {
            int n = 1 + round % 7;
            double[][] cost = new double[n][n];
            for (double[] row : cost) {
                for (int j = 0; j < n; j++) {
                    // Small whole numbers bring ties.
                    row[j] = random.nextInt(6) - 1;
                }
            }
            int[] partners = AssignmentDistance.partners(cost);
            double total = 0;
            for (int i = 0; i < n; i++) {
                total += cost[i][partners[i]];
            }
            assertThat(partners).doesNotHaveDuplicates().hasSize(n);
            assertThat(total).isCloseTo(cheapest(cost, 0, new boolean[n]), within(1e-9));
        }
    }

    @Test
    void equalsTheSortedDistanceOnALine() {
        double[] a = GOLDEN.doubles("a");
        double[] b = GOLDEN.doubles("b");
        INDArray x = GOLDEN.array("a").reshape(300, 1);
        INDArray y = GOLDEN.array("b").reshape(300, 1);
        assertThat(AssignmentDistance.w2(x, y)).isCloseTo(Wasserstein.w2().between(a, b), within(1e-10));
    }

    @Test
    void isTheLengthOfAShiftAndAtLeastEverySlice() {
        INDArray x = GOLDEN.array("X");
        INDArray y = GOLDEN.array("Y");
        INDArray shifted =
                x.add(Nd4j.createFromArray(3.0, 0, 0, 0, 0, 0, 0, 4.0).broadcast(200, 8));
        assertThat(AssignmentDistance.w2(x, shifted)).isCloseTo(5, within(1e-10));
        assertThat(AssignmentDistance.w2(x, y))
                .isGreaterThan(SlicedWasserstein.random(200, 8, 2).w2(x, y));
    }

    @Test
    void refusesSetsThatCannotBePaired() {
        INDArray x = GOLDEN.array("X");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AssignmentDistance.w2(x, GOLDEN.array("Z")))
                .withMessageContainingAll("y has shape [150, 8]", "[200, 8] like x");
        INDArray large = Nd4j.zeros(DataType.FLOAT, 2001, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AssignmentDistance.w2(large, large))
                .withMessageContaining("at most 2000");
    }

    private static double cheapest(double[][] cost, int row, boolean[] taken) {
        if (row == cost.length) {
            return 0;
        }
        double best = Double.POSITIVE_INFINITY;
        for (int j = 0; j < cost.length; j++) {
            if (!taken[j]) {
                taken[j] = true;
                best = Math.min(best, cost[row][j] + cheapest(cost, row + 1, taken));
                taken[j] = false;
            }
        }
        return best;
    }
}
