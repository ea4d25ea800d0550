package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Stage;
import java.util.Arrays;

/**
 * Levenberg-Marquardt in the amounts, one small problem per output channel o:
 *
 * <pre>
 *   min over x   sum_p |r_p(x)| + gamma n d0^2 x' S x
 * </pre>
 *
 * with r the residual over the n goal cells, d0 the mean demodulation at W0 and S the {@link Preservation} moment. Each
 * channel descends by itself, with its own damping and acceptance ({@link ChannelDescent}). Cost per iteration and
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
        double scale = (double) out * problem.cells();
        ChannelDescent[] channels = new ChannelDescent[out];
        ChannelDescent.Workspace workspace = new ChannelDescent.Workspace(problem.cells(), problem.unknowns());
        double[] moment = preservation.patches().toRowMajor();
        Arrays.setAll(channels, o -> new ChannelDescent(problem, o, moment, preservation.gamma(), workspace));
        double[] losses = new double[iterations];
        int done = 0;
        boolean moving = true;
        while (done < iterations && moving) {
            losses[done] =
                    Arrays.stream(channels).mapToDouble(ChannelDescent::error).sum() / scale;
            listener.report(Stage.INSERTING, done, iterations, losses[done]);
            moving = false;
            for (ChannelDescent channel : channels) {
                moving |= channel.step();
            }
            done++;
        }
        double[][] amounts =
                Arrays.stream(channels).map(ChannelDescent::amounts).toArray(double[][]::new);
        return new Solution(amounts, Arrays.copyOf(losses, done));
    }
}
