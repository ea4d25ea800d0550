package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;

/**
 * Operations that change the grid of maps [N, C, H, W]; either layout is kept unless one is named. A position holds
 * one number of a plane where the channels come first, and the numbers of all channels where they come last.
 */
public final class Grids {
    private Grids() {}

    /** Doubles each pixel: [H, W] to [2 H, 2 W]. */
    public static Node doubled(Node x) {
        int h = x.size(2);
        int w = x.size(3);
        int rows = planes(x) * h;
        int inner = inner(x);
        int[] shape = {x.size(0), x.size(1), 2 * h, 2 * w};
        Node result = x.tape().record(shape, x.layout(), x.tracked(), y -> {
            float[] byMap = x.tape().array(x.length());
            sumBlocks(byMap, y.gradient(), rows, w, inner, 1);
            x.accumulate(byMap);
        });
        repeatBlocks(x.value(), result.value(), rows, w, inner);
        return result;
    }

    /** Planes of maps, or samples where a position holds all channels. */
    private static int planes(Node x) {
        return x.channelsLast() ? x.size(0) : x.size(0) * x.size(1);
    }

    /** Numbers at a position of a plane. */
    private static int inner(Node x) {
        return x.channelsLast() ? x.size(1) : 1;
    }

    private static void repeatBlocks(float[] small, float[] large, int rows, int w, int inner) {
        for (int r = 0; r < rows; r++) {
            int top = 4 * r * w * inner;
            if (inner == 1) {
                for (int c = 0; c < w; c++) {
                    float v = small[r * w + c];
                    large[top + 2 * c] = v;
                    large[top + 2 * c + 1] = v;
                }
            } else {
                for (int c = 0; c < w; c++) {
                    int from = (r * w + c) * inner;
                    System.arraycopy(small, from, large, top + 2 * c * inner, inner);
                    System.arraycopy(small, from, large, top + (2 * c + 1) * inner, inner);
                }
            }
            System.arraycopy(large, top, large, top + 2 * w * inner, 2 * w * inner);
        }
    }

    private static void sumBlocks(float[] small, float[] large, int rows, int w, int inner, float factor) {
        if (inner == 1) {
            for (int r = 0; r < rows; r++) {
                int top = 4 * r * w;
                int bottom = top + 2 * w;
                for (int c = 0; c < w; c++) {
                    small[r * w + c] = factor
                            * (large[top + 2 * c]
                                    + large[top + 2 * c + 1]
                                    + large[bottom + 2 * c]
                                    + large[bottom + 2 * c + 1]);
                }
            }
            return;
        }
        for (int block = 0; block < rows * w; block++) {
            int top = (block / w * 4 * w + block % w * 2) * inner;
            sumBlock(small, block * inner, large, top, top + 2 * w * inner, inner, factor);
        }
    }

    private static void sumBlock(float[] to, int start, float[] from, int top, int bottom, int inner, float factor) {
        for (int i = 0; i < inner; i++) {
            to[start + i] =
                    factor * (from[top + i] + from[top + inner + i] + from[bottom + i] + from[bottom + inner + i]);
        }
    }

    /** Means of 2 x 2 pixels: [H, W] to [H / 2, W / 2]. */
    public static Node halved(Node x) {
        if (x.size(2) % 2 != 0 || x.size(3) % 2 != 0) {
            throw new IllegalArgumentException(x + " has an odd side and cannot be halved.");
        }
        int h = x.size(2) / 2;
        int w = x.size(3) / 2;
        int rows = planes(x) * h;
        int inner = inner(x);
        int[] shape = {x.size(0), x.size(1), h, w};
        Node result = x.tape().record(shape, x.layout(), x.tracked(), y -> {
            float[] byMap = x.tape().array(x.length());
            repeatBlocks(y.gradient(), byMap, rows, w, inner);
            Arithmetic.addScaledTo(x.gradient(), byMap, 0.25f);
        });
        sumBlocks(result.value(), x.value(), rows, w, inner, 0.25f);
        return result;
    }

