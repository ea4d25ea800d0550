package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.samediff.linalg.Matrix;
import java.util.Arrays;

/**
 * One output channel on its way down sum_p |r_p(x)| + c x' S x, an L1 fit that is only piecewise smooth.
 *
 * <p>The absolute value is smoothed as phi(r) = sqrt(r^2 + delta^2), delta falling from the mean error to a ten
 * thousandth of it. Reweighted least squares with weights 1 / phi converges slowly, because it overrates the curvature of
 * residuals far from zero. The Newton step of the primal-dual system y phi(r) = r (Chan, Golub and Mulet, SIAM J. Sci.
 * Comput. 1999, there for total variation) has the weights
 *
 * <pre>
 *   w_p = (1 - y_p r_p / phi_p) / phi_p,   |y_p| < 1
 * </pre>
 *
 * instead: those of least squares at first, where y = 0, and none for cells whose sign is settled. The Jacobian includes the
 * derivative of the demodulation. A step is damped, shortened to the minimum of the linearised loss ({@link StepLength}) and
 * taken when the true loss, which is not smoothed, falls.
 */
final class ChannelDescent {
    private static final double FIRST_SMOOTHING = 1;
    private static final double LAST_SMOOTHING = 1e-4;
    private static final double SHARPEN = 0.5;
    /** Keeps the squares of tiny errors above zero. */
    private static final double TINY = 1e-150;

    private static final double ENOUGH = 1e-4;
    private static final int PATIENCE = 3;
    /** Share of the first error that weights in float32 cannot express any more. */
    private static final double NEGLIGIBLE = 1e-7;

    private static final double FIRST_DAMPING = 1e-3;
    private static final double MIN_DAMPING = 1e-9;
    private static final double MAX_DAMPING = 1e8;
    /** How far y goes towards its bound. */
    private static final double INSIDE = 0.999;

    private final ChannelModel model;
    private final double[] moment;
    private final double preserve;
    private final double lastSmoothing;
    private final double negligible;
    private final double[] dual;
    private double[] amounts;
    private double error;
    private double objective;
    private double smoothing;
    private double damping = FIRST_DAMPING;
    private int slow;
    private boolean finished;

    /** Buffers that channels use in turn; nothing in them outlives a step. */
    static final class Workspace {
        private final double[] residuals;
        private final double[] weights;
        private final double[] pulls;
        private final double[] change;
        private final double[] jacobian;
        private final double[] scaled;
        private final double[] gradient;
        private final double[] candidate;
        private final DampedSystem system;

        Workspace(int cells, int unknowns) {
            residuals = new double[cells];
            weights = new double[cells];
            pulls = new double[cells];
            change = new double[cells];
            jacobian = new double[Math.multiplyExact(cells, unknowns)];
            scaled = new double[jacobian.length];
            gradient = new double[unknowns];
            candidate = new double[unknowns];
            system = new DampedSystem(unknowns);
        }
    }

    /**
     * Starts at zero amounts.
     *
     * @param moment S row by row, symmetric; not changed
     * @param gamma weight of S against the error
     */
    ChannelDescent(InsertionProblem problem, int channel, double[] moment, double gamma) {
        this.model = new ChannelModel(problem, channel);
        this.moment = moment;
        this.amounts = new double[problem.unknowns()];
        this.dual = new double[problem.cells()];
        double d0 = 0;
        for (int e = 0; e < problem.examples().size(); e++) {
            d0 += model.demodulation(e, amounts) / problem.examples().size();
        }
        this.preserve = gamma * problem.cells() * d0 * d0;
        this.error = model.absoluteError(amounts);
        this.objective = error;
        this.negligible = NEGLIGIBLE * error;
        double mean = error / problem.cells();
        this.lastSmoothing = Math.max(LAST_SMOOTHING * mean, TINY);
        this.smoothing = Math.max(FIRST_SMOOTHING * mean, TINY);
        this.finished = error == 0;
    }

    /** Sum of |r| at the present amounts. */
    double error() {
        return error;
    }

    /** The best amounts so far; not to be changed. */
    double[] amounts() {
        return amounts;
    }

