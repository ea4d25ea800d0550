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
    private final double[] @Nullable [] energyBlock;
    private final double[] energyConstant;

    ChannelModel(InsertionProblem problem, int channel) {
        this.problem = problem;
        this.channel = channel;
        this.unknowns = problem.unknowns();
        this.activation = problem.activation();
        this.bias = problem.bias(channel);
        int count = problem.examples().size();
        this.energyLinear = new double[count][];
        this.energyBlock = new double[count][];
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
        double[] block = new double[rank * rank];
        double constant = 0;
        for (int i = 0; i < energy.length; i++) {
            for (int t = 0; t < taps; t++) {
                double w = weight[i * taps + t];
                constant += g2 * energy[i] * w * w;
                for (int r = 0; r < rank; r++) {
                    linear[r * taps + t] +=
                            g2 * energy[i] * w * problem.directions().get(r, i);
                }
            }
            for (int r = 0; r < rank; r++) {
                double dr = g2 * energy[i] * problem.directions().get(r, i);
                for (int s = 0; s < rank; s++) {
                    block[r * rank + s] += dr * problem.directions().get(s, i);
                }
            }
        }
        energyLinear[e] = linear;
        energyBlock[e] = block;
        energyConstant[e] = constant;
    }

    /** d of one example. */
    double demodulation(int e, double[] amounts) {
        double[] linear = energyLinear[e];
        if (linear == null) {
            return 1;
        }
        double[] slope = energySlope(e, amounts);
        double sum = energyConstant[e];
        for (int j = 0; j < unknowns; j++) {
            // q0 + 2 b'x + x'Qx, with slope = b + Qx
            sum += amounts[j] * (linear[j] + slope[j]);
        }
        return 1 / Math.sqrt(Math.max(sum, 0) + problem.epsilon());
    }

    /** b + Q x: half the gradient of the squared norm under the root. */
    private double[] energySlope(int e, double[] amounts) {
        int rank = problem.rank();
        int taps = problem.taps();
        double[] block = Objects.requireNonNull(energyBlock[e]);
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

    /**
     * Residuals and, if wanted, the Jacobian of y.
     *
     * @param jacobian [cells x unknowns] row-major, overwritten
     */
    void evaluate(double[] amounts, double[] residuals, double @Nullable [] jacobian) {
        int row = 0;
        for (int e = 0; e < problem.examples().size(); e++) {
            InsertionProblem.Example example = problem.examples().get(e);
            FilteredCells filtered = example.filtered();
            double[] goal = example.goal(channel);
            if (filtered == null) {
                activate(e, example, amounts, residuals, jacobian, row);
            } else {
                double[] active = new double[example.activated()];
                double[] slopes = jacobian == null ? null : new double[active.length * unknowns];
                activate(e, example, amounts, active, slopes, 0);
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

    /** What the activation gives at the cells that it sees, from a row on, and its derivatives. */
    private void activate(
            int e,
            InsertionProblem.Example example,
            double[] amounts,
            double[] values,
            double @Nullable [] jacobian,
            int first) {
        double d = demodulation(e, amounts);
        double[] slope = energyLinear[e] == null || jacobian == null ? null : energySlope(e, amounts);
        double[] design = example.design();
        double[] base = example.base(channel);
        for (int p = 0; p < example.activated(); p++) {
            int start = p * unknowns;
            double z = base[p];
            for (int j = 0; j < unknowns; j++) {
                z += design[start + j] * amounts[j];
            }
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
