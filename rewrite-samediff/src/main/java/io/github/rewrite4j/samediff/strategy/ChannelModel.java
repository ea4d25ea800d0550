package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.Activation;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One output channel of an {@link InsertionProblem} as a function of its amounts x = Lambda_o in R^(rank x taps):
 *
 * <pre>
 *   y_p = a( d z_p + n_p + b ),  z = base + A x,  d = (q0 + 2 b'x + x'Q x + eps)^(-1/2)
 * </pre>
 *
 * <p>where filters surround the activation, y is what they make of this at the cells that the activation sees.
 *
 * <p>The demodulation d couples all amounts of the channel; Q is block diagonal over the taps with the same R x R block
 * g^2 D diag(e) D'.
 */
final class ChannelModel {
    private final InsertionProblem problem;
    private final int channel;
    private final int unknowns;
    private final Activation activation;
    private final double bias;
    private final double[] @Nullable [] energyLinear;
    private final double[] energyConstant;

    ChannelModel(InsertionProblem problem, int channel) {
        this.problem = problem;
        this.channel = channel;
        this.unknowns = problem.unknowns();
        this.activation = problem.activation();
        this.bias = problem.bias(channel);
        int count = problem.examples().size();
        this.energyLinear = new double[count][];
        this.energyConstant = new double[count];
        for (int e = 0; e < count; e++) {
            double[] energy = problem.examples().get(e).energy();
            if (energy != null) {
                prepare(e, energy);
            }
        }
    }

    private void prepare(int e, double[] energy) {
        int rank = problem.rank();
        int taps = problem.taps();
        double g2 = problem.weightGain() * problem.weightGain();
        double[] weight = problem.weight(channel);
        double[] linear = new double[unknowns];
        double constant = 0;
        for (int i = 0; i < energy.length; i++) {
            double scale = g2 * energy[i];
            for (int t = 0; t < taps; t++) {
                double w = weight[i * taps + t];
                constant += scale * w * w;
            }
            for (int r = 0; r < rank; r++) {
                double d = scale * problem.directions().get(r, i);
                for (int t = 0; t < taps; t++) {
                    linear[r * taps + t] += d * weight[i * taps + t];
                }
            }
        }
        energyLinear[e] = linear;
        energyConstant[e] = constant;
    }

    /** d of one example. */
    double demodulation(int e, double[] amounts) {
        return demodulation(e, amounts, together(amounts, amounts));
    }

    /** X Y' of amounts X and Y [rank, taps]: x' Q y of an example is the sum of its block times this. */
    private double[] together(double[] x, double[] y) {
        int rank = problem.rank();
        int taps = problem.taps();
        double[] together = new double[rank * rank];
        for (int r = 0; r < rank; r++) {
            for (int s = 0; s < rank; s++) {
                together[r * rank + s] = Dots.of(x, r * taps, y, s * taps, taps);
            }
        }
        return together;
    }

    private double demodulation(int e, double[] amounts, double[] together) {
        double[] linear = energyLinear[e];
        if (linear == null) {
            return 1;
        }
        double[] block = Objects.requireNonNull(problem.examples().get(e).energyBlock());
        double sum = energyConstant[e]
                + 2 * Dots.of(linear, 0, amounts, 0, unknowns)
                + Dots.of(block, 0, together, 0, together.length);
        return 1 / Math.sqrt(Math.max(sum, 0) + problem.epsilon());
    }

    /** b + Q x: half the gradient of the squared norm under the root. */
    private double[] energySlope(int e, double[] amounts) {
        int rank = problem.rank();
        int taps = problem.taps();
        double[] block = Objects.requireNonNull(problem.examples().get(e).energyBlock());
        double[] slope = Objects.requireNonNull(energyLinear[e]).clone();
        for (int r = 0; r < rank; r++) {
            for (int s = 0; s < rank; s++) {
                double q = block[r * rank + s];
                for (int t = 0; t < taps; t++) {
                    slope[r * taps + t] += q * amounts[s * taps + t];
                }
            }
        }
        return slope;
    }

    /** Sum of |goal - y| over all cells. */
    double absoluteError(double[] amounts) {
        double sum = 0;
        for (double residual : residuals(amounts)) {
            sum += Math.abs(residual);
        }
        return sum;
    }

    /** goal - y over the cells of all examples. */
    double[] residuals(double[] amounts) {
        double[] residuals = new double[problem.cells()];
        evaluate(amounts, residuals, null);
        return residuals;
    }

