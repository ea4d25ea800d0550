package io.github.rewrite4j.samediff.expansion;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * How often each new domain is drawn in a training, and until when.
 *
 * @param shares how often, against each other; empty for all alike
 * @param patience points of the curve without progress after which a domain is drawn no more; 0 for never
 */
record DomainSchedule(List<Double> shares, int patience) {
    /** All alike until the end, as published. */
    static final DomainSchedule EVEN = new DomainSchedule(List.of(), 0);

    /** Losses have to fall by this part of themselves to count as progress. */
    private static final double PROGRESS = 0.01;

    DomainSchedule {
        shares = List.copyOf(shares);
        for (double share : shares) {
            if (!(share > 0) || Double.isInfinite(share)) {
                throw new IllegalArgumentException("The share of a domain is " + share
                        + ": it must be a positive number, 1 where all are drawn alike.");
            }
        }
        if (patience < 0) {
            throw new IllegalArgumentException(
                    "The patience is " + patience + ": it must be a number of points, 0 for no end.");
        }
    }

    /** Refuses shares of another number of domains. */
    DomainSchedule requireFits(int domains) {
        if (!shares.isEmpty() && shares.size() != domains) {
            throw new IllegalArgumentException(
                    "There are " + shares.size() + " shares for " + domains + " new domains: give one for each.");
        }
        return this;
    }

    /** Which domains have made no progress for long; once so, always. */
    boolean[] stopped(List<ExpansionPoint> curve, int domains) {
        boolean[] stopped = new boolean[domains];
        for (int i = 0; i < domains && patience > 0; i++) {
            double best = Double.POSITIVE_INFINITY;
            int since = 0;
            for (ExpansionPoint point : curve) {
                double loss = point.domains().get(i);
                if (!stopped[i] && !Double.isNaN(loss)) {
                    since = loss < (1 - PROGRESS) * best ? 0 : since + 1;
                    best = Math.min(best, loss);
                    stopped[i] = since >= patience;
                }
            }
        }
        return stopped;
    }

    /** Whether nothing is left to draw. */
    boolean over(List<ExpansionPoint> curve, int domains) {
        boolean[] stopped = stopped(curve, domains);
        for (boolean one : stopped) {
            if (!one) {
                return false;
            }
        }
        return true;
    }

    /** Domains by chance, sorted. */
    List<Integer> draw(Random random, int count, List<ExpansionPoint> curve, int domains) {
        boolean[] stopped = stopped(curve, domains);
        double[] sums = new double[domains];
        boolean even = shares.isEmpty();
        double sum = 0;
        for (int i = 0; i < domains; i++) {
            even &= !stopped[i];
            sum += stopped[i] ? 0 : shares.isEmpty() ? 1 : shares.get(i);
            sums[i] = sum;
        }
        if (even || sum == 0) {
            return random.ints(count, 0, domains).sorted().boxed().toList();
        }
        double whole = sum;
        return random.doubles(count)
                .mapToInt(u ->
                        (int) Arrays.stream(sums).filter(s -> s <= u * whole).count())
                .sorted()
                .boxed()
                .toList();
    }
}
