package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.ActivationFilters;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.samediff.linalg.internal.Elements;
import java.util.Arrays;

/**
 * What {@link ActivationFilters} make of the part of a map that reaches some value cells: which cells of the linear stage
 * count, what the activation sees of them, and how its results come together. Maps are row-major, several at once side by
 * side: [cells, n].
 */
final class FilteredCells {
    private final Box values;
    private final Box linear;
    private final int activatedHeight;
    private final int activatedWidth;
    private final double[][] rows;
    private final double[][] columns;
    private final double[] down;
    private final int downTaps;
    private final boolean separable;
    private final int reduction;

    /**
     * Of some value cells.
     *
     * @param filters around the activation
     * @param values the cells wanted
     * @param height rows that the linear stage gives
     * @param width columns that it gives
     */
    FilteredCells(ActivationFilters filters, Box values, int height, int width) {
        this.values = values;
        this.reduction = filters.reduction();
        this.downTaps = Math.toIntExact(filters.down().size(0));
        this.separable = filters.down().rank() == 1;
        this.down = flipped(Elements.of(filters.down()));
        double[] up = Elements.of(filters.up());
        int top = values.top() * reduction;
        int left = values.left() * reduction;
        this.activatedHeight = (values.height() - 1) * reduction + downTaps;
        this.activatedWidth = (values.width() - 1) * reduction + downTaps;
        int[] down = reach(filters, up.length, top, activatedHeight, height);
        int[] across = reach(filters, up.length, left, activatedWidth, width);
        this.linear = new Box(down[0], across[0], down[1], across[1]);
        this.rows = axis(filters, up, top, activatedHeight, down);
        this.columns = axis(filters, up, left, activatedWidth, across);
    }

    private static double[] flipped(double[] filter) {
        double[] flipped = new double[filter.length];
        for (int i = 0; i < flipped.length; i++) {
            flipped[i] = filter[filter.length - 1 - i];
        }
        return flipped;
    }

    /** Cells of the linear stage, from and to, that reach these activated cells. */
    private static int[] reach(ActivationFilters filters, int taps, int start, int length, int cells) {
        int first = Math.floorDiv(start - filters.before() + filters.enlargement() - 1, filters.enlargement());
        int last = Math.floorDiv(start + length - 1 + taps - 1 - filters.before(), filters.enlargement());
        return new int[] {Math.max(0, first), Math.min(cells, last + 1)};
    }

    /** The enlargement along one axis [activated, linear]: cell i lies at i x enlargement + before of what is convolved. */
    private static double[][] axis(ActivationFilters filters, double[] up, int start, int length, int[] reach) {
        double[][] matrix = new double[length][reach[1] - reach[0]];
        for (int a = 0; a < length; a++) {
            for (int i = reach[0]; i < reach[1]; i++) {
                int tap = i * filters.enlargement() + filters.before() - start - a;
                if (tap >= 0 && tap < up.length) {
                    matrix[a][i - reach[0]] = up[up.length - 1 - tap];
                }
            }
        }
        return matrix;
    }

    /** Cells of the linear stage that count. */
    Box linear() {
        return linear;
    }

    /** Cells that the activation sees. */
    int activated() {
        return activatedHeight * activatedWidth;
    }

    /** Maps of the linear cells, enlarged: [activated, n]. */
    double[] enlarge(double[] maps, int n) {
        double[] tall = along(rows, maps, linear.width() * n);
        double[] wide = new double[activated() * n];
        for (int y = 0; y < activatedHeight; y++) {
            double[] row = Arrays.copyOfRange(tall, y * linear.width() * n, (y + 1) * linear.width() * n);
            System.arraycopy(along(columns, row, n), 0, wide, y * activatedWidth * n, activatedWidth * n);
        }
        return wide;
    }

    private static double[] along(double[][] matrix, double[] maps, int n) {
        double[] result = new double[matrix.length * n];
        for (int a = 0; a < matrix.length; a++) {
            for (int i = 0; i < matrix[a].length; i++) {
                add(result, a * n, maps, i * n, n, matrix[a][i]);
            }
        }
        return result;
    }

    private static void add(double[] into, int at, double[] from, int start, int n, double factor) {
        if (factor != 0) {
            for (int j = 0; j < n; j++) {
                into[at + j] += factor * from[start + j];
            }
        }
    }

    /** Activated maps, filtered and reduced: [values, n], written from a place on. */
    void reduce(double[] activated, int n, double[] into, int at) {
        Arrays.fill(into, at, at + values.height() * values.width() * n, 0);
        if (!separable) {
            visit((value, cell, factor) -> add(into, at + value * n, activated, cell * n, n, factor));
            return;
        }
        double[] low = new double[values.height() * activatedWidth * n];
        for (int y = 0; y < values.height(); y++) {
            for (int t = 0; t < downTaps; t++) {
                int from = (y * reduction + t) * activatedWidth * n;
                add(low, y * activatedWidth * n, activated, from, activatedWidth * n, down[t]);
            }
        }
        for (int y = 0; y < values.height(); y++) {
            for (int x = 0; x < values.width(); x++) {
                for (int t = 0; t < downTaps; t++) {
                    int from = (y * activatedWidth + x * reduction + t) * n;
                    add(into, at + (y * values.width() + x) * n, low, from, n, down[t]);
                }
            }
        }
    }

    /** The transpose of {@link #reduce} for one map: what each activated cell gets of weights of the values. */
    double[] spread(double[] weights) {
        double[] result = new double[activated()];
        visit((value, cell, factor) -> result[cell] += factor * weights[value]);
        return result;
    }

    private interface Entry {
        void at(int value, int cell, double factor);
    }

    /** Every value, activated cell and factor between them. */
    private void visit(Entry entry) {
        for (int value = 0; value < values.height() * values.width(); value++) {
            int top = value / values.width() * reduction;
            int left = value % values.width() * reduction;
            for (int t = 0; t < downTaps * downTaps; t++) {
                int y = t / downTaps;
                int x = t % downTaps;
                double factor = separable ? down[y] * down[x] : down[t];
                entry.at(value, (top + y) * activatedWidth + left + x, factor);
            }
        }
    }
}
