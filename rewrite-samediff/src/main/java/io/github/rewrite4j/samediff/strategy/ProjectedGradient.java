package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.Activation;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.tape.Divergence;
import java.util.Arrays;

/**
 * The published solver (Bau et al. 2020): Adam on the whole weight, and every tenth step and at the end the change is
 * projected onto the directions, W = W0 + (W - W0) D'D for every tap.
 *
 * @param steps 2,001 as published
 * @param rate learning rate of the weight
 */
record ProjectedGradient(int steps, LearningRate rate) implements InsertionSolver {
    private static final int PROJECT_EVERY = 10;

    ProjectedGradient {
        if (steps < 1) {
            throw new IllegalArgumentException("At least one step is needed, but got " + steps + ".");
        }
    }

    @Override
    public String name() {
        return "projected-gradient";
    }

    @Override
    public Solution solve(InsertionProblem problem, Preservation preservation, ProgressListener listener) {
        int out = problem.out();
        double[][] weight = new double[out][];
        for (int o = 0; o < out; o++) {
            weight[o] = problem.weight(o).clone();
        }
        Adam adam = new Adam(rate.of(problem), out, weight[0].length);
        double[][] gradient = new double[out][weight[0].length];
        double[] losses = new double[steps];
        Divergence divergence = new Divergence(
                "The insertion of the rule",
                steps,
                "Lower the learning rate, now " + rate.value() + " of the weight's size");
        double[][] amounts = new double[out][problem.unknowns()];
        for (int step = 0; step < steps; step++) {
            double sum = 0;
            for (double[] row : weight) {
                sum += Arrays.stream(row).sum();
            }
            divergence.require(sum, step);
            losses[step] = divergence.require(gradient(problem, weight, gradient), step);
            listener.report(Stage.INSERTING, step, steps, losses[step]);
            adam.step(weight, gradient);
            if (step % PROJECT_EVERY == 0 || step == steps - 1) {
                project(problem, weight, amounts);
            }
        }
        divergence.requireDescent(losses[0], losses[steps - 1]);
        return new Solution(amounts, losses);
    }

    /** Fills the gradient of the mean absolute error and returns the error. */
    static double gradient(InsertionProblem problem, double[][] weight, double[][] gradient) {
        double scale = 1.0 / ((double) problem.out() * problem.cells());
        Activation activation = problem.activation();
        double loss = 0;
        for (double[] row : gradient) {
            Arrays.fill(row, 0);
        }
        for (InsertionProblem.Example example : problem.examples()) {
            int cells = example.activated();
            Matrix full = example.full();
            double[] stage = Matrix.of(weight).multiply(full.transpose()).toRowMajor();
            double[] pulls = new double[problem.out() * cells];
            for (int o = 0; o < problem.out(); o++) {
                double d = demodulation(problem, example, weight[o]);
                double[] pre = new double[cells];
                double[] active = new double[cells];
                for (int p = 0; p < cells; p++) {
                    pre[p] = d * stage[o * cells + p] + example.offset()[p] + problem.bias(o) * example.ones(p);
                    active[p] = activation.apply(pre[p]);
                }
                double[] pull = pulls(example, o, active, scale);
                loss += Arrays.stream(pull).map(Math::abs).sum();
                double[] spread = spread(example, pull, scale);
                double along = 0;
                for (int p = 0; p < cells; p++) {
                    double slope = spread[p] * activation.derivative(pre[p]);
                    pulls[o * cells + p] = slope * d;
                    along += slope * stage[o * cells + p];
                }
                addDemodulation(problem, example, weight[o], along * d * d * d, gradient[o]);
            }
            double[] sum = Matrix.of(problem.out(), cells, pulls).multiply(full).toRowMajor();
            int columns = weight[0].length;
            for (int o = 0; o < problem.out(); o++) {
                for (int j = 0; j < columns; j++) {
                    gradient[o][j] += sum[o * columns + j];
                }
            }
        }
        return loss;
    }

    /** Scaled errors at the cells with a goal. */
    private static double[] pulls(InsertionProblem.Example example, int channel, double[] active, double scale) {
        double[] values = active;
        FilteredCells filtered = example.filtered();
        if (filtered != null) {
            values = new double[example.cells()];
            filtered.reduce(active, 1, values, 0);
        }
        double[] errors = new double[values.length];
        for (int p = 0; p < values.length; p++) {
            errors[p] = (example.goal(channel)[p] - values[p]) * scale;
        }
        return errors;
    }

    /** The derivative of the absolute errors with respect to what the activation gives. */
    private static double[] spread(InsertionProblem.Example example, double[] errors, double scale) {
        double[] signs =
                Arrays.stream(errors).map(error -> -Math.signum(error) * scale).toArray();
        FilteredCells filtered = example.filtered();
        return filtered == null ? signs : filtered.spread(signs);
    }

    private static double demodulation(InsertionProblem problem, InsertionProblem.Example example, double[] weight) {
        double[] energy = example.energy();
        if (energy == null) {
            return 1;
        }
        double g2 = problem.weightGain() * problem.weightGain();
        double sum = 0;
        for (int i = 0; i < energy.length; i++) {
            for (int t = 0; t < problem.taps(); t++) {
                double w = weight[i * problem.taps() + t];
                sum += g2 * energy[i] * w * w;
            }
        }
        return 1 / Math.sqrt(sum + problem.epsilon());
    }

    /** dd/dW = -d^3 g^2 e W. */
    private static void addDemodulation(
            InsertionProblem problem, InsertionProblem.Example example, double[] weight, double factor, double[] into) {
        double[] energy = example.energy();
        if (energy == null) {
            return;
        }
        double g2 = problem.weightGain() * problem.weightGain();
        for (int i = 0; i < energy.length; i++) {
            for (int t = 0; t < problem.taps(); t++) {
                int j = i * problem.taps() + t;
                into[j] -= factor * g2 * energy[i] * weight[j];
            }
        }
    }

    /** W = W0 + amounts D with amounts = (W - W0) D'. */
    private static void project(InsertionProblem problem, double[][] weight, double[][] amounts) {
        int taps = problem.taps();
        for (int o = 0; o < problem.out(); o++) {
            double[] original = problem.weight(o);
            Arrays.fill(amounts[o], 0);
            for (int r = 0; r < problem.rank(); r++) {
                for (int i = 0; i < problem.in(); i++) {
                    double d = problem.directions().get(r, i);
                    for (int t = 0; t < taps; t++) {
                        amounts[o][r * taps + t] += d * (weight[o][i * taps + t] - original[i * taps + t]);
                    }
                }
            }
            System.arraycopy(original, 0, weight[o], 0, original.length);
            for (int r = 0; r < problem.rank(); r++) {
                for (int i = 0; i < problem.in(); i++) {
                    double d = problem.directions().get(r, i);
                    for (int t = 0; t < taps; t++) {
                        weight[o][i * taps + t] += d * amounts[o][r * taps + t];
                    }
                }
            }
        }
    }
}
