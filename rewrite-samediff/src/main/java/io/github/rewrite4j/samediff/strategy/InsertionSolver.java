package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.ProgressListener;

/**
 * Finds the amounts of an insertion. Implementations are immutable; solving again gives the same numbers.
 */
sealed interface InsertionSolver permits LevenbergMarquardt, LeastSquares, AmountsAdam, ProjectedGradient {
    String name();

    /**
     * Finds the amounts.
     *
     * @param problem what to insert
     * @param preservation what a change costs elsewhere
     * @param listener hears loss per iteration
     */
    Solution solve(InsertionProblem problem, Preservation preservation, ProgressListener listener);

    /** What a solver found; the arrays are not to be changed. */
    final class Solution {
        private final double[][] amounts;
        private final double[] losses;

        /**
         * @param amounts Lambda [out][rank x taps]
         * @param losses mean absolute error before each iteration
         */
        Solution(double[][] amounts, double[] losses) {
            this.amounts = amounts;
            this.losses = losses;
        }

        /** Lambda [out][rank x taps]. */
        double[][] amounts() {
            return amounts;
        }

        /** Mean absolute error before each iteration. */
        double[] losses() {
            return losses;
        }

        int iterations() {
            return losses.length;
        }
    }
}
