package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.samediff.linalg.FloatGram;
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
 *
 * <p>That loss and its gradient are float64. The curvature is float32, and leaves out cells whose weights are next to nothing:
 * it decides how long the way down is, not where it ends.
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
    /** What float32 leaves of a curvature. */
    private static final double MIN_DAMPING = 1e-6;

    private static final double MAX_DAMPING = 1e8;
    private static final double MORE_DAMPING = 8;
    private static final double LESS_DAMPING = 5;

    /** Weights that count, in terms of their mean. */
    private static final double COUNTS = 1e-3;

    /** How far y goes towards its bound. */
    private static final double INSIDE = 0.999;

    private final ChannelModel model;
    private final double[] moment;
    private final double preserve;
    private final double lastSmoothing;
    private final double negligible;
    private final double[] dual;
    private double[] amounts;
    private double[] seen;
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
        private final double[] reached;
        private final double[] jacobian;
        private final double[] gradient;
        private final double[] hessian;
        private final double[] held;
        private final double[] candidate;
        private final FloatGram gram;
        private final DampedSystem system;

        Workspace(int cells, int unknowns) {
            residuals = new double[cells];
            weights = new double[cells];
            pulls = new double[cells];
            change = new double[cells];
            reached = new double[cells];
            jacobian = new double[Math.multiplyExact(cells, unknowns)];
            gradient = new double[unknowns];
            hessian = new double[Math.multiplyExact(unknowns, unknowns)];
            held = new double[unknowns];
            gram = new FloatGram(cells, unknowns);
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
        this.seen = new double[problem.activated()];
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
        boolean atOnce = true;
        while (!moved && damping <= MAX_DAMPING) {
            moved = at.system.solve(at.gradient, damping, at.candidate) && accept(at.candidate, at);
            if (!moved) {
                damping *= MORE_DAMPING;
                atOnce = false;
            }
        }
        if (moved) {
            damping = atOnce ? Math.max(damping / LESS_DAMPING, MIN_DAMPING) : damping;
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
        model.evaluate(amounts, seen, at.residuals, at.jacobian);
        Arrays.fill(at.gradient, 0);
        double all = 0;
        for (int p = 0; p < at.residuals.length; p++) {
            double r = at.residuals[p];
            double phi = Math.sqrt(r * r + smoothing * smoothing);
            double pull = r / phi;
            at.pulls[p] = pull;
            at.weights[p] = Math.max(0, 1 - dual[p] * pull) / phi;
            all += at.weights[p];
            int row = p * unknowns;
            for (int i = 0; i < unknowns; i++) {
                at.gradient[i] += pull * at.jacobian[row + i];
            }
        }
        // Rows scaled by the root of their weight, so that one symmetric rank-k update gives J'WJ.
        at.gram.clear();
        double least = COUNTS * all / at.residuals.length;
        for (int p = 0; p < at.residuals.length; p++) {
            if (at.weights[p] > least) {
                at.gram.add(Math.sqrt(at.weights[p]), at.jacobian, p * unknowns);
            }
        }
        at.gram.writeLower(at.hessian);
        if (preserve > 0) {
            for (int i = 0; i < unknowns; i++) {
                int row = i * unknowns;
                at.held[i] = Dots.of(moment, row, amounts, 0, unknowns);
                at.gradient[i] -= 2 * preserve * at.held[i];
                for (int j = 0; j <= i; j++) {
                    at.hessian[row + j] += 2 * preserve * moment[row + j];
                }
            }
        }
        at.system.set(at.hessian);
    }

    /** Goes along a step as far as is good; false and nothing changed when the loss would not fall. */
    private boolean accept(double[] step, Workspace at) {
        int unknowns = amounts.length;
        double[] along = model.seen(step);
        model.change(amounts, seen, step, along, at.change);
        // a' S a along the step, where S a is known at its start.
        double slope = preserve == 0 ? 0 : 2 * preserve * Dots.of(at.held, 0, step, 0, unknowns);
        double curvature = preserve == 0 ? 0 : preserve * form(step);
        double length = StepLength.of(at.residuals, at.change, slope, curvature);
        double[] next = new double[unknowns];
        for (int i = 0; i < unknowns; i++) {
            next[i] = amounts[i] + length * step[i];
        }
        double held = preserve == 0 ? 0 : preserve * Dots.of(at.held, 0, amounts, 0, unknowns);
        for (int p = 0; p < along.length; p++) {
            along[p] = seen[p] + length * along[p];
        }
        model.evaluate(next, along, at.reached, null);
        double nextError = 0;
        for (double residual : at.reached) {
            nextError += Math.abs(residual);
        }
        double nextObjective = nextError + held + length * slope + length * length * curvature;
        if (!(nextObjective < objective)) {
            return false;
        }
        moveDual(at);
        slow = objective - nextObjective < ENOUGH * objective ? slow + 1 : 0;
        finished = nextObjective <= negligible || slow >= (smoothing > lastSmoothing ? PATIENCE : 1);
        amounts = next;
        seen = along;
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

    /** a' S a. */
    private double form(double[] a) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * Dots.of(moment, i * a.length, a, 0, a.length);
        }
        return sum;
    }
}
