package io.github.rewrite4j.samediff.tape;

import io.github.rewrite4j.NotFiniteException;
import io.github.rewrite4j.RewriteException;
import java.util.Locale;
import java.util.Objects;

/**
 * Ends a descent that diverges, with where it did and what to do.
 *
 * <p>Losses here are weighted mean absolute differences from a goal, for which the triangle inequality holds: values
 * whose loss is more than twice that of the values before are further from those than the goal is. Such a descent went
 * more than the whole way and arrived nowhere; a smaller rise may be the jitter of the last steps or of a goal that was
 * reached before.
 *
 * @param descent what is trained, as in "The training of the rule"
 * @param steps that it was to take
 * @param advice what makes it converge; a sentence without its full stop
 */
public record Divergence(String descent, int steps, String advice) {
    /** So many times the loss it began with is further than the goal was. */
    private static final double FURTHER_THAN_THE_GOAL = 2;

    public Divergence {
        Objects.requireNonNull(descent, "descent");
        Objects.requireNonNull(advice, "advice");
    }

    /** The same with more advice, a sentence without its full stop. */
    public Divergence advising(String more) {
        Objects.requireNonNull(more, "more");
        return new Divergence(descent, steps, advice + ". " + more);
    }

    /**
     * The loss before a step, counted from 0, which is handed back.
     *
     * @throws NotFiniteException when it is no number
     */
    public double require(double loss, int step) {
        if (!Double.isFinite(loss)) {
            throw new NotFiniteException(descent + " diverged: the loss is " + loss + " at step " + (step + 1) + " of "
                    + steps + ", and nothing was changed. " + advice + ".");
        }
        return loss;
    }

    /**
     * The loss where it began and the one where it ended, of the same samples.
     *
     * @throws RewriteException when it rose to more than twice what it was
     */
    public void requireDescent(double first, double last) {
        if (last > FURTHER_THAN_THE_GOAL * first && first > 0) {
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
