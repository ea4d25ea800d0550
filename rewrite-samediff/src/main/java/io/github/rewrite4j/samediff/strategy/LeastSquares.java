package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.samediff.linalg.Matrix;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Levenberg-Marquardt on squared errors, one small problem per output channel o:
 *
 * <pre>
 *   min over x   sum_p r_p(x)^2 + gamma n d0^2 x' S x
 * </pre>
 *
 * with r, n, d0 and S as in {@link LevenbergMarquardt}. For rules that ask most cells to stay as they are: there the absolute
 * error has its minimum where nothing moves, as a median has. Cost as there.
 *
 * @param iterations at most so many
 */
record LeastSquares(int iterations) implements InsertionSolver {
    private static final double FIRST_DAMPING = 1e-3;
    private static final double MIN_DAMPING = 1e-9;
    private static final double MAX_DAMPING = 1e8;
    private static final double ENOUGH = 1e-5;

    LeastSquares {
        if (iterations < 1) {
            throw new IllegalArgumentException("At least one iteration is needed, but got " + iterations + ".");
        }
    }

    @Override
    public String name() {
        return "least-squares";
    }

    @Override
    public Solution solve(InsertionProblem problem, Preservation preservation, ProgressListener listener) {
        int out = problem.out();
        double[] moment = preservation.patches().toRowMajor();
        Channel[] channels = new Channel[out];
        double scale = (double) out * problem.cells();
        double[] losses = new double[iterations];
        int done = 0;
        AtomicBoolean moving = new AtomicBoolean(true);
        try (ChannelWorkers<Channel[]> workers = ChannelWorkers.of(out, () -> channels)) {
            workers.each(out, (o, all) -> all[o] = new Channel(problem, o, moment, preservation.gamma()));
            while (done < iterations && moving.get()) {
                losses[done] = Arrays.stream(channels)
                                .mapToDouble(Channel::absoluteError)
                                .sum()
                        / scale;
                listener.report("inserting the rule", done, iterations, losses[done]);
                moving.set(false);
                workers.each(out, (o, all) -> {
                    if (all[o].step()) {
                        moving.set(true);
                    }
                });
                done++;
            }
        }
        return new Solution(
                Arrays.stream(channels).map(channel -> channel.amounts).toArray(double[][]::new),
                Arrays.copyOf(losses, done));
    }

    /** One output channel on its way down. */
    private static final class Channel {
        private final ChannelModel model;
        private final int cells;
        private final double[] moment;
        private final double preserve;
        private double[] amounts;
        private double objective;
        private double damping = FIRST_DAMPING;
        private boolean finished;

        Channel(InsertionProblem problem, int channel, double[] moment, double gamma) {
            this.model = new ChannelModel(problem, channel);
            this.cells = problem.cells();
            this.moment = moment;
            this.amounts = new double[problem.unknowns()];
            double d0 = 0;
            for (int e = 0; e < problem.examples().size(); e++) {
                d0 += model.demodulation(e, amounts) / problem.examples().size();
            }
            this.preserve = gamma * cells * d0 * d0;
            this.objective = objective(amounts);
            this.finished = objective == 0;
        }

        double absoluteError() {
            return model.absoluteError(amounts);
        }

        private double objective(double[] at) {
            double sum = 0;
            for (double r : model.residuals(at)) {
                sum += r * r;
            }
            return sum + preserve * form(at);
        }

        /** a' S a. */
        private double form(double[] a) {
            double sum = 0;
            for (int i = 0; i < a.length; i++) {
                for (int j = 0; j < a.length; j++) {
                    sum += a[i] * moment[i * a.length + j] * a[j];
                }
            }
            return sum;
        }

        /** Takes one step; says whether more may follow. */
        boolean step() {
            if (finished) {
                return false;
            }
            int unknowns = amounts.length;
            double[] residuals = new double[cells];
            double[] jacobian = new double[cells * unknowns];
            model.evaluate(amounts, residuals, jacobian);
            double[] hessian = Matrix.of(cells, unknowns, jacobian).gram().toRowMajor();
            double[] gradient = new double[unknowns];
            for (int p = 0; p < cells; p++) {
                for (int i = 0; i < unknowns; i++) {
                    gradient[i] += residuals[p] * jacobian[p * unknowns + i];
                }
            }
            for (int i = 0; i < unknowns; i++) {
                for (int j = 0; j < unknowns; j++) {
                    double s = preserve * moment[i * unknowns + j];
                    hessian[i * unknowns + j] += s;
                    gradient[i] -= s * amounts[j];
                }
            }
            DampedSystem system = new DampedSystem(unknowns);
            system.set(hessian);
            finished = !descend(system, gradient);
            return !finished;
        }

        /** Tries ever shorter steps until one goes down; false where none does, or by too little to go on. */
        private boolean descend(DampedSystem system, double[] gradient) {
            double[] step = new double[amounts.length];
            while (damping <= MAX_DAMPING) {
                if (system.solve(gradient, damping, step)) {
                    double[] next = amounts.clone();
                    for (int i = 0; i < next.length; i++) {
                        next[i] += step[i];
                    }
                    double reached = objective(next);
                    if (reached < objective) {
                        boolean more = objective - reached > ENOUGH * objective;
                        amounts = next;
                        objective = reached;
                        damping = Math.max(damping / 5, MIN_DAMPING);
                        return more;
                    }
                }
                damping *= 4;
            }
            return false;
        }
    }
}
