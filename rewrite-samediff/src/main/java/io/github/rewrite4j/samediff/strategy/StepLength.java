package io.github.rewrite4j.samediff.strategy;

import java.util.Arrays;

/** The exact minimum of an L1 loss along a step. */
final class StepLength {
    private StepLength() {}

    /** Where a residual changes its sign, and by how much the slope of the loss rises there. */
    private record Kink(double at, double rise) implements Comparable<Kink> {
        @Override
        public int compareTo(Kink other) {
            return Double.compare(at, other.at);
        }
    }

    /**
     * The t in [0, 1] at which sum_p |r_p - t c_p| + slope t + curvature t^2 is least. The sum is convex and piecewise
     * linear, so without the other terms this is a weighted median of the r_p / c_p. O(n log n).
     *
     * @param residuals r
     * @param change c, what a whole step takes from r
     * @param curvature not negative
     */
    static double of(double[] residuals, double[] change, double slope, double curvature) {
        Kink[] kinks = new Kink[residuals.length];
        int count = 0;
        double falling = slope;
        double atEnd = slope + 2 * curvature;
        for (int p = 0; p < residuals.length; p++) {
            double size = Math.abs(change[p]);
            double at = residuals[p] / change[p];
            if (at > 0) {
                falling -= size;
                atEnd += at < 1 ? size : -size;
                if (at < 1) {
                    kinks[count++] = new Kink(at, 2 * size);
                }
            } else {
                falling += size;
                atEnd += size;
            }
        }
        if (falling >= 0) {
            return 0;
        }
        if (atEnd <= 0) {
            return 1;
        }
        Arrays.sort(kinks, 0, count);
        for (int k = 0; k < count; k++) {
            double at = kinks[k].at();
            if (falling + 2 * curvature * at >= 0) {
                break;
            }
            falling += kinks[k].rise();
            if (falling + 2 * curvature * at >= 0) {
                return at;
            }
        }
        return Math.min(1, -falling / (2 * curvature));
    }
}
