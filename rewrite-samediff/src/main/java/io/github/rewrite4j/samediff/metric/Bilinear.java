package io.github.rewrite4j.samediff.metric;

/**
 * Enlarges maps by bilinear interpolation, corners not aligned: the centre of pixel i lies at (i + 0.5) h / H - 0.5 of
 * the map, positions beyond its border taking the border's value.
 */
final class Bilinear {
    private final int width;
    private final int[] top;
    private final int[] left;
    private final int[] bottom;
    private final int[] right;
    private final double[] down;
    private final double[] across;

    private Bilinear(int height, int width, int newHeight, int newWidth) {
        this.width = width;
        this.top = new int[newHeight];
        this.bottom = new int[newHeight];
        this.down = new double[newHeight];
        this.left = new int[newWidth];
        this.right = new int[newWidth];
        this.across = new double[newWidth];
        place(height, top, bottom, down);
        place(width, left, right, across);
    }

    static Bilinear of(int height, int width, int newHeight, int newWidth) {
        return new Bilinear(height, width, newHeight, newWidth);
    }

    private static void place(int length, int[] before, int[] after, double[] share) {
        for (int i = 0; i < before.length; i++) {
            double at = Math.max(0, (i + 0.5) * length / before.length - 0.5);
            before[i] = (int) at;
            after[i] = Math.min(length - 1, before[i] + 1);
            share[i] = at - before[i];
        }
    }

    /** Adds the enlarged map to the picture of a batch that begins at an offset. */
    void add(double[] map, double[] to, int offset) {
        for (int y = 0; y < top.length; y++) {
            for (int x = 0; x < left.length; x++) {
                double upper = mix(map, top[y] * width, x);
                double lower = mix(map, bottom[y] * width, x);
                to[offset + y * left.length + x] += upper + down[y] * (lower - upper);
            }
        }
    }

    private double mix(double[] map, int row, int x) {
        double first = map[row + left[x]];
        return first + across[x] * (map[row + right[x]] - first);
    }
}
