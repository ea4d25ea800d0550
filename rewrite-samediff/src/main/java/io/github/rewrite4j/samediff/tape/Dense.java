package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;

/** Matrix products of vectors [N, C]; small, so plain loops. */
public final class Dense {
    private static final float EPSILON = 1e-8f;

    private Dense() {}

    /**
     * x W' + b.
     *
     * @param x [N, in]
     * @param w [out, in]
     * @param b [out]
     */
    public static Node linear(Node x, Node w, Node b) {
        int n = x.size(0);
        int in = x.size(1);
        int out = w.size(0);
        w.requireShape("weight", -1, in);
        b.requireShape("bias", out);
        Node result = x.tape().record(new int[] {n, out}, Tape.anyTracked(x, w, b), y -> {
            float[] g = y.gradient();
            for (int s = 0; s < n; s++) {
                for (int o = 0; o < out; o++) {
                    float go = g[s * out + o];
                    if (x.tracked()) {
                        addRow(x.gradient(), s * in, w.value(), o * in, in, go);
                    }
                    if (w.tracked()) {
                        addRow(w.gradient(), o * in, x.value(), s * in, in, go);
                    }
                    if (b.tracked()) {
                        b.gradient()[o] += go;
                    }
                }
            }
        });
        for (int s = 0; s < n; s++) {
            for (int o = 0; o < out; o++) {
                result.value()[s * out + o] = Arithmetic.dot(x.value(), s * in, w.value(), o * in, in) + b.value()[o];
            }
        }
        return result;
    }

    private static void addRow(float[] to, int start, float[] from, int fromStart, int length, float factor) {
        for (int i = 0; i < length; i++) {
            to[start + i] += factor * from[fromStart + i];
        }
    }

    /** x / sqrt(mean(x^2) + 1e-8), sample by sample. */
    public static Node normalise(Node x) {
        int n = x.size(0);
        int width = x.size(1);
        float[] scale = x.tape().array(n);
        Node result = x.tape().record(x.shape(), x.tracked(), y -> {
            for (int s = 0; s < n; s++) {
                float inner = Arithmetic.dot(y.gradient(), s * width, y.value(), s * width, width) / width;
                for (int i = s * width; i < (s + 1) * width; i++) {
                    x.gradient()[i] += scale[s] * (y.gradient()[i] - inner * y.value()[i]);
                }
            }
        });
        for (int s = 0; s < n; s++) {
            float square = Arithmetic.dot(x.value(), s * width, x.value(), s * width, width);
            scale[s] = (float) (1 / Math.sqrt(square / width + EPSILON));
            for (int i = s * width; i < (s + 1) * width; i++) {
                result.value()[i] = scale[s] * x.value()[i];
            }
        }
        return result;
    }

    /**
     * x / sqrt(|x|^2 + 1e-8), sample by sample: rows of length one. Near 0, where there is no direction, it is x / 1e-4, so
     * that value and derivative stay finite.
     *
     * @param x [N, C]
     */
    public static Node unit(Node x) {
        int n = x.size(0);
        int width = x.size(1);
        float[] scale = x.tape().array(n);
        Node result = x.tape().record(x.shape(), x.tracked(), y -> {
            for (int s = 0; s < n; s++) {
                float inner = Arithmetic.dot(y.gradient(), s * width, y.value(), s * width, width);
                for (int i = s * width; i < (s + 1) * width; i++) {
                    x.gradient()[i] += scale[s] * (y.gradient()[i] - inner * y.value()[i]);
                }
            }
        });
        for (int s = 0; s < n; s++) {
            float square = Arithmetic.dot(x.value(), s * width, x.value(), s * width, width);
            scale[s] = (float) (1 / Math.sqrt(square + EPSILON));
            for (int i = s * width; i < (s + 1) * width; i++) {
                result.value()[i] = scale[s] * x.value()[i];
            }
        }
        return result;
    }

    /**
     * Demodulation g / sqrt(sum_i e[n,i] sum_k (g w[o,i,k])^2 + 1e-8) (Karras et al. 2020).
     *
     * @param energy squared styles [N, in]
     * @param w [out, in, k, k]
     * @param gain g
     * @return [N, out]
     */
    public static Node demodulation(Node energy, Node w, float gain) {
        int n = energy.size(0);
        int in = energy.size(1);
        int out = w.size(0);
        int taps = w.size(2) * w.size(3);
        float[] squares = energy.tape().array(out * in);
        for (int r = 0; r < squares.length; r++) {
            squares[r] = gain * gain * Arithmetic.dot(w.value(), r * taps, w.value(), r * taps, taps);
        }
        Node result = energy.tape().record(new int[] {n, out}, Tape.anyTracked(energy, w), y -> {
            float[] bySquares = energy.tape().zeros(out * in);
            for (int s = 0; s < n; s++) {
                for (int o = 0; o < out; o++) {
                    float d = y.value()[s * out + o] / gain;
                    float g = -0.5f * gain * d * d * d * y.gradient()[s * out + o];
                    addRow(bySquares, o * in, energy.value(), s * in, in, g);
                    if (energy.tracked()) {
                        addRow(energy.gradient(), s * in, squares, o * in, in, g);
                    }
                }
            }
            if (w.tracked()) {
                for (int r = 0; r < bySquares.length; r++) {
                    addRow(w.gradient(), r * taps, w.value(), r * taps, taps, 2 * gain * gain * bySquares[r]);
                }
            }
        });
        for (int s = 0; s < n; s++) {
            for (int o = 0; o < out; o++) {
                float sum = Arithmetic.dot(energy.value(), s * in, squares, o * in, in);
                result.value()[s * out + o] = (float) (gain / Math.sqrt(sum + EPSILON));
            }
        }
        return result;
    }

    /** Mean over samples of the cross-entropy between logits [N, K] and class numbers; -1 leaves a sample out. */
    public static Node crossEntropy(Node logits, int[] classes) {
        int n = logits.size(0);
        int k = logits.size(1);
        float[] probabilities = logits.tape().array(n * k);
        long counted = Arrays.stream(classes).filter(c -> c >= 0).count();
        double loss = 0;
        for (int s = 0; s < n; s++) {
            float largest = Float.NEGATIVE_INFINITY;
            for (int c = 0; c < k; c++) {
                largest = Math.max(largest, logits.value()[s * k + c]);
            }
            double sum = 0;
            for (int c = 0; c < k; c++) {
                sum += Math.exp(logits.value()[s * k + c] - largest);
            }
            for (int c = 0; c < k; c++) {
                probabilities[s * k + c] = (float) (Math.exp(logits.value()[s * k + c] - largest) / sum);
            }
            if (classes[s] >= 0) {
                loss -= logits.value()[s * k + classes[s]] - largest - Math.log(sum);
            }
        }
        Node result = logits.tape().record(new int[0], logits.tracked(), y -> {
            float g = y.gradient()[0] / Math.max(1, counted);
            for (int s = 0; s < n; s++) {
                if (classes[s] >= 0) {
                    addRow(logits.gradient(), s * k, probabilities, s * k, k, g);
                    logits.gradient()[s * k + classes[s]] -= g;
                }
            }
        });
        result.value()[0] = (float) (loss / Math.max(1, counted));
        return result;
    }
}
