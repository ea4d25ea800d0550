package io.github.rewrite4j.samediff.engine.kernel;

import java.util.Arrays;

/**
 * 3x3 convolutions of stride 1 that keep the grid, with a quarter of the multiplications (Lavin and Gray 2016, F(4x4, 3x3)):
 * tiles of 6x6 positions and the weight are transformed, multiplied number by number, which is one matrix product for each
 * of the 36 places, and transformed back to 4x4 results. Rounding is some 10 times that of the plain sum, 1e-6 of the largest
 * result.
 *
 * <p>A plain convolution reads the whole weight for each row of a large map; products read it once for some hundred tiles.
 * Pays from about 64 channels and tiles on.
 */
final class Winograd {
    private static final int TILE = 4;
    private static final int SIDE = 6;
    private static final int PLACES = SIDE * SIDE;
    private static final int KERNEL = 3;
    private static final int TAPS = KERNEL * KERNEL;

    /** Inputs of a weight that are transformed at a time. */
    private static final int INPUTS = 16;

    /** Tiles that are multiplied at a time. */
    private static final int TOGETHER = 256;

    /** Numbers in a loop, at least. */
    private static final int LOOP = 1024;

    private final int in;
    private final int out;
    private final int h;
    private final int w;
    private final int across;
    private final int down;
    private final int rowsAtOnce;
    private final NativeFloats transformed;
    private final NativeFloats products;
    private final float[][] rows = new float[SIDE][];
    private final float[][] mixed = new float[SIDE][];
    private final float[][] slices = new float[SIDE][];
    private final float[][] places = new float[SIDE][];
    private final float[][][] columns = new float[SIDE][TILE][];
    private final float[][] oneRow = new float[SIDE][];
    private final float[] line;
    private final int group;

    /**
     * Prepares.
     *
     * @param memory to work in
     * @param in channels that are read
     * @param out channels that are written
     */
    Winograd(FloatPool memory, int in, int h, int w, int out) {
        this.in = in;
        this.out = out;
        this.h = h;
        this.w = w;
        this.across = (w + TILE - 1) / TILE;
        this.down = (h + TILE - 1) / TILE;
        this.rowsAtOnce = Math.max(1, Math.min(down, TOGETHER / across));
        int tiles = rowsAtOnce * across;
        this.transformed = memory.take(Math.multiplyExact(PLACES * tiles, in));
        this.products = memory.take(Math.multiplyExact(PLACES * tiles, out));
        // No step of the pass reads what lies here between two runs.
        memory.giveBack(transformed);
        memory.giveBack(products);
        int widest = Math.max(in, out);
        this.group = Math.min(across, Math.max(1, LOOP / widest));
        for (int i = 0; i < SIDE; i++) {
            rows[i] = new float[(TILE * group + 2) * in];
            mixed[i] = new float[(TILE * group + 2) * in];
            slices[i] = new float[group * widest];
            places[i] = new float[group * widest];
            for (int k = 0; k < TILE; k++) {
                columns[i][k] = new float[group * out];
            }
        }
        this.line = new float[TILE * group * out];
    }

    /** Whether this is the quicker way for a 3x3 convolution of these sizes. */
    static boolean pays(int in, int out, int h, int w) {
        return in >= 64 && out >= 64 && h * w >= 1024;
    }

