package io.github.rewrite4j.samediff.metric;

import org.apache.commons.math3.distribution.BetaDistribution;

/**
 * Exact bounds of a probability from how often something happened (Clopper and Pearson, 1934): with the given confidence
 * the probability is not above the upper bound, and with the same confidence not below the lower one.
 */
public final class BinomialBounds {
    private BinomialBounds() {}

    /**
     * The upper bound, the (confidence) quantile of Beta(k + 1, n - k).
     *
     * @param events k
     * @param trials n
     * @param confidence between 0 and 1, for instance 0.95
     */
    public static double upper(int events, int trials, double confidence) {
        require(events, trials, confidence);
        return events == trials
                ? 1
                : new BetaDistribution(events + 1.0, trials - events).inverseCumulativeProbability(confidence);
    }

    /** The lower bound, the (1 - confidence) quantile of Beta(k, n - k + 1); see {@link #upper}. */
    public static double lower(int events, int trials, double confidence) {
        require(events, trials, confidence);
        return events == 0
                ? 0
                : new BetaDistribution(events, trials - events + 1.0).inverseCumulativeProbability(1 - confidence);
    }

    private static void require(int events, int trials, double confidence) {
        if (trials < 1 || events < 0 || events > trials || !(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException("From " + events + " events in " + trials + " trials at confidence "
                    + confidence + " no bound follows: there is at least one trial, no more events than trials, and"
                    + " the confidence lies between 0 and 1.");
        }
    }
}
