package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.tape.Divergence;
import java.util.Arrays;

/**
 * Adam on the amounts, starting at zero: minimises the mean absolute error alone, as published (Bau et al. 2020; the
 * preservation of other keys comes from the directions only).
 *
 * @param steps 2,001 as published
 * @param rate learning rate of the amounts
 */
record AmountsAdam(int steps, LearningRate rate) implements InsertionSolver {
    AmountsAdam {
        if (steps < 1) {
            throw new IllegalArgumentException("At least one step is needed, but got " + steps + ".");
        }
    }

    @Override
    public String name() {
        return "adam";
    }

    @Override
    public Solution solve(InsertionProblem problem, Preservation preservation, ProgressListener listener) {
        int out = problem.out();
        int unknowns = problem.unknowns();
        double scale = 1.0 / ((double) out * problem.cells());
        ChannelModel[] models = new ChannelModel[out];
        Arrays.setAll(models, o -> new ChannelModel(problem, o));
        double[][] amounts = new double[out][unknowns];
        double[][] gradient = new double[out][unknowns];
        double[] residuals = new double[problem.cells()];
        double[] jacobian = new double[problem.cells() * unknowns];
        Adam adam = new Adam(rate.of(problem), out, unknowns);
        double[] losses = new double[steps];
        Divergence divergence = new Divergence(
                "The insertion of the rule",
                steps,
                "Lower the learning rate, now " + rate.value() + " of the weight's size");
        for (int step = 0; step < steps; step++) {
            double loss = 0;
            for (int o = 0; o < out; o++) {
                models[o].evaluate(amounts[o], residuals, jacobian);
                Arrays.fill(gradient[o], 0);
                for (int p = 0; p < residuals.length; p++) {
                    loss += Math.abs(residuals[p]);
                    double pull = -Math.signum(residuals[p]) * scale;
                    for (int j = 0; j < unknowns; j++) {
                        gradient[o][j] += pull * jacobian[p * unknowns + j];
                    }
                }
            }
            losses[step] = divergence.require(loss * scale, step);
            listener.report(Stage.INSERTING, step, steps, losses[step]);
            adam.step(amounts, gradient);
        }
        divergence.requireDescent(losses[0], losses[steps - 1]);
        return new Solution(amounts, losses);
    }
}
