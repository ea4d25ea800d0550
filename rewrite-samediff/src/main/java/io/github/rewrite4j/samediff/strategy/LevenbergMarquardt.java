package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Levenberg-Marquardt in the amounts, one small problem per output channel o:
 *
 * <pre>
 *   min over x   sum_p |r_p(x)| + gamma n d0^2 x' S x
 * </pre>
 *
 * with r the residual over the n goal cells, d0 the mean demodulation at W0 and S the {@link Preservation} moment. Each
 * channel descends by itself, with its own damping and acceptance ({@link ChannelDescent}), several of them at a time ({@link ChannelWorkers}). Cost per iteration and
 * channel: n u^2 / 2 multiply-adds and, on average, two Cholesky factorisations, with u = rank x taps unknowns.
 *
 * @param iterations at most so many
 */
record LevenbergMarquardt(int iterations) implements InsertionSolver {
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
    public Solution solve(InsertionProblem problem, Preservation preservation, ProgressListener listener) {
        int out = problem.out();
        Supplier<ChannelDescent.Workspace> workspace =
                () -> new ChannelDescent.Workspace(problem.cells(), problem.unknowns());
        try (ChannelWorkers<ChannelDescent.Workspace> workers = ChannelWorkers.of(out, workspace)) {
            return solve(problem, preservation, workers, listener);
        }
    }

    Solution solve(
            InsertionProblem problem,
            Preservation preservation,
            ChannelWorkers<ChannelDescent.Workspace> workers,
            ProgressListener listener) {
        int out = problem.out();
        double scale = (double) out * problem.cells();
        ChannelDescent[] channels = new ChannelDescent[out];
        double[] moment = preservation.patches().toRowMajor();
        workers.each(out, (o, at) -> channels[o] = new ChannelDescent(problem, o, moment, preservation.gamma()));
        double[] losses = new double[iterations];
        int done = 0;
        AtomicBoolean moving = new AtomicBoolean(true);
        while (done < iterations && moving.get()) {
            losses[done] =
                    Arrays.stream(channels).mapToDouble(ChannelDescent::error).sum() / scale;
            listener.report(Stage.INSERTING, done, iterations, losses[done]);
            moving.set(false);
            workers.each(out, (o, at) -> {
                if (channels[o].step(at)) {
                    moving.set(true);
                }
            });
            done++;
        }
        double[][] amounts =
                Arrays.stream(channels).map(ChannelDescent::amounts).toArray(double[][]::new);
        return new Solution(amounts, Arrays.copyOf(losses, done));
    }
}
