package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.linalg.Matrix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Levenberg-Marquardt in the amounts, one small system per output channel o:
 *
 * <pre>
 *   min over x   sum_p |r_p(x)| + gamma n d0^2 x' S x
 * </pre>
 *
 * with r the residual over the n goal cells, d0 the mean demodulation at W0 and S the {@link Preservation} moment. The
 * absolute error is treated by robust weights 1 / max(|r|, delta) (iteratively reweighted least squares); the Jacobian
 * includes the derivative of the demodulation. Each channel has its own damping and acceptance. Cost per iteration and
 * channel: n u^2 / 2 multiply-adds and one Cholesky factorisation, with u = rank x taps unknowns.
 *
 * @param iterations at most so many
 */
record LevenbergMarquardt(int iterations) implements InsertionSolver {
    private static final double RELATIVE_FLOOR = 1e-3;
    private static final double ENOUGH = 1e-5;
    private static final double MAX_DAMPING = 1e8;

    LevenbergMarquardt {
        if (iterations < 1) {
            throw new IllegalArgumentException("At least one iteration is needed, but got " + iterations + ".");
        }
    }

    @Override
    public String name() {
        return "levenberg-marquardt";
    }

    @Override
    public Solution solve(InsertionProblem problem, Preservation preservation, RewriteListener listener) {
        int out = problem.out();
        double scale = (double) out * problem.cells();
        Channel[] channels = new Channel[out];
        double[] preserve = preservation.patches().toRowMajor();
        for (int o = 0; o < out; o++) {
            channels[o] = new Channel(problem, o, preserve, preservation.gamma());
        }
        double[] losses = new double[iterations];
        int done = 0;
        boolean moving = true;
        Workspace workspace = new Workspace(problem.cells(), problem.unknowns());
        while (done < iterations && moving) {
            losses[done] = Arrays.stream(channels).mapToDouble(c -> c.error).sum() / scale;
            listener.report("inserting the rule", done, iterations, losses[done]);
            moving = false;
            for (Channel channel : channels) {
                moving |= channel.step(workspace);
            }
            done++;
        }
        double[][] amounts = Arrays.stream(channels).map(c -> c.amounts).toArray(double[][]::new);
        return new Solution(amounts, Arrays.copyOf(losses, done));
    }

    /** Buffers that all channels use in turn. */
    private static final class Workspace {
        final double[] residuals;
        final double[] jacobian;
        final double[][] hessian;
        final double[][] factor;
        final double[] gradient;

        Workspace(int cells, int unknowns) {
            residuals = new double[cells];
            jacobian = new double[Math.multiplyExact(cells, unknowns)];
            hessian = new double[unknowns][unknowns];
            factor = new double[unknowns][unknowns];
            gradient = new double[unknowns];
        }
    }

    private static final class Channel {
        final ChannelModel model;
        final double[] preserve;
        final double preserveWeight;
        final double floor;
        double[] amounts;
        double error;
        double objective;
        double damping = 1e-3;
        boolean finished;

        Channel(InsertionProblem problem, int o, double[] preserve, double gamma) {
            this.model = new ChannelModel(problem, o);
            this.preserve = preserve;
            this.amounts = new double[problem.unknowns()];
            double d0 = 0;
            for (int e = 0; e < problem.examples().size(); e++) {
                d0 += model.demodulation(e, amounts) / problem.examples().size();
            }
            this.preserveWeight = gamma * problem.cells() * d0 * d0;
            this.error = model.absoluteError(amounts);
            this.objective = error;
            this.floor = Math.max(RELATIVE_FLOOR * error / problem.cells(), Double.MIN_NORMAL);
            this.finished = error == 0;
        }

        /** One accepted step, or none when the channel has converged; says whether it moved. */
        boolean step(Workspace at) {
            if (finished) {
                return false;
            }
            linearise(at);
            while (damping <= MAX_DAMPING) {
                double[] candidate = candidate(at);
                if (candidate != null) {
                    double candidateError = model.absoluteError(candidate);
                    double candidateObjective = candidateError + preserveWeight * quadratic(candidate);
                    if (candidateObjective < objective) {
                        finished = objective - candidateObjective < ENOUGH * objective;
                        amounts = candidate;
                        error = candidateError;
                        objective = candidateObjective;
                        damping = Math.max(damping / 5, 1e-9);
                        return true;
                    }
                }
                damping *= 4;
            }
            finished = true;
            return false;
        }

        private void linearise(Workspace at) {
            int unknowns = amounts.length;
            model.evaluate(amounts, at.residuals, at.jacobian);
            for (int i = 0; i < unknowns; i++) {
                Arrays.fill(at.hessian[i], 0);
                double pull = 0;
                for (int j = 0; j < unknowns; j++) {
                    double s = 2 * preserveWeight * preserve[i * unknowns + j];
                    at.hessian[i][j] = s;
                    pull += s * amounts[j];
                }
                at.gradient[i] = -pull;
            }
            // Rows scaled by the root of their weight, so that one symmetric rank-k update gives J'WJ.
            for (int p = 0; p < at.residuals.length; p++) {
                double root = Math.sqrt(1 / Math.max(Math.abs(at.residuals[p]), floor));
                double pull = root * at.residuals[p];
                int row = p * unknowns;
                for (int i = 0; i < unknowns; i++) {
                    double scaled = root * at.jacobian[row + i];
                    at.jacobian[row + i] = scaled;
                    at.gradient[i] += pull * scaled;
                }
            }
            double[] normal =
                    Matrix.of(at.residuals.length, unknowns, at.jacobian).gram().toRowMajor();
            for (int i = 0; i < unknowns; i++) {
                for (int j = 0; j <= i; j++) {
                    at.hessian[i][j] += normal[i * unknowns + j];
                }
            }
        }

        /** Solves (H + damping diag(H)) step = gradient; null when that is not positive definite. */
        private double @Nullable [] candidate(Workspace at) {
            int unknowns = amounts.length;
            double trace = 0;
            for (int i = 0; i < unknowns; i++) {
                trace += at.hessian[i][i];
            }
            double tiny = 1e-12 * trace / unknowns + Double.MIN_NORMAL;
            double[][] l = at.factor;
            for (int i = 0; i < unknowns; i++) {
                for (int j = 0; j <= i; j++) {
                    double sum = at.hessian[i][j];
                    if (i == j) {
                        sum += damping * at.hessian[i][i] + tiny;
                    }
                    for (int k = 0; k < j; k++) {
                        sum -= l[i][k] * l[j][k];
                    }
                    if (i == j) {
                        if (!(sum > 0)) {
                            return null;
                        }
                        l[i][i] = Math.sqrt(sum);
                    } else {
                        l[i][j] = sum / l[j][j];
                    }
                }
            }
            double[] x = at.gradient.clone();
            for (int i = 0; i < unknowns; i++) {
                for (int k = 0; k < i; k++) {
                    x[i] -= l[i][k] * x[k];
                }
                x[i] /= l[i][i];
            }
            for (int i = unknowns - 1; i >= 0; i--) {
                for (int k = i + 1; k < unknowns; k++) {
                    x[i] -= l[k][i] * x[k];
                }
                x[i] /= l[i][i];
            }
            for (int i = 0; i < unknowns; i++) {
                x[i] += amounts[i];
            }
            return x;
        }

        private double quadratic(double[] x) {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                double row = 0;
                for (int j = 0; j < x.length; j++) {
                    row += preserve[i * x.length + j] * x[j];
                }
                sum += x[i] * row;
            }
            return sum;
        }
    }
}
