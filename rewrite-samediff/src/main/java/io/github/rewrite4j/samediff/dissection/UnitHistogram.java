package io.github.rewrite4j.samediff.dissection;

import io.github.rewrite4j.FeatureShape;
import java.util.Arrays;

/** How often each unit lies between its quantiles, apart for cells that belong to a concept and for others. */
final class UnitHistogram {
    static final int BINS = 64;

    private final FeatureShape shape;
    private final float[][] edges;
    private final long[][] inside;
    private final long[][] outside;

    private UnitHistogram(FeatureShape shape, float[][] edges) {
        this.shape = shape;
        this.edges = edges;
        this.inside = new long[shape.channels()][BINS];
        this.outside = new long[shape.channels()][BINS];
    }

    /**
     * Counts of nothing yet.
     *
     * @param units values [N, C, h, w] whose quantiles are the edges
     */
    static UnitHistogram over(FeatureShape shape, float[] units, int samples) {
        int plane = shape.height() * shape.width();
        float[][] edges = new float[shape.channels()][BINS];
        float[] values = new float[samples * plane];
        for (int u = 0; u < shape.channels(); u++) {
            for (int n = 0; n < samples; n++) {
                System.arraycopy(units, (n * shape.channels() + u) * plane, values, n * plane, plane);
            }
            Arrays.sort(values);
            for (int b = 0; b < BINS; b++) {
                edges[u][b] = values[Math.min(values.length - 1, b * values.length / BINS)];
            }
        }
        return new UnitHistogram(shape, edges);
    }

    /** Counts of nothing, with the same edges. */
    UnitHistogram empty() {
        return new UnitHistogram(shape, edges);
    }

    /**
     * Counts cells.
     *
     * @param units values [N, C, h, w]
     * @param cells which belong to the concept, [N][h w]
     */
    void add(float[] units, boolean[][] cells) {
        int plane = shape.height() * shape.width();
        for (int n = 0; n < cells.length; n++) {
            for (int u = 0; u < shape.channels(); u++) {
                int start = (n * shape.channels() + u) * plane;
                for (int p = 0; p < plane; p++) {
                    int bin = Math.max(0, bin(edges[u], units[start + p]));
                    (cells[n][p] ? inside : outside)[u][bin]++;
                }
            }
        }
    }

    /** The last edge that a value reaches; -1 below all. */
    private static int bin(float[] edges, float value) {
        int low = 0;
        int high = edges.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (edges[middle] <= value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** Refuses a concept that is nowhere or everywhere. */
    void requireBoth() {
        if (sum(inside[0], 0) == 0) {
            throw new IllegalArgumentException(
                    "The concept is on none of the samples' cells: take more samples, or a layer with a finer grid.");
        }
        if (sum(outside[0], 0) == 0) {
            throw new IllegalArgumentException("The concept is everywhere, so that no unit can tell it apart.");
        }
    }

    float threshold(int unit, int bin) {
        return edges[unit][bin];
    }

    private static long sum(long[] counts, int from) {
        long sum = 0;
        for (int b = from; b < BINS; b++) {
            sum += counts[b];
        }
        return sum;
    }

    /** The edge above which being on says most about the concept. The lowest is left out: everything lies above it. */
    int mostTelling(int unit) {
        int best = 1;
        for (int b = 2; b < BINS; b++) {
            best = information(unit, b) > information(unit, best) ? b : best;
        }
        return best;
    }

    /** I(on; concept) / H(on, concept), where being on goes with the concept; 0 where it goes against it. */
    double information(int unit, int bin) {
        double all = sum(inside[unit], 0) + sum(outside[unit], 0);
        double onIn = sum(inside[unit], bin) / all;
        double onOut = sum(outside[unit], bin) / all;
        double in = sum(inside[unit], 0) / all;
        double on = onIn + onOut;
        if (onIn <= on * in) {
            return 0;
        }
        double joint = entropy(onIn) + entropy(onOut) + entropy(in - onIn) + entropy(1 - in - onOut);
        double information = entropy(in) + entropy(1 - in) + entropy(on) + entropy(1 - on) - joint;
        return joint == 0 ? 0 : information / joint;
    }

    private static double entropy(double share) {
        return share <= 0 ? 0 : -share * Math.log(share);
    }

    /** Intersection over union of being on and the concept. */
    double overlap(int unit, int bin) {
        double both = sum(inside[unit], bin);
        double either = sum(inside[unit], 0) + sum(outside[unit], bin);
        return either == 0 ? 0 : both / either;
    }
}
