package io.github.rewrite4j.samediff.tape;

/**
 * Second moments of the channels of maps [N, C, H, W] over their positions: what style is to networks (Gatys et al. 2016).
 * One pass over H W for each pair of channels.
 */
public final class Moments {
    private Moments() {}

    /** Gram matrices mean_x f_c(x) f_d(x): [N, C, C]. */
    public static Node gram(Node x) {
        Node planes = Layout.CHANNELS_FIRST.of(x);
        return gram(planes, planes.value());
    }

    /** Covariances mean_x (f_c(x) - mean f_c) (f_d(x) - mean f_d): [N, C, C]. */
    public static Node covariance(Node x) {
        Node planes = Layout.CHANNELS_FIRST.of(x);
        return gram(planes, centred(planes));
    }

    /** Variances mean_x (f_c(x) - mean f_c)^2: [N, C]. */
    public static Node variance(Node maps) {
        Node x = Layout.CHANNELS_FIRST.of(maps);
        int rows = x.size(0) * x.size(1);
        int plane = x.size(2) * x.size(3);
        float[] f = centred(x);
        Node result = x.tape().record(new int[] {x.size(0), x.size(1)}, x.tracked(), y -> {
            for (int r = 0; r < rows; r++) {
                addScaled(x.gradient(), r * plane, f, r * plane, plane, 2 * y.gradient()[r] / plane);
            }
        });
        for (int r = 0; r < rows; r++) {
            result.value()[r] = Arithmetic.dot(f, r * plane, f, r * plane, plane) / plane;
        }
        return result;
    }

    /** Inner products of rows of f, which is x or x without its means; the derivative by x is the same expression in f. */
    private static Node gram(Node x, float[] f) {
        int n = x.size(0);
        int channels = x.size(1);
        int plane = x.size(2) * x.size(3);
        int square = channels * channels;
        Node result = x.tape().record(new int[] {n, channels, channels}, x.tracked(), y -> {
            float[] g = y.gradient();
            for (int r = 0; r < n * channels; r++) {
                int sample = r / channels;
                int c = r % channels;
                for (int d = 0; d < channels; d++) {
                    float both = g[sample * square + c * channels + d] + g[sample * square + d * channels + c];
                    addScaled(x.gradient(), r * plane, f, (sample * channels + d) * plane, plane, both / plane);
                }
            }
        });
        for (int r = 0; r < n * channels; r++) {
            int sample = r / channels;
            int c = r % channels;
            for (int d = 0; d <= c; d++) {
                float inner = Arithmetic.dot(f, r * plane, f, (sample * channels + d) * plane, plane) / plane;
                result.value()[sample * square + c * channels + d] = inner;
                result.value()[sample * square + d * channels + c] = inner;
            }
        }
        return result;
    }

    private static float[] centred(Node x) {
        int plane = x.size(2) * x.size(3);
        float[] f = x.tape().array(x.length());
        for (int from = 0; from < f.length; from += plane) {
            float mean = Arithmetic.sum(x.value(), from, plane) / plane;
            for (int i = from; i < from + plane; i++) {
                f[i] = x.value()[i] - mean;
            }
        }
        return f;
    }

    private static void addScaled(float[] to, int start, float[] from, int fromStart, int length, float factor) {
        for (int i = 0; i < length; i++) {
            to[start + i] += factor * from[fromStart + i];
        }
    }
}
