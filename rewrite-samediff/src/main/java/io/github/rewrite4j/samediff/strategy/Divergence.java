package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.NotFiniteException;
import io.github.rewrite4j.RewriteException;
import java.util.Locale;

/**
 * Ends a descent that diverges, with where it did and what to do.
 *
 * @param descent what is trained, as in "The training of the rule"
 * @param steps that it was to take
 * @param advice what makes it converge; a sentence without its full stop
 */
record Divergence(String descent, int steps, String advice) {
    /** A descent that ends at more than so many times the loss it began with has not descended. */
    private static final double WORSE = 2;

    /** The same for a descent of a few steps, which overshoots before it settles. */
    private static final double MUCH_WORSE = 3;

    private static final int FEW = 20;

    /** The loss before a step, counted from 0. */
    double require(double loss, int step) {
        if (!Double.isFinite(loss)) {
            throw new NotFiniteException(descent + " diverged: the loss is " + loss + " at step " + (step + 1) + " of "
                    + steps + ", and nothing was changed. " + advice + ".");
        }
        return loss;
    }

    /** The loss where it began and the one where it ended. */
    void requireDescent(double first, double last) {
        if (last > (steps < FEW ? MUCH_WORSE : WORSE) * first && first > 0) {
            throw new RewriteException(String.format(
                    Locale.ROOT,
                    "%s diverged: after %d steps the loss is %.4f, and it was %.4f at first; nothing was changed. %s.",
                    descent,
                    steps,
                    last,
                    first,
                    advice));
        }
    }
}