    /**
     * Adds a margin that mirrors the map without repeating its edge: [H, W] to [H + 2 margin, W + 2 margin], channels
     * first.
     *
     * @param margin less than both sides
     */
    public static Node reflected(Node maps, int margin) {
        Node x = Layout.CHANNELS_FIRST.of(maps);
        int planes = x.size(0) * x.size(1);
        int h = x.size(2);
        int w = x.size(3);
        if (margin >= h || margin >= w) {
            throw new IllegalArgumentException(x + " is too small to be mirrored by a margin of " + margin + ".");
        }
        int high = h + 2 * margin;
        int wide = w + 2 * margin;
        int[] from = new int[high * wide];
        for (int r = 0; r < high; r++) {
            for (int c = 0; c < wide; c++) {
                from[r * wide + c] = mirrored(r - margin, h) * w + mirrored(c - margin, w);
            }
        }
        int[] shape = {x.size(0), x.size(1), high, wide};
        Node result = x.tape().record(shape, x.tracked(), y -> {
            float[] g = y.gradient();
            float[] to = x.gradient();
            for (int p = 0; p < planes; p++) {
                for (int i = 0; i < from.length; i++) {
                    to[p * h * w + from[i]] += g[p * from.length + i];
                }
            }
        });
        float[] in = x.value();
        float[] out = result.value();
        for (int p = 0; p < planes; p++) {
            for (int i = 0; i < from.length; i++) {
                out[p * from.length + i] = in[p * h * w + from[i]];
            }
        }
        return result;
    }

    private static int mirrored(int i, int size) {
        int positive = Math.abs(i);
        return positive < size ? positive : 2 * (size - 1) - positive;
    }

    /** Mean over the grid: [N, C, H, W] to [N, C]. */
    public static Node mean(Node x) {
        Tape tape = x.tape();
        Lines lines = Lines.of(x);
        float share = 1f / (x.size(2) * x.size(3));
        Node result = tape.record(new int[] {x.size(0), x.size(1)}, x.tracked(), y -> {
            float[] byMap = tape.array(x.length());
            lines.write(y.gradient(), byMap);
            Arithmetic.addScaledTo(x.gradient(), byMap, share);
        });
        Arrays.fill(result.value(), 0);
        lines.addSums(tape, x.value(), result.value());
        for (int i = 0; i < result.length(); i++) {
            result.value()[i] *= share;
        }
        return result;
    }

    /**
     * The mean over channels and positions of the standard deviation over the samples, as one constant map [N, 1, H, W]:
     * by it a discriminator sees how varied a batch is (Karras et al. 2018).
     */
    public static Node spread(Node x) {
        return spread(x, x.size(0));
    }

    /**
     * As {@link #spread(Node)}, within groups of samples: with m groups, samples s, s + m, s + 2 m and so on belong
     * together, and see the spread of their own group.
     *
     * @param group samples in a group, a divisor of N
     */
    public static Node spread(Node maps, int group) {
        Node x = Layout.CHANNELS_FIRST.of(maps);
        int n = x.size(0);
        if (group < 1 || n % group != 0) {
            throw new IllegalArgumentException(n + " samples do not fall into groups of " + group + ".");
        }
        int groups = n / group;
        int row = x.rowLength();
        int plane = x.size(2) * x.size(3);
        float[] means = x.tape().zeros(groups * row);
        float[] deviations = x.tape().zeros(groups * row);
        for (int s = 0; s < n; s++) {
            int at = s % groups * row;
            for (int i = 0; i < row; i++) {
                means[at + i] += x.value()[s * row + i] / group;
            }
        }
        for (int s = 0; s < n; s++) {
            int at = s % groups * row;
            for (int i = 0; i < row; i++) {
                float d = x.value()[s * row + i] - means[at + i];
                deviations[at + i] += d * d / group;
            }
        }
        double[] sums = new double[groups];
        for (int i = 0; i < groups * row; i++) {
            deviations[i] = (float) Math.sqrt(deviations[i] + 1e-8f);
            sums[i / row] += deviations[i];
        }
        int[] shape = {n, 1, x.size(2), x.size(3)};
        Node result = x.tape().record(shape, x.tracked(), y -> {
            float[] slopes = new float[groups];
            for (int s = 0; s < n; s++) {
                slopes[s % groups] += Arithmetic.sum(y.gradient(), s * plane, plane) / row;
            }
            for (int s = 0; s < n; s++) {
                int at = s % groups * row;
                float g = slopes[s % groups] / group;
                for (int i = 0; i < row; i++) {
                    x.gradient()[s * row + i] += g * (x.value()[s * row + i] - means[at + i]) / deviations[at + i];
                }
            }
        });
        for (int s = 0; s < n; s++) {
            Arrays.fill(result.value(), s * plane, (s + 1) * plane, (float) (sums[s % groups] / row));
        }
        return result;
    }

