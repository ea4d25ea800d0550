package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.samediff.linalg.Matrix;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelModelTest {
    private static final Matrix DIRECTIONS = PublishedInsertion.GOLDEN.matrix("context_rank4");

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void theJacobianIsThatOfFiniteDifferences(boolean demodulated, boolean noisy) {
        InsertionProblem problem = PublishedInsertion.problem(DIRECTIONS, demodulated, noisy);
        ChannelModel model = new ChannelModel(problem, 5);
        double[] at = new Random(1).doubles(problem.unknowns(), -2, 2).toArray();
        double[] residuals = new double[problem.cells()];
        double[] jacobian = new double[problem.cells() * problem.unknowns()];
        model.evaluate(at, residuals, jacobian);
        double step = 1e-5;
        int compared = 0;
        for (int j = 0; j < at.length; j++) {
            double[] up = at.clone();
            double[] down = at.clone();
            up[j] += step;
            down[j] -= step;
            double[] high = model.residuals(up);
            double[] low = model.residuals(down);
            for (int p = 0; p < residuals.length; p++) {
                double forward = (residuals[p] - high[p]) / step;
                double backward = (low[p] - residuals[p]) / step;
                if (Math.abs(forward - backward) < 1e-3 * (Math.abs(forward) + 1e-3)) {
                    assertThat(jacobian[p * at.length + j]).isCloseTo((forward + backward) / 2, within(1e-6));
                    compared++;
                }
            }
        }
        assertChangeAlongAStep(model, at, jacobian);
        // Left out are the few cells where the rectifier bends within the step.
        assertThat(compared).isGreaterThan(at.length * residuals.length * 9 / 10);
        assertThat(model.absoluteError(at))
                .isCloseTo(java.util.Arrays.stream(residuals).map(Math::abs).sum(), within(1e-9));
    }

    /** J s without J. */
    static void assertChangeAlongAStep(ChannelModel model, double[] at, double[] jacobian) {
        double[] step = new Random(4).doubles(at.length, -1, 1).toArray();
        double[] change = new double[jacobian.length / at.length];
        model.change(at, model.seen(at), step, model.seen(step), change);
        double size = 0;
        for (double slope : jacobian) {
            size = Math.max(size, Math.abs(slope));
        }
        for (int p = 0; p < change.length; p++) {
            double product = Dots.of(jacobian, p * at.length, step, 0, at.length);
            assertThat(change[p]).isCloseTo(product, within(1e-10 * size * at.length));
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void theChannelIsTheLayerWithTheChangedWeight(boolean demodulated) {
        InsertionProblem problem = PublishedInsertion.problem(DIRECTIONS, demodulated, true);
        double[][] amounts = new double[problem.out()][];
        double[][] weight = new double[problem.out()][];
        Random random = new Random(2);
        for (int o = 0; o < problem.out(); o++) {
            amounts[o] = random.doubles(problem.unknowns(), -1, 1).toArray();
            weight[o] = problem.weight(o).clone();
            for (int i = 0; i < problem.in(); i++) {
                for (int r = 0; r < problem.rank(); r++) {
                    for (int t = 0; t < 9; t++) {
                        weight[o][i * 9 + t] += amounts[o][r * 9 + t] * DIRECTIONS.get(r, i);
                    }
                }
            }
        }
        double[][] gradient = new double[problem.out()][problem.in() * 9];
        assertThat(problem.loss(amounts))
                .isCloseTo(ProjectedGradient.gradient(problem, weight, gradient), within(1e-10));
    }
}
