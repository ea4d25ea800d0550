package io.github.rewrite4j.samediff.engine.kernel;

/** Pictures on the heap, plane by plane [colours, H, W]: few channels, which native kernels gain nothing on. */
public final class ColourPlanes {
    private ColourPlanes() {}

    /** Planes of a map's first channels, with a number added to each. */
    public static float[] of(NativeFloats map, int pitch, int positions, float[] bias) {
        int colours = bias.length;
        float[] planes = new float[colours * positions];
        int rows = Math.max(1, 4096 / pitch);
        float[] tile = new float[rows * pitch];
        for (int from = 0; from < positions; from += rows) {
            int count = Math.min(rows, positions - from);
            map.get(from * pitch, tile, 0, count * pitch);
            for (int c = 0; c < colours; c++) {
                int to = c * positions + from;
                float b = bias[c];
                for (int p = 0; p < count; p++) {
                    planes[to + p] = tile[p * pitch + c] + b;
                }
            }
        }
        return planes;
    }

    /**
     * Pictures of twice the size: a transposed convolution of stride 2 with one row and column cut off at each side, each
     * plane by itself.
     *
     * @param filter [4, 4]
     * @return [colours, 2 h, 2 w]
     */
    public static float[] enlarged(float[] planes, int colours, int h, int w, float[] filter) {
        int width = 2 * w;
        float[] large = new float[colours * 4 * h * w];
        for (int c = 0; c < colours; c++) {
            for (int y = 0; y < 2 * h; y++) {
                int to = (c * 2 * h + y) * width;
                // The row 2 i - 1 + k takes what the row i gives: two rows, of k and k - 2.
                int k = (y + 1) % 2;
                int i = (y + 1 - k) / 2;
                row(planes, c, i, h, w, filter, k, large, to);
                row(planes, c, i - 1, h, w, filter, k + 2, large, to);
            }
        }
        return large;
    }

    private static void row(float[] planes, int c, int i, int h, int w, float[] filter, int k, float[] large, int to) {
        if (i < 0 || i >= h) {
            return;
        }
        int from = (c * h + i) * w;
        float f0 = filter[4 * k];
        float f1 = filter[4 * k + 1];
        float f2 = filter[4 * k + 2];
        float f3 = filter[4 * k + 3];
        for (int j = 0; j < w; j++) {
            float x = planes[from + j];
            float before = j == 0 ? 0 : planes[from + j - 1];
            float after = j == w - 1 ? 0 : planes[from + j + 1];
            large[to + 2 * j] += x * f1 + before * f3;
            large[to + 2 * j + 1] += x * f2 + after * f0;
        }
    }

    /** Cuts planes off at plus and minus a number. */
    public static void clamp(float[] planes, float limit) {
        for (int i = 0; i < planes.length; i++) {
            planes[i] = Math.max(-limit, Math.min(limit, planes[i]));
        }
    }

    /** Adds planes. */
    public static void add(float[] to, float[] more) {
        for (int i = 0; i < to.length; i++) {
            to[i] += more[i];
        }
    }
}
