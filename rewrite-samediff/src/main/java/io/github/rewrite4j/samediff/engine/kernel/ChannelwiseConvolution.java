package io.github.rewrite4j.samediff.engine.kernel;

import java.util.Arrays;

/** A convolution that reads one channel for each group: filters of single channels, one or more for each. */
final class ChannelwiseConvolution implements MapConvolution {
    private final MapGeometry g;
    private final WeightOrder order;
    private final int[] source;
    private float[] forward = {};
    private float[] byMap = {};

    ChannelwiseConvolution(MapGeometry geometry, WeightOrder order) {
        this.g = geometry;
        this.order = order;
        this.source = new int[g.out()];
        Arrays.setAll(source, o -> o / (g.out() / g.in()));
    }

    @Override
    public void weight(float[] numbers) {
        forward = order.tapsFirst(g, numbers);
    }

    @Override
    public void weightByMap(float[] numbers) {
        byMap = order.tapsFirst(g, numbers);
    }

    /** A position of the maps, one of the results that reads it, and the tap between them. */
    private interface Visit {
        void at(int map, int result, int tap);
    }

    private void each(Visit visit) {
        for (int n = 0; n < g.n(); n++) {
            for (int p = 0; p < g.height(); p++) {
                for (int q = 0; q < g.width(); q++) {
                    int result = ((n * g.height() + p) * g.width() + q) * g.out();
                    for (int t = 0; t < g.taps(); t++) {
                        int y = p * g.strideY() - g.top() + t / g.columns() * g.dilationY();
                        int x = q * g.strideX() - g.left() + t % g.columns() * g.dilationX();
                        if (y >= 0 && y < g.h() && x >= 0 && x < g.w()) {
                            visit.at(((n * g.h() + y) * g.w() + x) * g.in(), result, t * g.out());
                        }
                    }
                }
            }
        }
    }

    @Override
    public void forward(float[] from, float[] to, boolean add) {
        if (!add) {
            Arrays.fill(to, 0, g.n() * g.height() * g.width() * g.out(), 0);
        }
        each((map, result, tap) -> {
            for (int o = 0; o < source.length; o++) {
                to[result + o] += from[map + source[o]] * forward[tap + o];
            }
        });
    }

    @Override
    public void byMap(float[] gradient, float[] to, boolean add) {
        if (!add) {
            Arrays.fill(to, 0, g.n() * g.h() * g.w() * g.in(), 0);
        }
        each((map, result, tap) -> {
            for (int o = 0; o < source.length; o++) {
                to[map + source[o]] += gradient[result + o] * byMap[tap + o];
            }
        });
    }

    @Override
    public void byWeight(float[] from, float[] gradient, float[] to) {
        float[] sums = new float[g.weightLength()];
        each((map, result, tap) -> {
            for (int o = 0; o < source.length; o++) {
                sums[tap + o] += from[map + source[o]] * gradient[result + o];
            }
        });
        order.addTapsFirst(g, sums, to);
    }
}
