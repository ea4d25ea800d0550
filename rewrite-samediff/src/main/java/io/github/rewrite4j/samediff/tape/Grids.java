package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;

/** Operations that change the grid of maps [N, C, H, W]. */
public final class Grids {
    private Grids() {}

    /** Doubles each pixel: [H, W] to [2 H, 2 W]. */
    public static Node doubled(Node x) {
        int planes = x.size(0) * x.size(1);
        int h = x.size(2);
        int w = x.size(3);
        int[] shape = {x.size(0), x.size(1), 2 * h, 2 * w};
        Node result = x.tape().record(shape, x.tracked(), y -> addBlocks(x.gradient(), y.gradient(), planes * h, w, 1));
        float[] from = x.value();
        float[] to = result.value();
        for (int r = 0; r < planes * h; r++) {
            int top = 4 * r * w;
            for (int c = 0; c < w; c++) {
                float v = from[r * w + c];
                to[top + 2 * c] = v;
                to[top + 2 * c + 1] = v;
            }
            System.arraycopy(to, top, to, top + 2 * w, 2 * w);
        }
        return result;
    }

    /** Means of 2 x 2 pixels: [H, W] to [H / 2, W / 2]. */
    public static Node halved(Node x) {
        if (x.size(2) % 2 != 0 || x.size(3) % 2 != 0) {
            throw new IllegalArgumentException(x + " has an odd side and cannot be halved.");
        }
        int planes = x.size(0) * x.size(1);
        int h = x.size(2) / 2;
        int w = x.size(3) / 2;
        int[] shape = {x.size(0), x.size(1), h, w};
        Node result = x.tape().record(shape, x.tracked(), y -> {
            float[] g = y.gradient();
            float[] to = x.gradient();
            for (int r = 0; r < planes * h; r++) {
                for (int c = 0; c < w; c++) {
                    float v = 0.25f * g[r * w + c];
                    int top = 4 * r * w + 2 * c;
                    to[top] += v;
                    to[top + 1] += v;
                    to[top + 2 * w] += v;
                    to[top + 2 * w + 1] += v;
                }
            }
        });
        float[] to = result.value();
        Arrays.fill(to, 0);
        addBlocks(to, x.value(), planes * h, w, 0.25f);
        return result;
    }

    /** Adds sums of 2 x 2 blocks. */
    private static void addBlocks(float[] small, float[] large, int rows, int w, float factor) {
        for (int r = 0; r < rows; r++) {
            int top = 4 * r * w;
            int bottom = top + 2 * w;
            for (int c = 0; c < w; c++) {
                small[r * w + c] += factor
                        * (large[top + 2 * c]
                                + large[top + 2 * c + 1]
                                + large[bottom + 2 * c]
                                + large[bottom + 2 * c + 1]);
            }
        }
    }

    /**
     * Adds a margin that mirrors the map without repeating its edge: [H, W] to [H + 2 margin, W + 2 margin].
     *
     * @param margin less than both sides
     */
    public static Node reflected(Node x, int margin) {
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
        int rows = x.size(0) * x.size(1);
        int plane = x.size(2) * x.size(3);
        Node result = x.tape().record(new int[] {x.size(0), x.size(1)}, x.tracked(), y -> {
            for (int r = 0; r < rows; r++) {
                float g = y.gradient()[r] / plane;
                float[] to = x.gradient();
                for (int i = r * plane; i < (r + 1) * plane; i++) {
                    to[i] += g;
                }
            }
        });
        for (int r = 0; r < rows; r++) {
            result.value()[r] = Arithmetic.sum(x.value(), r * plane, plane) / plane;
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
    public static Node spread(Node x, int group) {
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
        int planes = x.size(0) * x.size(1);
        int h = x.size(2);
        int w = x.size(3);
        int wide = 2 * w - 1;
        int plane = (2 * h - 1) * wide;
        int[] shape = {x.size(0), x.size(1), 2 * h - 1, wide};
        Node result = x.tape().record(shape, x.tracked(), y -> {
            for (int i = 0; i < planes * h * w; i++) {
                x.gradient()[i] += y.gradient()[i / (h * w) * plane + i / w % h * 2 * wide + i % w * 2];
            }
        });
        Arrays.fill(result.value(), 0);
        for (int i = 0; i < planes * h * w; i++) {
            result.value()[i / (h * w) * plane + i / w % h * 2 * wide + i % w * 2] = x.value()[i];
        }
        return result;
    }

    /** Turns each map or kernel by half a circle. */
    public static Node turned(Node x) {
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
        int planes = x.size(0) * x.size(1);
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
                        x.tracked(),
                        y -> taps(k, padding, h, w, high, wide, (tap, in, out, count) -> {
                            for (int p = 0; p < planes; p++) {
                                addStretch(
                                        x.gradient(),
                                        p * h * w + in,
                                        y.gradient(),
                                        p * high * wide + out,
                                        count,
                                        kernel[tap]);
                            }
                        }));
        Arrays.fill(result.value(), 0);
        taps(k, padding, h, w, high, wide, (tap, in, out, count) -> {
            for (int p = 0; p < planes; p++) {
                addStretch(result.value(), p * high * wide + out, x.value(), p * h * w + in, count, kernel[tap]);
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
