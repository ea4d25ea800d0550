package io.github.rewrite4j.samediff.engine.plan;

import io.github.rewrite4j.samediff.engine.kernel.MapGeometry;

/**
 * A 3x3 convolution of doubled maps that keeps their grid is a transposed convolution of 4x4, stride 2, of the maps before,
 * with four ninths of the multiplications. Each tap of its weight is the sum of those that see the same position.
 */
final class Doubling {
    /** From three taps to four: along an axis, the results of the first half of a doubled position, and of the second. */
    private static final float[][] TAPS = {{0, 0, 1}, {0, 1, 1}, {1, 1, 0}, {1, 0, 0}};

    private Doubling() {}

    /** Whether a convolution is of this kind, where its maps are doubled. */
    static boolean suits(MapGeometry g) {
        return g.groups() == 1
                && g.rows() == 3
                && g.columns() == 3
                && g.strideY() == 1
                && g.strideX() == 1
                && g.dilationY() == 1
                && g.dilationX() == 1
                && g.top() == 1
                && g.left() == 1
                && g.height() == g.h()
                && g.width() == g.w();
    }

    /** The weight [4, 4, out, in] of one [3, 3, in, out]. */
    static Slot weight(Builder b, Slot weight) {
        return b.plain(b.permute(b.resample(b.resample(weight, 0, TAPS), 1, TAPS), 0, 1, 3, 2));
    }

    /** The transposed convolution's sizes, from its results to the maps before. */
    static MapGeometry geometry(MapGeometry g) {
        return new MapGeometry(g.n(), g.out(), g.h(), g.w(), g.in(), 4, 4, 2, 2, 1, 1, 1, 1, g.h() / 2, g.w() / 2, 1);
    }
}
