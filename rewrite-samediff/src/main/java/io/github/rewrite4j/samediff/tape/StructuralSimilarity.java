package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;

/**
 * SSIM as a differentiable mean (Wang et al. 2004): Gaussian window of 11 x 11 and sigma 1.5 (the largest odd size on
 * smaller maps), valid windows, K1 = 0.01, K2 = 0.03; the mean over positions, channels and samples.
 */
public final class StructuralSimilarity {
    private static final int FULL_WINDOW = 11;
    private static final double SIGMA = 1.5;

    private final int window;
    private final float[] taps;
    private final float c1;
    private final float c2;

    /**
     * @param side of the images
     * @param range between the largest and the smallest number, 2 for images in [-1, 1]
     */
    public StructuralSimilarity(int side, double range) {
        int widest = Math.min(FULL_WINDOW, side);
        this.window = widest % 2 == 1 ? widest : widest - 1;
        this.taps = new float[window];
        double sum = 0;
        for (int t = 0; t < window; t++) {
            double d = t - window / 2;
            taps[t] = (float) Math.exp(-d * d / (2 * SIGMA * SIGMA));
            sum += taps[t];
        }
        for (int t = 0; t < window; t++) {
            taps[t] /= (float) sum;
        }
        this.c1 = (float) Math.pow(0.01 * range, 2);
        this.c2 = (float) Math.pow(0.03 * range, 2);
    }

    /**
     * Mean SSIM of image batches, 1 for equal ones. The gradient flows to the first operand only.
     *
     * @param x [N, C, H, W]
     * @param reference of the same shape
     */
    public Node of(Node x, Node reference) {
        Arithmetic.sameShape(x, reference);
        int planes = x.size(0) * x.size(1);
        int h = x.size(2);
        int w = x.size(3);
        int plane = h * w;
        int rows = h - window + 1;
        int columns = w - window + 1;
        Tape tape = x.tape();
        // Derivatives of the score by mean, mean square and mean product, zero where no window begins.
        float[] byMean = tape.zeros(x.length());
        float[] bySquare = tape.zeros(x.length());
        float[] byProduct = tape.zeros(x.length());
        float[][] m = new float[4][];
        for (int i = 0; i < m.length; i++) {
            m[i] = tape.array(plane);
        }
        float[] scratch = tape.array(plane);
        double total = 0;
        for (int p = 0; p < planes; p++) {
            moments(m, x.value(), reference.value(), p * plane, w, scratch);
            for (int r = 0; r < rows; r++) {
                total += scores(m, r * w, columns, p * plane, byMean, bySquare, byProduct);
            }
        }
        float count = (float) planes * rows * columns;
        Node result = tape.record(new int[0], x.tracked(), y -> {
            float g = y.gradient()[0] / count;
            float[] a = tape.array(plane);
            float[] b = tape.array(plane);
            float[] c = tape.array(plane);
            for (int p = 0; p < planes; p++) {
                int start = p * plane;
                spread(byMean, start, a, w, scratch);
                spread(bySquare, start, b, w, scratch);
                spread(byProduct, start, c, w, scratch);
                float[] to = x.gradient();
                for (int i = 0; i < plane; i++) {
                    float v = x.value()[start + i];
                    to[start + i] += g * (a[i] + 2 * v * b[i] + reference.value()[start + i] * c[i]);
                }
            }
        });
        result.value()[0] = (float) (total / count);
        return result;
    }

    private void moments(float[][] m, float[] x, float[] y, int start, int width, float[] scratch) {
        for (int i = 0; i < m[0].length; i++) {
            float a = x[start + i];
            float b = y[start + i];
            m[0][i] = a;
            m[1][i] = b;
            m[2][i] = a * a + b * b;
            m[3][i] = a * b;
        }
        for (float[] moment : m) {
            correlate(moment, 1, scratch);
            correlate(scratch, width, moment);
        }
    }

    private double scores(
            float[][] m, int from, int count, int start, float[] byMean, float[] bySquare, float[] byProduct) {
        double total = 0;
        for (int i = from; i < from + count; i++) {
            float ux = m[0][i];
            float uy = m[1][i];
            float product = ux * uy;
            float squares = ux * ux + uy * uy;
            float n1 = 2 * product + c1;
            float n2 = 2 * (m[3][i] - product) + c2;
            float d1 = squares + c1;
            float d2 = m[2][i] - squares + c2;
            float score = n1 * n2 / (d1 * d2);
            total += score;
            byMean[start + i] = 2 * uy * (n2 - n1) / (d1 * d2) - score * 2 * ux * (1 / d1 - 1 / d2);
            bySquare[start + i] = -score / d2;
            byProduct[start + i] = 2 * n1 / (d1 * d2);
        }
        return total;
    }

    /** to[i] = sum_t taps[t] from[i + t step], as far as whole windows reach; zero behind. */
    private void correlate(float[] from, int step, float[] to) {
        int whole = from.length - (window - 1) * step;
        Arrays.fill(to, Math.max(0, whole), to.length, 0);
        if (window == FULL_WINDOW) {
            fullWindow(from, 0, step, to, 0, whole, taps);
            return;
        }
        Arrays.fill(to, 0);
        for (int t = 0; t < window; t++) {
            addTap(from, t * step, to, 0, whole, taps[t]);
        }
    }

    /** The transpose of both passes. */
    private void spread(float[] from, int start, float[] to, int width, float[] scratch) {
        int plane = to.length;
        int reach = (window - 1) * width;
        Arrays.fill(scratch, 0);
        if (window == FULL_WINDOW) {
            // The taps are symmetric, so the transpose is the same sum, read backwards; both ends by themselves.
            fullWindow(from, start, width, scratch, reach, plane - reach, taps);
            for (int t = 0; t < window; t++) {
                addTap(from, start, scratch, t * width, Math.max(0, reach - t * width), taps[t]);
            }
            Arrays.fill(to, 0);
            fullWindow(scratch, 0, 1, to, window - 1, plane - (window - 1), taps);
            for (int t = 0; t < window; t++) {
                addTap(scratch, 0, to, t, window - 1 - t, taps[t]);
            }
            return;
        }
        for (int t = 0; t < window; t++) {
            addTap(from, start, scratch, t * width, plane - t * width, taps[t]);
        }
        Arrays.fill(to, 0);
        for (int t = 0; t < window; t++) {
            addTap(scratch, 0, to, t, plane - t, taps[t]);
        }
    }

    /** Eleven taps at once: one pass over the target instead of eleven. */
    private static void fullWindow(
            float[] from, int start, int step, float[] to, int toStart, int length, float[] taps) {
        float t0 = taps[0];
        float t1 = taps[1];
        float t2 = taps[2];
        float t3 = taps[3];
        float t4 = taps[4];
        float t5 = taps[5];
        for (int i = 0; i < length; i++) {
            int at = start + i;
            to[toStart + i] = t0 * (from[at] + from[at + 10 * step])
                    + t1 * (from[at + step] + from[at + 9 * step])
                    + t2 * (from[at + 2 * step] + from[at + 8 * step])
                    + t3 * (from[at + 3 * step] + from[at + 7 * step])
                    + t4 * (from[at + 4 * step] + from[at + 6 * step])
                    + t5 * from[at + 5 * step];
        }
    }

    private static void addTap(float[] from, int start, float[] to, int toStart, int length, float tap) {
        for (int i = 0; i < length; i++) {
            to[toStart + i] += tap * from[start + i];
        }
    }
}
