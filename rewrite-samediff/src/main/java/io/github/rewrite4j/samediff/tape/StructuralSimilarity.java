package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;

/**
 * SSIM as a differentiable mean (Wang et al. 2004): Gaussian window of 11 x 11 and sigma 1.5 (the largest odd size on
 * smaller maps), valid windows, K1 = 0.01, K2 = 0.03; the mean over positions, channels and samples. A window is summed
 * along rows of all planes at once, then along columns.
 */
public final class StructuralSimilarity {
    private static final int FULL_WINDOW = 11;
    private static final double SIGMA = 1.5;
    private static final int TOGETHER = 16;

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
     * @param images [N, C, H, W]
     * @param others of the same shape
     */
    public Node of(Node images, Node others) {
        Node x = Layout.CHANNELS_FIRST.of(images);
        Node reference = Arithmetic.like(x, others);
        int planes = x.size(0) * x.size(1);
        int h = x.size(2);
        int w = x.size(3);
        Tape tape = x.tape();
        float[] first = byRows(tape, x.value(), planes, h, w);
        float[] second = byRows(tape, reference.value(), planes, h, w);
        float[][] products = {first, second, tape.array(x.length()), tape.array(x.length())};
        squares(first, second, products[2]);
        Arithmetic.multiplyInto(products[3], first, second);
        // Means over windows; from here on the columns of the maps are the rows.
        int rows = h - window + 1;
        int columns = w - window + 1;
        float[][] moments = new float[products.length][];
        for (int i = 0; i < moments.length; i++) {
            float[] below = correlated(tape, products[i], h);
            moments[i] = correlated(tape, exchanged(tape, below, rows, planes, w), w);
        }
        // Derivatives of the score by mean, mean square and mean product.
        int count = moments[0].length;
        float[] scores = tape.array(count);
        float[][] slopes = {tape.array(count), tape.array(count), tape.array(count)};
        scores(moments, scores, slopes[0], slopes[1], slopes[2], c1, c2);
        Node result = tape.record(new int[0], x.tracked(), y -> {
            float[][] by = new float[slopes.length][];
            for (int i = 0; i < by.length; i++) {
                float[] wide = spread(tape, slopes[i], columns, w);
                by[i] = spread(tape, exchanged(tape, wide, w, planes, rows), rows, h);
            }
            float[] gradient = tape.array(x.length());
            combine(gradient, first, second, by[0], by[1], by[2], y.gradient()[0] / count);
            float[] byMap = tape.array(x.length());
            Rows.exchange(gradient, h, byMap, planes, w);
            x.accumulate(byMap);
        });
        result.value()[0] = (float) (Arithmetic.total(scores) / count);
        return result;
    }

    /** Planes [P, H, W] by their rows: [H, P, W]. */
    private static float[] byRows(Tape tape, float[] maps, int planes, int h, int w) {
        float[] rows = tape.array(maps.length);
        Rows.exchange(maps, planes, rows, h, w);
        return rows;
    }

    /** [rows, P, columns] to [columns, P, rows]. */
    private static float[] exchanged(Tape tape, float[] from, int rows, int planes, int columns) {
        float[] to = tape.array(from.length);
        for (int p = 0; p < planes; p++) {
            for (int block = 0; block < rows; block += TOGETHER) {
                int end = Math.min(rows, block + TOGETHER);
                for (int c = 0; c < columns; c++) {
                    for (int r = block; r < end; r++) {
                        to[(c * planes + p) * rows + r] = from[(r * planes + p) * columns + c];
                    }
                }
            }
        }
        return to;
    }

    private static void squares(float[] a, float[] b, float[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] = a[i] * a[i] + b[i] * b[i];
        }
    }

    /** Row r becomes sum_t taps[t] row[r + t], as far as whole windows reach. */
    private float[] correlated(Tape tape, float[] from, int rows) {
        int length = from.length / rows;
        int whole = rows - window + 1;
        float[][] apart = apart(tape, from, rows, length);
        float[] to = tape.array(whole * length);
        float[] sum = tape.array(length);
        for (int r = 0; r < whole; r++) {
            scaled(sum, apart[r + window / 2], taps[window / 2]);
            for (int t = 0; t < window / 2; t++) {
                addPair(sum, apart[r + t], apart[r + window - 1 - t], taps[t]);
            }
            System.arraycopy(sum, 0, to, r * length, length);
        }
        return to;
    }

    /** The transpose: row r is added taps[t] times to row r + t. */
    private float[] spread(Tape tape, float[] from, int whole, int rows) {
        int length = from.length / whole;
        float[][] apart = apart(tape, from, whole, length);
        float[] to = tape.array(rows * length);
        float[] sum = tape.array(length);
        for (int r = 0; r < rows; r++) {
            Arrays.fill(sum, 0);
            for (int t = Math.max(0, r - whole + 1); t < Math.min(window, r + 1); t++) {
                Arithmetic.addScaledTo(sum, apart[r - t], taps[t]);
            }
            System.arraycopy(sum, 0, to, r * length, length);
        }
        return to;
    }

    /** Each row in an array of its own: loops over them have one index, and run in vector instructions. */
    private static float[][] apart(Tape tape, float[] from, int rows, int length) {
        float[][] apart = new float[rows][];
        for (int r = 0; r < rows; r++) {
            apart[r] = tape.array(length);
            System.arraycopy(from, r * length, apart[r], 0, length);
        }
        return apart;
    }

    private static void scaled(float[] to, float[] from, float factor) {
        for (int i = 0; i < to.length; i++) {
            to[i] = factor * from[i];
        }
    }

    private static void addPair(float[] to, float[] a, float[] b, float factor) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * (a[i] + b[i]);
        }
    }

    private static void scores(
            float[][] m, float[] scores, float[] byMean, float[] bySquare, float[] byProduct, float c1, float c2) {
        float[] meanX = m[0];
        float[] meanY = m[1];
        float[] meanSquares = m[2];
        float[] meanProduct = m[3];
        for (int i = 0; i < scores.length; i++) {
            float ux = meanX[i];
            float uy = meanY[i];
            float product = ux * uy;
            float squares = ux * ux + uy * uy;
            float n1 = 2 * product + c1;
            float n2 = 2 * (meanProduct[i] - product) + c2;
            float d1 = 1 / (squares + c1);
            float d2 = 1 / (meanSquares[i] - squares + c2);
            float score = n1 * n2 * (d1 * d2);
            scores[i] = score;
            byMean[i] = 2 * uy * (n2 - n1) * (d1 * d2) - score * 2 * ux * (d1 - d2);
            bySquare[i] = -score * d2;
            byProduct[i] = 2 * n1 * (d1 * d2);
        }
    }

    private static void combine(float[] to, float[] x, float[] y, float[] a, float[] b, float[] c, float g) {
        for (int i = 0; i < to.length; i++) {
            to[i] = g * (a[i] + 2 * x[i] * b[i] + y[i] * c[i]);
        }
    }
}