    /**
     * The weight, transformed: [36, in, out].
     *
     * @param weight as the order says
     * @param turned with input and output in changed places and the taps in reversed order, for the gradient by the map
     */
    static void transform(float[] weight, MapGeometry g, WeightOrder order, boolean turned, NativeFloats to) {
        float[] plain = order.tapsFirst(g, weight);
        int in = turned ? g.out() : g.in();
        int out = turned ? g.in() : g.out();
        float[][] taps = new float[TAPS][INPUTS * out];
        float[][] half = new float[SIDE * KERNEL][INPUTS * out];
        float[][] whole = new float[SIDE][INPUTS * out];
        for (int first = 0; first < in; first += INPUTS) {
            int inputs = Math.min(INPUTS, in - first);
            int count = inputs * out;
            for (int t = 0; t < TAPS; t++) {
                if (turned) {
                    gather(plain, (TAPS - 1 - t) * in * out + first, in, inputs, out, taps[t]);
                } else {
                    System.arraycopy(plain, (t * in + first) * out, taps[t], 0, count);
                }
            }
            for (int x = 0; x < KERNEL; x++) {
                mix(taps[x], taps[KERNEL + x], taps[2 * KERNEL + x], half, x, KERNEL, count);
            }
            for (int y = 0; y < SIDE; y++) {
                mix(half[KERNEL * y], half[KERNEL * y + 1], half[KERNEL * y + 2], whole, 0, 1, count);
                for (int x = 0; x < SIDE; x++) {
                    to.put(((y * SIDE + x) * in + first) * out, whole[x], 0, count);
                }
            }
        }
    }

    /** Some columns of a matrix, each as a row. */
    private static void gather(float[] from, int start, int columns, int count, int rows, float[] to) {
        for (int o = 0; o < rows; o++) {
            for (int i = 0; i < count; i++) {
                to[i * rows + o] = from[start + o * columns + i];
            }
        }
    }

    /** Numbers of a transformed weight. */
    static long length(MapGeometry g) {
        return (long) PLACES * g.in() * g.out();
    }

    private static void mix(float[] a, float[] b, float[] c, float[][] to, int at, int step, int count) {
        quarter(a, c, to[at], to[at + 5 * step], count);
        sixths(a, b, c, to[at + step], to[at + 2 * step], count);
        twentyFourths(a, b, c, to[at + 3 * step], to[at + 4 * step], count);
    }

    private static void quarter(float[] a, float[] c, float[] first, float[] last, int count) {
        for (int i = 0; i < count; i++) {
            first[i] = a[i] * 0.25f;
        }
        System.arraycopy(c, 0, last, 0, count);
    }

    private static void sixths(float[] a, float[] b, float[] c, float[] plus, float[] minus, int count) {
        for (int i = 0; i < count; i++) {
            float even = (a[i] + c[i]) * (-1 / 6f);
            float odd = b[i] * (-1 / 6f);
            plus[i] = even + odd;
            minus[i] = even - odd;
        }
    }

    private static void twentyFourths(float[] a, float[] b, float[] c, float[] plus, float[] minus, int count) {
        for (int i = 0; i < count; i++) {
            float even = a[i] * (1 / 24f) + c[i] * (1 / 6f);
            float odd = b[i] * (1 / 12f);
            plus[i] = even + odd;
            minus[i] = even - odd;
        }
    }

    /**
     * Computes one map.
     *
     * @param x [h, w, in] from a place on
     * @param weight {@link #transform transformed}
     * @param y [h, w, out] from a place on
     * @param add to what is there, rather than over it
     */
    void run(float[] x, int xFrom, NativeFloats weight, float[] y, int yFrom, boolean add) {
        for (int top = 0; top < down; top += rowsAtOnce) {
            int count = Math.min(rowsAtOnce, down - top);
            int tiles = count * across;
            for (int row = 0; row < count; row++) {
                for (int left = 0; left < across; left += group) {
                    read(x, xFrom, top + row, left, Math.min(group, across - left), row * across + left, tiles);
                }
            }
            for (int p = 0; p < PLACES; p++) {
                Products.multiply(
                        tiles,
                        out,
                        in,
                        transformed,
                        p * tiles * in,
                        weight,
                        p * in * out,
                        false,
                        products,
                        p * tiles * out);
            }
            for (int row = 0; row < count; row++) {
                for (int left = 0; left < across; left += group) {
                    write(y, yFrom, add, top + row, left, Math.min(group, across - left), row * across + left, tiles);
                }
            }
        }
    }