    /** A x over the cells that activations see. */
    double[] seen(double[] amounts) {
        double[] seen = new double[problem.activated()];
        int row = 0;
        for (InsertionProblem.Example example : problem.examples()) {
            double[] design = example.design();
            for (int p = 0; p < example.activated(); p++, row++) {
                seen[row] = Dots.of(design, p * unknowns, amounts, 0, unknowns);
            }
        }
        return seen;
    }

    /** As {@link #evaluate(double[], double[], double[], double[])}, with A x computed. */
    void evaluate(double[] amounts, double[] residuals, double @Nullable [] jacobian) {
        evaluate(amounts, seen(amounts), residuals, jacobian);
    }

    /**
     * Residuals and, if wanted, the Jacobian of y.
     *
     * @param seen A x
     * @param jacobian [cells x unknowns] row-major, overwritten
     */
    void evaluate(double[] amounts, double[] seen, double[] residuals, double @Nullable [] jacobian) {
        double[] together = together(amounts, amounts);
        int row = 0;
        int from = 0;
        for (int e = 0; e < problem.examples().size(); e++) {
            InsertionProblem.Example example = problem.examples().get(e);
            double d = demodulation(e, amounts, together);
            Seen at = new Seen(seen, from);
            from += example.activated();
            FilteredCells filtered = example.filtered();
            double[] goal = example.goal(channel);
            if (filtered == null) {
                activate(e, d, amounts, at, residuals, jacobian, row);
            } else {
                double[] active = new double[example.activated()];
                double[] slopes = jacobian == null ? null : new double[active.length * unknowns];
                activate(e, d, amounts, at, active, slopes, 0);
                filtered.reduce(active, 1, residuals, row);
                if (jacobian != null && slopes != null) {
                    filtered.reduce(slopes, unknowns, jacobian, row * unknowns);
                }
            }
            for (int p = 0; p < example.cells(); p++, row++) {
                residuals[row] = goal[p] - residuals[row];
            }
        }
    }

    /** A x of all cells, and where those of an example begin. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Seen(double[] all, int from) {
        double at(int cell) {
            return all[from + cell];
        }
    }

    /**
     * J s of a step s, with A s known.
     *
     * @param seen A x
     * @param along A s
     * @param change of y over all cells, overwritten
     */
    void change(double[] amounts, double[] seen, double[] step, double[] along, double[] change) {
        double[] together = together(amounts, amounts);
        double[] crossed = together(amounts, step);
        int row = 0;
        int from = 0;
        for (int e = 0; e < problem.examples().size(); e++) {
            InsertionProblem.Example example = problem.examples().get(e);
            double d = demodulation(e, amounts, together);
            double[] linear = energyLinear[e];
            double[] block = example.energyBlock();
            double pull = linear == null || block == null
                    ? 0
                    : d
                            * d
                            * d
                            * (Dots.of(linear, 0, step, 0, unknowns) + Dots.of(block, 0, crossed, 0, crossed.length));
            FilteredCells filtered = example.filtered();
            double[] active = filtered == null ? change : new double[example.activated()];
            int into = filtered == null ? row : 0;
            double[] base = example.base(channel);
            for (int p = 0; p < example.activated(); p++) {
                double z = base[p] + seen[from + p];
                double slope = activation.derivative(d * z + example.offset()[p] + bias * example.ones(p));
                active[into + p] = slope * (d * along[from + p] - pull * z);
            }
            if (filtered != null) {
                filtered.reduce(active, 1, change, row);
            }
            row += example.cells();
            from += example.activated();
        }
    }

    /** What the activation gives at the cells that it sees, from a row on, and its derivatives. */
    private void activate(
            int e, double d, double[] amounts, Seen seen, double[] values, double @Nullable [] jacobian, int first) {
        InsertionProblem.Example example = problem.examples().get(e);
        double[] slope = energyLinear[e] == null || jacobian == null ? null : energySlope(e, amounts);
        double[] design = example.design();
        double[] base = example.base(channel);
        for (int p = 0; p < example.activated(); p++) {
            int start = p * unknowns;
            double z = base[p] + seen.at(p);
            double pre = d * z + example.offset()[p] + bias * example.ones(p);
            values[first + p] = activation.apply(pre);
            if (jacobian != null) {
                double a = activation.derivative(pre);
                int into = (first + p) * unknowns;
                for (int j = 0; j < unknowns; j++) {
                    jacobian[into + j] = a * d * design[start + j];
                }
                if (slope != null) {
                    double pull = a * z * d * d * d;
                    for (int j = 0; j < unknowns; j++) {
                        jacobian[into + j] -= pull * slope[j];
                    }
                }
            }
        }
    }
}
