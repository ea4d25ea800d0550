package io.github.rewrite4j.samediff.tape;

/** The distance inside LPIPS (Zhang et al. 2018): between feature maps of unit length in every position. */
public final class UnitFeatures {
    private static final float EPSILON = 1e-10f;

    private UnitFeatures() {}

    /**
     * mean over samples and positions of sum_c w_c (a_c / |a| - b_c / |b|)^2, with |a| = sqrt(sum a^2 + 1e-10), whose
     * derivative is finite at 0. The gradient flows to the first operand only.
     *
     * @param maps a [N, C, H, W]
     * @param others b of the same shape
     * @param weights one per channel
     */
    public static Node distance(Node maps, Node others, float[] weights) {
        Node a = Layout.CHANNELS_FIRST.of(maps);
        Node b = Arithmetic.like(a, others);
        int channels = a.size(1);
        if (weights.length != channels) {
            throw new IllegalArgumentException(weights.length + " weights do not fit " + channels + " channels.");
        }
        int n = a.size(0);
        int plane = a.size(2) * a.size(3);
        Tape tape = a.tape();
        float[] lengthA = lengths(a);
        float[] lengthB = lengths(b);
        // w_c (a_c / |a| - b_c / |b|), and its inner product with a / |a|.
        float[] slopes = tape.array(a.length());
        float[] inner = tape.zeros(n * plane);
        double total = 0;
        for (int s = 0; s < n; s++) {
            for (int c = 0; c < channels; c++) {
                int row = (s * channels + c) * plane;
                for (int i = 0; i < plane; i++) {
                    float unit = a.value()[row + i] * lengthA[s * plane + i];
                    float d = unit - b.value()[row + i] * lengthB[s * plane + i];
                    float slope = weights[c] * d;
                    slopes[row + i] = slope;
                    inner[s * plane + i] += slope * unit;
                    total += slope * d;
                }
            }
        }
        float share = 1f / (n * plane);
        Node result = tape.record(new int[0], a.tracked(), y -> {
            float g = 2 * share * y.gradient()[0];
            for (int s = 0; s < n; s++) {
                for (int c = 0; c < channels; c++) {
                    int row = (s * channels + c) * plane;
                    for (int i = 0; i < plane; i++) {
                        float inverse = lengthA[s * plane + i];
                        float unit = a.value()[row + i] * inverse;
                        a.gradient()[row + i] += g * inverse * (slopes[row + i] - unit * inner[s * plane + i]);
                    }
                }
            }
        });
        result.value()[0] = (float) (total * share);
        return result;
    }

    private static float[] lengths(Node x) {
        int n = x.size(0);
        int channels = x.size(1);
        int plane = x.size(2) * x.size(3);
        float[] squares = x.tape().zeros(n * plane);
        for (int s = 0; s < n; s++) {
            for (int c = 0; c < channels; c++) {
                int row = (s * channels + c) * plane;
                for (int i = 0; i < plane; i++) {
                    float v = x.value()[row + i];
                    squares[s * plane + i] += v * v;
                }
            }
        }
        for (int i = 0; i < squares.length; i++) {
            squares[i] = (float) (1 / Math.sqrt(squares[i] + EPSILON));
        }
        return squares;
    }
}