    /** Takes one step; says whether more may follow. */
    boolean step(Workspace at) {
        if (finished) {
            return false;
        }
        linearise(at);
        boolean moved = false;
        while (!moved && damping <= MAX_DAMPING) {
            moved = at.system.solve(at.gradient, damping, at.candidate) && accept(at.candidate, at);
            if (!moved) {
                damping *= 4;
            }
        }
        if (moved) {
            damping = Math.max(damping / 5, MIN_DAMPING);
            smoothing = Math.max(lastSmoothing, smoothing * SHARPEN);
        } else if (smoothing > lastSmoothing) {
            // What is best for the smoothed loss may be no descent of the true one: the last smoothing decides.
            damping = FIRST_DAMPING;
            smoothing = lastSmoothing;
        } else {
            finished = true;
        }
        return !finished;
    }

    private void linearise(Workspace at) {
        int unknowns = amounts.length;
        model.evaluate(amounts, at.residuals, at.jacobian);
        Arrays.fill(at.gradient, 0);
        for (int p = 0; p < at.residuals.length; p++) {
            double r = at.residuals[p];
            double phi = Math.sqrt(r * r + smoothing * smoothing);
            at.pulls[p] = r / phi;
            at.weights[p] = Math.max(0, 1 - dual[p] * at.pulls[p]) / phi;
            // Rows scaled by the root of their weight, so that one symmetric rank-k update gives J'WJ.
            double root = Math.sqrt(at.weights[p]);
            int row = p * unknowns;
            for (int i = 0; i < unknowns; i++) {
                at.gradient[i] += at.pulls[p] * at.jacobian[row + i];
                at.scaled[row + i] = root * at.jacobian[row + i];
            }
        }
        double[] hessian =
                Matrix.of(at.residuals.length, unknowns, at.scaled).gram().toRowMajor();
        if (preserve > 0) {
            for (int i = 0; i < unknowns; i++) {
                for (int j = 0; j < unknowns; j++) {
                    double s = 2 * preserve * moment[i * unknowns + j];
                    hessian[i * unknowns + j] += s;
                    at.gradient[i] -= s * amounts[j];
                }
            }
        }
        at.system.set(hessian);
    }

    /** Goes along a step as far as is good; false and nothing changed when the loss would not fall. */
    private boolean accept(double[] step, Workspace at) {
        int unknowns = amounts.length;
        for (int p = 0; p < at.change.length; p++) {
            double sum = 0;
            for (int i = 0; i < unknowns; i++) {
                sum += at.jacobian[p * unknowns + i] * step[i];
            }
            at.change[p] = sum;
        }
        double slope = preserve == 0 ? 0 : 2 * preserve * form(amounts, step);
        double curvature = preserve == 0 ? 0 : preserve * form(step, step);
        double length = StepLength.of(at.residuals, at.change, slope, curvature);
        double[] next = new double[unknowns];
        for (int i = 0; i < unknowns; i++) {
            next[i] = amounts[i] + length * step[i];
        }
        double nextError = model.absoluteError(next);
        double nextObjective = nextError + (preserve == 0 ? 0 : preserve * form(next, next));
        if (!(nextObjective < objective)) {
            return false;
        }
        moveDual(at);
        slow = objective - nextObjective < ENOUGH * objective ? slow + 1 : 0;
        finished = nextObjective <= negligible || slow >= (smoothing > lastSmoothing ? PATIENCE : 1);
        amounts = next;
        error = nextError;
        objective = nextObjective;
        return true;
    }

    /** The Newton step of y, as far as it stays inside (-1, 1). */
    private void moveDual(Workspace at) {
        double length = 1;
        for (int p = 0; p < dual.length; p++) {
            double target = at.pulls[p] - at.weights[p] * at.change[p];
            double move = target - dual[p];
            if (Math.abs(target) > INSIDE) {
                length = Math.min(length, INSIDE * (Math.signum(move) - dual[p]) / move);
            }
        }
        for (int p = 0; p < dual.length; p++) {
            dual[p] += length * (at.pulls[p] - at.weights[p] * at.change[p] - dual[p]);
        }
    }

    /** a' S b. */
    private double form(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double row = 0;
            for (int j = 0; j < b.length; j++) {
                row += moment[i * b.length + j] * b[j];
            }
            sum += a[i] * row;
        }
        return sum;
    }
}
