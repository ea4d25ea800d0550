package io.github.rewrite4j.samediff.engine.kernel;

import java.util.Arrays;

/**
 * Transposed 3x3 convolutions of stride 2, from [h, w] to [2 h + 1, 2 w + 1], as matrix products: each tap of the kernel adds
 * a product of all positions to one of four planes, of the rows and columns that are even or odd. A column of zeros behind
 * each row lets a product run over many rows at once. A direct one reads the whole weight for each row.
 */
public final class UpwardsConvolution {
    private static final int KERNEL = 3;

    /** Positions that are multiplied at a time. */
    private static final int TOGETHER = 512;

    private final int in;
    private final int out;
    private final int h;
    private final int w;
    private final int pitch;
    private final int resultPitch;
    private final NativeFloats spaced;
    private final NativeFloats[] planes = new NativeFloats[4];
    private final float[] row;
    private final float[] line;
    private final float[] part;

    /**
     * Prepares.
     *
     * @param memory to work in
     * @param in channels that are read, without zeros
     * @param pitch of the map that is read
     * @param out channels that are written, without zeros
     * @param resultPitch of the map that is written
     */
    public UpwardsConvolution(FloatPool memory, int in, int pitch, int h, int w, int out, int resultPitch) {
        this.in = in;
        this.out = out;
        this.h = h;
        this.w = w;
        this.pitch = pitch;
        this.resultPitch = resultPitch;
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
        this.row = new float[w * pitch];
        this.line = new float[(2 * w + 1) * resultPitch];
        this.part = new float[Math.max((w + 1) * out, (w + 1) * in)];
    }

    /** Whether this is the quicker way for these sizes. */
    public static boolean pays(int in, int out, int h, int w) {
        return in >= 64 && out >= 64 && h * w >= 256;
    }

    /**
     * The weight as this reads it: [3, 3, in, out].
     *
     * @param weight [out, in, 3, 3]
     */
    public static NativeFloats tapsFirst(float[] weight, int in, int out) {
        int taps = KERNEL * KERNEL;
        NativeFloats all = new NativeFloats((long) taps * in * out);
        float[] row = new float[out];
        for (int t = 0; t < taps; t++) {
            for (int i = 0; i < in; i++) {
                for (int o = 0; o < out; o++) {
                    row[o] = weight[(o * in + i) * taps + t];
                }
                all.put((t * in + i) * out, row, 0, out);
            }
        }
        return all;
    }

    /**
     * Computes.
     *
     * @param x [h, w, pitch]
     * @param weight {@link #tapsFirst}
     * @param y [2 h + 1, 2 w + 1, resultPitch]; what follows the channels becomes zero
     */
    public void run(NativeFloats x, NativeFloats weight, NativeFloats y) {
        space(x);
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
        interleave(y);
    }

    /** The map with a column of zeros behind each row. */
    private void space(NativeFloats x) {
        Arrays.fill(part, w * in, (w + 1) * in, 0);
        for (int v = 0; v < h; v++) {
            x.get(v * w * pitch, row, 0, row.length);
            for (int u = 0; u < w; u++) {
                System.arraycopy(row, u * pitch, part, u * in, in);
            }
            spaced.put(v * (w + 1) * in, part, 0, (w + 1) * in);
        }
    }

    private void interleave(NativeFloats y) {
        for (int v = 0; v <= 2 * h; v++) {
            for (int side = 0; side < 2; side++) {
                int count = w + 1 - side;
                planes[v % 2 * 2 + side].get(v / 2 * (w + 1) * out, part, 0, count * out);
                for (int u = 0; u < count; u++) {
                    System.arraycopy(part, u * out, line, (2 * u + side) * resultPitch, out);
                }
            }
            y.put(v * line.length, line, 0, line.length);
        }
    }
}
