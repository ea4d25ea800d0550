package io.github.rewrite4j.samediff.tape;

/** Operations that treat the channels of maps [N, C, H, W] one by one. */
public final class Channels {
    private Channels() {}

    /**
     * x[n,c] s[n,c]: style modulation and demodulation.
     *
     * @param x [N, C, H, W]
     * @param s [N, C]
     */
    public static Node scale(Node x, Node s) {
        int rows = x.size(0) * x.size(1);
        int plane = x.size(2) * x.size(3);
        s.requireShape("factors", x.size(0), x.size(1));
        Node result = x.tape().record(x.shape(), Tape.anyTracked(x, s), y -> {
            float[] g = y.gradient();
            if (s.tracked()) {
                for (int r = 0; r < rows; r++) {
                    s.gradient()[r] += Arithmetic.dot(g, r * plane, x.value(), r * plane, plane);
                }
            }
            if (x.tracked()) {
                float[] byMap = x.tape().array(g.length);
                for (int r = 0; r < rows; r++) {
                    scaleRow(byMap, g, r * plane, plane, s.value()[r]);
                }
                x.accumulate(byMap);
            }
        });
        float[] out = result.value();
        for (int r = 0; r < rows; r++) {
            scaleRow(out, x.value(), r * plane, plane, s.value()[r]);
        }
        return result;
    }

    private static void scaleRow(float[] to, float[] from, int start, int length, float factor) {
        for (int i = start; i < start + length; i++) {
            to[i] = factor * from[i];
        }
    }

    private static void addScaledRow(float[] to, float[] from, int start, int length, float factor) {
        for (int i = start; i < start + length; i++) {
            to[i] += factor * from[i];
        }
    }

    /** x[n,c] factor[c] + offset[c] with fixed numbers: standardising and its inverse. */
    public static Node affine(Node x, float[] factor, float[] offset) {
        int channels = x.size(1);
        int plane = x.size(2) * x.size(3);
        int rows = x.size(0) * channels;
        Node result = x.tape().record(x.shape(), x.tracked(), y -> {
            for (int r = 0; r < rows; r++) {
                addScaledRow(x.gradient(), y.gradient(), r * plane, plane, factor[r % channels]);
            }
        });
        float[] from = x.value();
        float[] to = result.value();
        for (int r = 0; r < rows; r++) {
            float f = factor[r % channels];
            float o = offset[r % channels];
            for (int i = r * plane; i < (r + 1) * plane; i++) {
                to[i] = f * from[i] + o;
            }
        }
        return result;
    }

    /**
     * gain * max(x + b, slope (x + b)), in one pass.
     *
     * @param x [N, C, H, W] or [N, C]
     * @param b [C]
     * @param slope between 0 and 1, 1 for no rectifier
     */
    public static Node biasedLeakyRelu(Node x, Node b, float slope, float gain) {
        int channels = x.size(1);
        int plane = x.length() / (x.size(0) * channels);
        int rows = x.size(0) * channels;
        b.requireShape("bias", channels);
        float linear = gain * (1 + slope) / 2;
        float absolute = gain * (1 - slope) / 2;
        Node result = x.tape().record(x.shape(), Tape.anyTracked(x, b), y -> {
            float[] g = y.gradient();
            float[] slopes = x.tape().array(g.length);
            signed(slopes, y.value(), linear, absolute);
            Arithmetic.multiplyInto(slopes, slopes, g);
            if (b.tracked()) {
                float[] to = b.gradient();
                for (int r = 0; r < rows; r++) {
                    to[r % channels] += Arithmetic.sum(slopes, r * plane, plane);
                }
            }
            if (x.tracked()) {
                x.accumulate(slopes);
            }
        });
        float[] from = x.value();
        float[] to = result.value();
        float[] bias = b.value();
        for (int r = 0; r < rows; r++) {
            activateRow(to, from, r * plane, plane, bias[r % channels], linear, absolute);
        }
        return result;
    }

    private static void activateRow(
            float[] to, float[] from, int start, int length, float bias, float linear, float absolute) {
        for (int i = start; i < start + length; i++) {
            float v = from[i] + bias;
            to[i] = linear * v + absolute * Math.abs(v);
        }
    }

    private static void signed(float[] to, float[] y, float linear, float absolute) {
        for (int i = 0; i < to.length; i++) {
            to[i] = linear + Math.copySign(absolute, y[i]);
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
        int rows = x.size(0) * x.size(1);
        Node result = x.tape().record(x.shape(), x.tracked(), y -> Arithmetic.addTo(x.gradient(), y.gradient()));
        float[] to = result.value();
        float[] from = x.value();
        for (int r = 0; r < rows; r++) {
            int start = r * map.length;
            for (int i = 0; i < map.length; i++) {
                to[start + i] = from[start + i] + map[i];
            }
        }
        return result;
    }

    /** The maps of a, then those of b: [N, Ca + Cb, H, W]. */
    public static Node concat(Node a, Node b) {
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
        for (int i = 0; i < length; i++) {
            to[start + i] += from[fromStart + i];
        }
    }
}