    /** Transforms some tiles of a row of tiles. */
    private void read(float[] x, int start, int row, int left, int count, int tile, int tiles) {
        int first = left * TILE - 1;
        int width = TILE * count + 2;
        int from = Math.max(0, first);
        int to = Math.min(w, first + width);
        for (int i = 0; i < SIDE; i++) {
            int v = row * TILE - 1 + i;
            Arrays.fill(rows[i], 0);
            if (v >= 0 && v < h) {
                System.arraycopy(x, start + (v * w + from) * in, rows[i], (from - first) * in, (to - from) * in);
            }
        }
        forward(rows, mixed, width * in);
        for (int i = 0; i < SIDE; i++) {
            for (int k = 0; k < SIDE; k++) {
                for (int t = 0; t < count; t++) {
                    System.arraycopy(mixed[i], (TILE * t + k) * in, slices[k], t * in, in);
                }
            }
            forward(slices, places, count * in);
            for (int k = 0; k < SIDE; k++) {
                transformed.put(((i * SIDE + k) * tiles + tile) * in, places[k], 0, count * in);
            }
        }
    }

    private static void forward(float[][] from, float[][] to, int count) {
        even(from[0], from[2], from[4], to[0], count);
        even(from[1], from[3], from[5], to[5], count);
        middle(from[1], from[2], from[3], from[4], to[1], to[2], count);
        outer(from[1], from[2], from[3], from[4], to[3], to[4], count);
    }

    private static void even(float[] a, float[] b, float[] c, float[] to, int count) {
        for (int i = 0; i < count; i++) {
            to[i] = 4 * a[i] - 5 * b[i] + c[i];
        }
    }

    private static void middle(float[] a, float[] b, float[] c, float[] d, float[] one, float[] two, int count) {
        for (int i = 0; i < count; i++) {
            float even = d[i] - 4 * b[i];
            float odd = c[i] - 4 * a[i];
            one[i] = even + odd;
            two[i] = even - odd;
        }
    }

    private static void outer(float[] a, float[] b, float[] c, float[] d, float[] one, float[] two, int count) {
        for (int i = 0; i < count; i++) {
            float even = d[i] - b[i];
            float odd = 2 * (c[i] - a[i]);
            one[i] = even + odd;
            two[i] = even - odd;
        }
    }

    /** Transforms products of some tiles of a row of tiles back. */
    private void write(float[] y, int start, boolean add, int row, int left, int count, int tile, int tiles) {
        int length = count * out;
        for (int k = 0; k < SIDE; k++) {
            for (int i = 0; i < SIDE; i++) {
                products.get(((i * SIDE + k) * tiles + tile) * out, places[i], 0, length);
            }
            backward(places, columns[k], length);
        }
        int last = Math.min(w, (left + count) * TILE) - left * TILE;
        for (int i = 0; i < TILE && row * TILE + i < h; i++) {
            for (int k = 0; k < SIDE; k++) {
                oneRow[k] = columns[k][i];
            }
            backward(oneRow, places, length);
            for (int k = 0; k < TILE; k++) {
                for (int t = 0; t < count; t++) {
                    System.arraycopy(places[k], t * out, line, (TILE * t + k) * out, out);
                }
            }
            int at = start + ((row * TILE + i) * w + left * TILE) * out;
            if (add) {
                PitchedCopies.add(line, 0, y, at, last * out);
            } else {
                System.arraycopy(line, 0, y, at, last * out);
            }
        }
    }

    private static void backward(float[][] from, float[][] to, int count) {
        backward(from[0], from[1], from[2], from[3], from[4], to[0], to[2], count);
        odd(from[1], from[2], from[3], from[4], from[5], to[1], to[3], count);
    }

    private static void backward(
            float[] a, float[] b, float[] c, float[] d, float[] e, float[] first, float[] third, int count) {
        for (int i = 0; i < count; i++) {
            float near = b[i] + c[i];
            float far = d[i] + e[i];
            first[i] = a[i] + near + far;
            third[i] = near + 4 * far;
        }
    }

    private static void odd(
            float[] b, float[] c, float[] d, float[] e, float[] f, float[] second, float[] fourth, int count) {
        for (int i = 0; i < count; i++) {
            float near = b[i] - c[i];
            float far = d[i] - e[i];
            second[i] = near + 2 * far;
            fourth[i] = near + 8 * far + f[i];
        }
    }
}
