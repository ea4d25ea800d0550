package io.github.rewrite4j.samediff.engine.plan;

import java.util.Arrays;
import java.util.List;

/**
 * Largest or mean numbers of windows of maps with their channels last. What lies outside is left out of maxima; of means only
 * if it says so. Of equal largest numbers the gradient goes to the first.
 */
final class PoolStep extends Step {
    private final Slot x;
    private final Slot y;
    private final Window window;

    /**
     * How windows lie.
     *
     * @param largest rather than the mean
     * @param divideByAll whether means count what lies outside
     */
    record Window(
            int channels,
            int h,
            int w,
            int height,
            int width,
            int rows,
            int columns,
            int strideY,
            int strideX,
            int top,
            int left,
            boolean largest,
            boolean divideByAll) {}

    PoolStep(Slot x, Slot y, Window window) {
        super(List.of(x), List.of(y));
        this.x = x;
        this.y = y;
        this.window = window;
    }

    @Override
    List<Slot> readBackward() {
        return window.largest() ? List.of(x, y) : List.of();
    }

    /** A pair of positions: one of the result and one that its window reads. */
    private interface Visit {
        void at(int result, int read, float factor);
    }

    private void each(Visit visit) {
        Window v = window;
        int c = v.channels();
        int samples = x.length() / (c * v.h() * v.w());
        for (int n = 0; n < samples; n++) {
            for (int p = 0; p < v.height(); p++) {
                int y0 = Math.max(0, p * v.strideY() - v.top());
                int y1 = Math.min(v.h(), p * v.strideY() - v.top() + v.rows());
                for (int q = 0; q < v.width(); q++) {
                    int x0 = Math.max(0, q * v.strideX() - v.left());
                    int x1 = Math.min(v.w(), q * v.strideX() - v.left() + v.columns());
                    int count = v.divideByAll() ? v.rows() * v.columns() : (y1 - y0) * (x1 - x0);
                    int result = ((n * v.height() + p) * v.width() + q) * c;
                    for (int i = y0; i < y1; i++) {
                        for (int j = x0; j < x1; j++) {
                            visit.at(result, ((n * v.h() + i) * v.w() + j) * c, 1f / count);
                        }
                    }
                }
            }
        }
    }

    @Override
    void forward() {
        float[] from = x.value();
        float[] to = y.value();
        int c = window.channels();
        if (window.largest()) {
            Arrays.fill(to, 0, y.length(), Float.NEGATIVE_INFINITY);
            each((result, read, factor) -> largest(from, read, to, result, c));
        } else {
            Arrays.fill(to, 0, y.length(), 0);
            each((result, read, factor) -> add(from, read, factor, to, result, c));
        }
    }

    private static void largest(float[] from, int start, float[] to, int at, int count) {
        for (int i = 0; i < count; i++) {
            float v = from[start + i];
            to[at + i] = v > to[at + i] || Float.isNaN(v) ? v : to[at + i];
        }
    }

    private static void add(float[] from, int start, float factor, float[] to, int at, int count) {
        for (int i = 0; i < count; i++) {
            to[at + i] += factor * from[start + i];
        }
    }

    @Override
    void backward() {
        float[] g = y.gradient();
        float[] to = x.gradient();
        int c = window.channels();
        if (!window.largest()) {
            each((result, read, factor) -> add(g, result, factor, to, read, c));
            return;
        }
        boolean[] given = new boolean[y.length()];
        float[] from = x.value();
        float[] maxima = y.value();
        each((result, read, factor) -> {
            for (int i = 0; i < c; i++) {
                if (!given[result + i] && from[read + i] == maxima[result + i]) {
                    given[result + i] = true;
                    to[read + i] += g[result + i];
                }
            }
        });
    }
}
