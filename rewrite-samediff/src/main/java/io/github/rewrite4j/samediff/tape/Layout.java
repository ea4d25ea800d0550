package io.github.rewrite4j.samediff.tape;

/**
 * In which order the numbers of maps [N, C, H, W] lie in their array. Shapes are written the same way for both.
 *
 * <p>Pictures have the channels first, as files and ND4J arrays have. Maps of many channels have them last: the native
 * convolutions take .6 to .9 of the time then. Operations take either, and answer in the layout of their first operand
 * unless they say otherwise.
 */
public enum Layout {
    /** Plane by plane: N, C, H, W. */
    CHANNELS_FIRST,
    /** Position by position: N, H, W, C. */
    CHANNELS_LAST;

    /** Channels whose rows are moved together, so that what is read lies in the cache when it is read again. */
    private static final int TOGETHER = 16;

    /** The same values in this layout, with their gradient; the node itself where it is so already. */
    public Node of(Node x) {
        if (x.layout() == this || x.rank() != 4) {
            return x;
        }
        int n = x.size(0);
        int channels = x.size(1);
        int plane = x.size(2) * x.size(3);
        if (channels == 1 || plane == 1) {
            return x.tape().view(x, this, x.shape());
        }
        Layout before = x.layout();
        Node result = x.tape().record(x.shape(), this, x.tracked(), y -> {
            float[] byMap = x.tape().array(x.length());
            before.fill(y.gradient(), byMap, n, channels, plane);
            x.accumulate(byMap);
        });
        fill(x.value(), result.value(), n, channels, plane);
        return result;
    }

    /** Numbers of the other layout in this one. */
    float[] reordered(float[] from, int n, int channels, int plane) {
        float[] to = new float[from.length];
        fill(from, to, n, channels, plane);
        return to;
    }

    /** Writes numbers of the other layout in this one. */
    void fill(float[] from, float[] to, int n, int channels, int plane) {
        if (this == CHANNELS_LAST) {
            transpose(from, to, n, channels, plane);
        } else {
            transpose(from, to, n, plane, channels);
        }
    }

    /** [n, rows, columns] to [n, columns, rows]. */
    private static void transpose(float[] from, float[] to, int n, int rows, int columns) {
        for (int s = 0; s < n; s++) {
            int start = s * rows * columns;
            for (int block = 0; block < rows; block += TOGETHER) {
                int end = Math.min(rows, block + TOGETHER);
                for (int c = 0; c < columns; c++) {
                    for (int r = block; r < end; r++) {
                        to[start + c * rows + r] = from[start + r * columns + c];
                    }
                }
            }
        }
    }
}
