package io.github.rewrite4j.samediff.engine.kernel;

import java.util.Arrays;

/**
 * Transposed 3x3 convolutions of stride 2, from [h, w] to [2 h + 1, 2 w + 1], as matrix products: each tap of the kernel adds
 * a product of all positions to one of four planes, of the rows and columns that are even or odd. A column of zeros behind
 * each row lets a product run over many rows at once. A direct one reads the whole weight for each row.
 */
final class UpwardsConvolution {
    private static final int KERNEL = 3;

    /** Positions that are multiplied at a time. */
    private static final int TOGETHER = 512;

    private final int in;
    private final int out;
    private final int h;
    private final int w;
    private final NativeFloats spaced;
    private final NativeFloats[] planes = new NativeFloats[4];
    private final float[] line;
    private final float[] part;

    /**
     * Prepares.
     *
     * @param memory to work in
     * @param in channels that are read
     * @param h rows that are read
     * @param w columns that are read
     * @param out channels that are written
     */
    UpwardsConvolution(FloatPool memory, int in, int h, int w, int out) {
        this.in = in;
        this.out = out;
        this.h = h;
        this.w = w;
        this.spaced = memory.take(h * (w + 1) * in);
        // One position more than the plane has: the last product writes a zero there.
        int length = Math.multiplyExact((h + 1) * (w + 1) + 1, out);
        for (int i = 0; i < planes.length; i++) {
            planes[i] = memory.take(length);
        }
        memory.giveBack(spaced);
        for (NativeFloats plane : planes) {
            memory.giveBack(plane);
        }
        this.line = new float[(2 * w + 1) * out];
        this.part = new float[Math.max((w + 1) * out, (w + 1) * in)];
    }

    /** Whether this is the quicker way for these sizes. */
    static boolean pays(int in, int out, int h, int w) {
        return in >= 64 && out >= 64 && h * w >= 256;
    }

    /**
     * The weight as this reads it: [3, 3, in, out].
     *
     * @param weight of a geometry from the larger maps to the smaller ones, as the order says
     */
    static void tapsFirst(float[] weight, MapGeometry g, WeightOrder order, NativeFloats to) {
        float[] row = new float[g.in()];
        for (int t = 0; t < g.taps(); t++) {
            for (int i = 0; i < g.out(); i++) {
                for (int o = 0; o < g.in(); o++) {
                    row[o] = weight[order.at(g, t, o, i)];
                }
                to.put((t * g.out() + i) * g.in(), row, 0, g.in());
            }
        }
    }

    /**
     * Computes one map.
     *
     * @param x [h, w, in] from a place on
     * @param weight {@link #tapsFirst}
     * @param y [2 h + 1, 2 w + 1, out] from a place on
     * @param add to what is there, rather than over it
     */
    void run(float[] x, int xFrom, NativeFloats weight, float[] y, int yFrom, boolean add) {
        space(x, xFrom);
        for (int p = 0; p < planes.length; p++) {
            planes[p].zero(0, ((h + 1) * (w + 1) + 1) * out);
        }
        int wide = w + 1;
        int rows = Math.max(1, TOGETHER / wide);
        for (int top = 0; top < h; top += rows) {
            int positions = Math.min(rows, h - top) * wide;
            for (int a = 0; a < KERNEL; a++) {
                for (int b = 0; b < KERNEL; b++) {
                    int to = (top + a / 2) * wide + b / 2;
                    Products.multiply(
                            positions,
                            out,
                            in,
                            spaced,
                            top * wide * in,
                            weight,
                            (a * KERNEL + b) * in * out,
                            true,
                            planes[a % 2 * 2 + b % 2],
                            to * out);
                }
            }
        }
        interleave(y, yFrom, add);
    }

    /** The map with a column of zeros behind each row. */
    private void space(float[] x, int from) {
        Arrays.fill(part, w * in, (w + 1) * in, 0);
        for (int v = 0; v < h; v++) {
            System.arraycopy(x, from + v * w * in, part, 0, w * in);
            spaced.put(v * (w + 1) * in, part, 0, (w + 1) * in);
        }
    }

    private void interleave(float[] y, int from, boolean add) {
        for (int v = 0; v <= 2 * h; v++) {
            for (int side = 0; side < 2; side++) {
                int count = w + 1 - side;
                planes[v % 2 * 2 + side].get(v / 2 * (w + 1) * out, part, 0, count * out);
                for (int u = 0; u < count; u++) {
                    System.arraycopy(part, u * out, line, (2 * u + side) * out, out);
                }
            }
            if (add) {
                PitchedCopies.add(line, 0, y, from + v * line.length, line.length);
            } else {
                System.arraycopy(line, 0, y, from + v * line.length, line.length);
            }
        }
    }
}
