package io.github.rewrite4j.samediff.strategy;

import static io.github.rewrite4j.samediff.strategy.PublishedInsertion.GOLDEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.linalg.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published optimisers against runs of the published code in float64. */
class PublishedInsertionGoldenTest {
    private static InsertionSolver.Solution solve(InsertionSolver solver, int rank) {
        InsertionProblem problem = PublishedInsertion.problem(rank);
        return solver.solve(problem, Preservation.none(problem.unknowns()), RewriteListener.SILENT);
    }

    private static void assertCurve(double[] actual, double[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            double relative = i < 11 ? 1e-6 : i < 51 ? 1e-3 : 2e-2;
            assertThat(actual[i]).as("iteration " + i).isCloseTo(expected[i], within(relative * expected[i]));
        }
    }

    private static double worst(double[][] amounts, double[] golden) {
        double worst = 0;
        int columns = amounts[0].length;
        assertThat(golden).hasSize(amounts.length * columns);
        for (int i = 0; i < golden.length; i++) {
            worst = Math.max(worst, Math.abs(amounts[i / columns][i % columns] - golden[i]));
        }
        return worst;
    }

    @Test
    void theLayerWithItsOwnWeightGivesTheReferenceValues() {
        InsertionProblem problem = PublishedInsertion.problem(1);
        double[] expected = GOLDEN.doubles("target_model_of_w0");
        double[] goal = GOLDEN.doubles("goal_out_fmap");
        for (int o = 0; o < problem.out(); o++) {
            double[] residuals = new ChannelModel(problem, o).residuals(new double[problem.unknowns()]);
            for (int p = 0; p < residuals.length; p++) {
                int at = o * residuals.length + p;
                assertThat(goal[at] - residuals[p]).isCloseTo(expected[at], within(1e-5));
            }
        }
        assertThat(problem.loss(new double[problem.out()][problem.unknowns()]))
                .isCloseTo(0.46329178996460224, within(1e-8));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,11", "1,51", "1,201", "4,51"})
    void projectedGradientFollowsThePublishedRun(int rank, int steps) {
        InsertionSolver.Solution solution = solve(new ProjectedGradient(steps, new LearningRate(0.05, false)), rank);
        String run = "r" + rank + ".n" + steps;
        assertCurve(solution.losses(), GOLDEN.doubles(run + ".losses"));
        double tolerance = steps <= 11 ? 1e-5 : steps <= 51 ? 1e-2 : 0.1;
        assertThat(worst(solution.amounts(), GOLDEN.doubles(run + ".Lambda"))).isLessThan(tolerance);
    }

    @ParameterizedTest
    @ValueSource(ints = {11, 51})
    void adamOnTheAmountsFollowsThePublishedRun(int steps) {
        InsertionSolver.Solution solution = solve(new AmountsAdam(steps, new LearningRate(0.5, false)), 1);
        String run = "linear_r1.n" + steps;
        assertCurve(solution.losses(), GOLDEN.doubles(run + ".losses"));
        assertThat(worst(solution.amounts(), GOLDEN.doubles(run + ".Lambda"))).isLessThan(1e-2);
    }

    @ParameterizedTest
    @CsvSource({"1,0.05", "4,0.5"})
    void withoutGammaThirtyIterationsEndAtOrBelowTheWholePublishedRuns(int rank, double rate) {
        InsertionProblem problem = PublishedInsertion.problem(rank);
        LearningRate published = new LearningRate(rate, false);
        assertThat(problem.loss(solve(new LevenbergMarquardt(30), rank).amounts()))
                .isLessThanOrEqualTo(problem.loss(
                        solve(new AmountsAdam(2001, published), rank).amounts()))
                .isLessThanOrEqualTo(problem.loss(
                        solve(new ProjectedGradient(2001, published), rank).amounts()));
    }

    @Test
    void theGradientAtTheOriginalWeightIsThatOfAutomaticDifferentiation() {
        InsertionProblem problem = PublishedInsertion.problem(4);
        double[][] gradient = gradientAtW0(problem);
        double[] expected = GOLDEN.doubles("grad_l1_at_w0");
        assertThat(worst(gradient, expected)).isLessThan(1e-4 * largest(expected));
    }

    @Test
    void theProjectedGradientIsThatOfThePublishedProjection() {
        InsertionProblem problem = PublishedInsertion.problem(4);
        double[][] gradient = gradientAtW0(problem);
        Matrix projector = problem.directions().transposeMultiply(problem.directions());
        double[] expected = GOLDEN.doubles("grad_l1_projected_rank4");
        double[][] projected = new double[problem.out()][problem.in() * 9];
        for (int o = 0; o < problem.out(); o++) {
            for (int i = 0; i < problem.in(); i++) {
                for (int j = 0; j < problem.in(); j++) {
                    for (int t = 0; t < 9; t++) {
                        projected[o][i * 9 + t] += projector.get(i, j) * gradient[o][j * 9 + t];
                    }
                }
            }
        }
        assertThat(worst(projected, expected)).isLessThan(1e-4 * largest(expected));
    }

    private static double[][] gradientAtW0(InsertionProblem problem) {
        double[][] weight = new double[problem.out()][];
        for (int o = 0; o < problem.out(); o++) {
            weight[o] = problem.weight(o).clone();
        }
        double[][] gradient = new double[problem.out()][weight[0].length];
        assertThat(ProjectedGradient.gradient(problem, weight, gradient)).isCloseTo(0.46329178996460224, within(1e-8));
        return gradient;
    }

    private static double largest(double[] values) {
        double largest = 0;
        for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }
}
