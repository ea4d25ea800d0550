package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;

/** Operations that treat the channels of maps [N, C, H, W] one by one; either layout is kept. */
public final class Channels {
    private Channels() {}

    /**
     * x[n,c] s[n,c]: style modulation and demodulation.
     *
     * @param x [N, C, H, W]
     * @param s [N, C]
     */
    public static Node scale(Node x, Node s) {
        s.requireShape("factors", x.size(0), x.size(1));
        Tape tape = x.tape();
        Lines lines = Lines.of(x);
        Node result = tape.recordLike(x, Tape.anyTracked(x, s), y -> {
            float[] products = tape.array(x.length());
            if (s.tracked()) {
                Arithmetic.multiplyInto(products, y.gradient(), x.value());
                lines.addSums(tape, products, s.gradient());
            }
            if (x.tracked()) {
                lines.write(s.value(), products);
                Arithmetic.multiplyInto(products, products, y.gradient());
                x.accumulate(products);
            }
        });
        lines.write(s.value(), result.value());
        Arithmetic.multiplyInto(result.value(), result.value(), x.value());
        return result;
    }

    /** x[n,c] factor[c] + offset[c] with fixed numbers: standardising and its inverse. */
    public static Node affine(Node x, float[] factor, float[] offset) {
        Tape tape = x.tape();
        Lines lines = Lines.of(x);
        Node result = tape.recordLike(x, x.tracked(), y -> {
            float[] byMap = tape.array(x.length());
            lines.write(factor, byMap);
            Arithmetic.multiplyInto(byMap, byMap, y.gradient());
            x.accumulate(byMap);
        });
        float[] factors = tape.array(x.length());
        lines.write(factor, factors);
        lines.write(offset, result.value());
        Arithmetic.addProductTo(result.value(), factors, x.value());
        return result;
    }

    /**
     * gain * max(x + b, slope (x + b)).
     *
     * @param x [N, C, H, W] or [N, C]
     * @param b [C]
     * @param slope between 0 and 1, 1 for no rectifier
     */
    public static Node biasedLeakyRelu(Node x, Node b, float slope, float gain) {
        b.requireShape("bias", x.size(1));
        Tape tape = x.tape();
        Lines lines = Lines.of(x);
        float linear = gain * (1 + slope) / 2;
        float absolute = gain * (1 - slope) / 2;
        Node result = tape.recordLike(x, Tape.anyTracked(x, b), y -> {
            float[] byMap = y.gradient();
            if (slope != 1 || gain != 1) {
                byMap = tape.array(x.length());
                if (slope == 0) {
                    rectified(byMap, y.value(), y.gradient(), gain);
                } else {
                    sloped(byMap, y.value(), y.gradient(), linear, absolute);
                }
            }
            if (b.tracked()) {
                lines.addSums(tape, byMap, b.gradient());
            }
            if (x.tracked()) {
                x.accumulate(byMap);
            }
        });
        lines.write(b.value(), result.value());
        activate(result.value(), x.value(), linear, absolute);
        return result;
    }

    /** y = linear (x + y) + absolute |x + y|. */
    private static void activate(float[] y, float[] x, float linear, float absolute) {
        for (int i = 0; i < y.length; i++) {
            float v = x[i] + y[i];
            y[i] = linear * v + absolute * Math.abs(v);
        }
    }

    /**
     * Times the slope, which the sign of the result tells; the mean of both slopes at 0. The sign is a quotient: Java 17
     * compiles a comparison to branches, which took forty times as long.
     */
    private static void sloped(float[] to, float[] y, float[] gradient, float linear, float absolute) {
        for (int i = 0; i < to.length; i++) {
            float sign = y[i] / (Math.abs(y[i]) + Float.MIN_NORMAL);
            to[i] = gradient[i] * (linear + absolute * sign);
        }
    }

    /** The same without a slope below 0, where the result is 0. */
    private static void rectified(float[] to, float[] y, float[] gradient, float gain) {
        for (int i = 0; i < to.length; i++) {
            to[i] = gradient[i] * gain * (y[i] / (y[i] + Float.MIN_NORMAL));
        }
    }

    /** x[n,c] + b[c]. */
    public static Node bias(Node x, Node b) {
        return biasedLeakyRelu(x, b, 1, 1);
    }

    /**
     * x[n] + map, the same for all samples and channels: fixed noise.
     *
     * @param map H x W numbers
     */
    public static Node addMap(Node x, float[] map) {
        Node result = x.tape().recordLike(x, x.tracked(), y -> x.accumulate(y.gradient()));
        float[] to = result.value();
        int same = x.channelsLast() ? x.size(1) : 1;
        int row = map.length * same;
        if (same == 1) {
            System.arraycopy(map, 0, to, 0, row);
        }
        for (int i = 0; same > 1 && i < map.length; i++) {
            Arrays.fill(to, i * same, (i + 1) * same, map[i]);
        }
        for (int start = row; start < to.length; start += row) {
            System.arraycopy(to, 0, to, start, row);
        }
        Arithmetic.addTo(to, x.value());
        return result;
    }

    /** The maps of a, then those of b: [N, Ca + Cb, H, W], channels first. */
    public static Node concat(Node first, Node second) {
        Node a = Layout.CHANNELS_FIRST.of(first);
        Node b = Layout.CHANNELS_FIRST.of(second);
        int rowA = a.rowLength();
        int rowB = b.rowLength();
        int n = a.size(0);
        int[] shape = a.shape();
        shape[1] += b.size(1);
        Node result = a.tape().record(shape, Tape.anyTracked(a, b), y -> {
            float[] g = y.gradient();
            for (int i = 0; i < n; i++) {
                if (a.tracked()) {
                    addStretch(a.gradient(), i * rowA, g, i * (rowA + rowB), rowA);
                }
                if (b.tracked()) {
                    addStretch(b.gradient(), i * rowB, g, i * (rowA + rowB) + rowA, rowB);
                }
            }
        });
        for (int i = 0; i < n; i++) {
            System.arraycopy(a.value(), i * rowA, result.value(), i * (rowA + rowB), rowA);
            System.arraycopy(b.value(), i * rowB, result.value(), i * (rowA + rowB) + rowA, rowB);
        }
        return result;
    }

    static void addStretch(float[] to, int start, float[] from, int fromStart, int length) {
        if (start == fromStart) {
            addSame(to, from, start, length);
            return;
        }
        for (int i = 0; i < length; i++) {
            to[start + i] += from[fromStart + i];
        }
    }

    private static void addSame(float[] to, float[] from, int start, int length) {
        for (int i = start; i < start + length; i++) {
            to[i] += from[i];
        }
    }
}
