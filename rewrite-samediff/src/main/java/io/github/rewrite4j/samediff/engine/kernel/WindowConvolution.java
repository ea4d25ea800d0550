package io.github.rewrite4j.samediff.engine.kernel;

import java.util.Arrays;

/** A convolution as products of the weight with what its kernel sees at some hundred positions at a time, group by group. */
final class WindowConvolution implements MapConvolution {
    /** Numbers of the windows that are multiplied at a time. */
    private static final int TOGETHER = 1 << 15;

    private final MapGeometry g;
    private final WeightOrder order;
    private final int in;
    private final int out;
    private final int seen;
    private final int points;
    private final float[] windows;
    private final float[] results;
    private final float[][] forward;
    private final float[][] byMap;

    WindowConvolution(MapGeometry geometry, WeightOrder order) {
        this.g = geometry;
        this.order = order;
        this.in = g.in() / g.groups();
        this.out = g.out() / g.groups();
        this.seen = g.taps() * in;
        this.points = Math.max(1, Math.min(g.height() * g.width(), TOGETHER / seen));
        this.windows = new float[points * seen];
        this.results = new float[points * out];
        this.forward = new float[g.groups()][seen * out];
        this.byMap = new float[g.groups()][seen * out];
    }

    @Override
    public void weight(float[] numbers) {
        split(numbers, forward);
    }

    @Override
    public void weightByMap(float[] numbers) {
        split(numbers, byMap);
    }

    private void split(float[] numbers, float[][] groups) {
        float[] all = order.tapsFirst(g, numbers);
        for (int k = 0; k < groups.length; k++) {
            for (int row = 0; row < seen; row++) {
                System.arraycopy(all, row * g.out() + k * out, groups[k], row * out, out);
            }
        }
    }

    /** Some positions of one group of one sample. */
    private interface Part {
        void at(int sample, int group, int first, int count);
    }

    private void each(Part part) {
        int all = g.height() * g.width();
        for (int n = 0; n < g.n(); n++) {
            for (int k = 0; k < g.groups(); k++) {
                for (int first = 0; first < all; first += points) {
                    part.at(n, k, first, Math.min(points, all - first));
                }
            }
        }
    }

    @Override
    public void forward(float[] from, float[] to, boolean add) {
        each((n, k, first, count) -> {
            see(from, n, k, first, count);
            Arrays.fill(results, 0, count * out, 0);
            HeapProducts.add(false, false, count, out, seen, 1, windows, forward[k], results);
            for (int p = 0; p < count; p++) {
                put(results, p * out, to, result(n, k, first + p), out, add);
            }
        });
    }

    private int result(int n, int group, int position) {
        return (n * g.height() * g.width() + position) * g.out() + group * out;
    }

    private void readResults(float[] from, int n, int group, int first, int count) {
        for (int p = 0; p < count; p++) {
            System.arraycopy(from, result(n, group, first + p), results, p * out, out);
        }
    }

    @Override
    public void byMap(float[] gradient, float[] to, boolean add) {
        if (!add) {
            Arrays.fill(to, 0, g.n() * g.h() * g.w() * g.in(), 0);
        }
        each((n, k, first, count) -> {
            readResults(gradient, n, k, first, count);
            Arrays.fill(windows, 0, count * seen, 0);
            HeapProducts.add(false, true, count, seen, out, 1, results, byMap[k], windows);
            taps(n, k, first, count, (window, map) -> put(windows, window, to, map, in, true));
        });
    }

    @Override
    public void byWeight(float[] from, float[] gradient, float[] to) {
        float[][] sums = new float[g.groups()][seen * out];
        each((n, k, first, count) -> {
            see(from, n, k, first, count);
            readResults(gradient, n, k, first, count);
            HeapProducts.add(true, false, seen, out, count, 1, windows, results, sums[k]);
        });
        float[] all = new float[g.weightLength()];
        for (int k = 0; k < sums.length; k++) {
            for (int row = 0; row < seen; row++) {
                System.arraycopy(sums[k], row * out, all, row * g.out() + k * out, out);
            }
        }
        order.addTapsFirst(g, all, to);
    }

    /** What the kernel sees at positions, zero outside. */
    private void see(float[] from, int n, int group, int first, int count) {
        Arrays.fill(windows, 0, count * seen, 0);
        taps(n, group, first, count, (window, map) -> put(from, map, windows, window, in, false));
    }

    /** A place in the windows and the place in the maps that it shows. */
    private interface Tap {
        void at(int window, int map);
    }

    private void taps(int n, int group, int first, int count, Tap tap) {
        for (int p = 0; p < count; p++) {
            int top = (first + p) / g.width() * g.strideY() - g.top();
            int left = (first + p) % g.width() * g.strideX() - g.left();
            for (int a = 0; a < g.rows(); a++) {
                int y = top + a * g.dilationY();
                if (y < 0 || y >= g.h()) {
                    continue;
                }
                for (int b = 0; b < g.columns(); b++) {
                    int x = left + b * g.dilationX();
                    if (x >= 0 && x < g.w()) {
                        tap.at(
                                p * seen + (a * g.columns() + b) * in,
                                ((n * g.h() + y) * g.w() + x) * g.in() + group * in);
                    }
                }
            }
        }
    }

    private static void put(float[] from, int start, float[] to, int at, int count, boolean add) {
        if (add) {
            for (int i = 0; i < count; i++) {
                to[at + i] += from[start + i];
            }
        } else {
            System.arraycopy(from, start, to, at, count);
        }
    }
}