    /** Puts a zero between neighbours: [H, W] to [2 H - 1, 2 W - 1]. */
    public static Node spaced(Node x) {
        int h = x.size(2);
        int w = x.size(3);
        int positions = planes(x) * h * w;
        int inner = inner(x);
        int wide = 2 * w - 1;
        int plane = (2 * h - 1) * wide;
        int[] shape = {x.size(0), x.size(1), 2 * h - 1, wide};
        Node result = x.tape().record(shape, x.layout(), x.tracked(), y -> {
            for (int i = 0; i < positions; i++) {
                int at = i / (h * w) * plane + i / w % h * 2 * wide + i % w * 2;
                Channels.addStretch(x.gradient(), i * inner, y.gradient(), at * inner, inner);
            }
        });
        Arrays.fill(result.value(), 0);
        for (int i = 0; i < positions; i++) {
            int at = i / (h * w) * plane + i / w % h * 2 * wide + i % w * 2;
            System.arraycopy(x.value(), i * inner, result.value(), at * inner, inner);
        }
        return result;
    }

    /** Turns each map or kernel by half a circle; channels first. */
    public static Node turned(Node maps) {
        Node x = Layout.CHANNELS_FIRST.of(maps);
        int plane = x.size(2) * x.size(3);
        int length = x.length();
        Node result = x.tape().record(x.shape(), x.tracked(), y -> {
            for (int i = 0; i < length; i++) {
                x.gradient()[i] += y.gradient()[i - i % plane + plane - 1 - i % plane];
            }
        });
        for (int i = 0; i < length; i++) {
            result.value()[i] = x.value()[i - i % plane + plane - 1 - i % plane];
        }
        return result;
    }

    /**
     * The cross-correlation of each map with one fixed square kernel: [H, W] to [H + 2 padding - k + 1, ...].
     *
     * @param kernel k x k numbers
     * @param padding zeros around the map
     */
    public static Node filtered(Node x, float[] kernel, int padding) {
        int k = (int) Math.round(Math.sqrt(kernel.length));
        int planes = planes(x);
        int inner = inner(x);
        int h = x.size(2);
        int w = x.size(3);
        int high = h + 2 * padding - k + 1;
        int wide = w + 2 * padding - k + 1;
        if (k * k != kernel.length || high < 1 || wide < 1) {
            throw new IllegalArgumentException(
                    "A kernel of " + kernel.length + " numbers does not fit " + x + " with padding " + padding + ".");
        }
        int[] shape = {x.size(0), x.size(1), high, wide};
        Node result = x.tape()
                .record(
                        shape,
                        x.layout(),
                        x.tracked(),
                        y -> taps(k, padding, h, w, high, wide, (tap, in, out, count) -> {
                            for (int p = 0; p < planes; p++) {
                                addStretch(
                                        x.gradient(),
                                        (p * h * w + in) * inner,
                                        y.gradient(),
                                        (p * high * wide + out) * inner,
                                        count * inner,
                                        kernel[tap]);
                            }
                        }));
        Arrays.fill(result.value(), 0);
        taps(k, padding, h, w, high, wide, (tap, in, out, count) -> {
            for (int p = 0; p < planes; p++) {
                addStretch(
                        result.value(),
                        (p * high * wide + out) * inner,
                        x.value(),
                        (p * h * w + in) * inner,
                        count * inner,
                        kernel[tap]);
            }
        });
        return result;
    }

    @FunctionalInterface
    private interface Stretch {
        void at(int tap, int in, int out, int count);
    }

    /** Calls with each stretch of a row that a tap of a kernel connects. */
    private static void taps(int k, int padding, int h, int w, int high, int wide, Stretch stretch) {
        for (int tap = 0; tap < k * k; tap++) {
            int dy = tap / k - padding;
            int dx = tap % k - padding;
            int from = Math.max(0, -dx);
            int count = Math.min(wide, w - dx) - from;
            for (int r = Math.max(0, -dy); count > 0 && r < Math.min(high, h - dy); r++) {
                stretch.at(tap, (r + dy) * w + from + dx, r * wide + from, count);
            }
        }
    }

    private static void addStretch(float[] to, int start, float[] from, int fromStart, int length, float factor) {
        for (int i = 0; i < length; i++) {
            to[start + i] += factor * from[fromStart + i];
        }
    }
}
