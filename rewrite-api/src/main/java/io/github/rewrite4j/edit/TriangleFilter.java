package io.github.rewrite4j.edit;

import java.util.Arrays;

/**
 * Antialiased linear resizing of pictures; those of 8 bits bit for bit as the Python Imaging Library does it.
 *
 * <p>Output cell {@code i} is a weighted mean of the inputs around {@code (i + 0.5) * scale}, weights falling linearly
 * to zero at a distance of {@code max(scale, 1)} inputs. Rows are filtered first, then columns; weights are fixed-point
 * numbers of 22 fractional bits and the result of each pass is rounded to 8 bits.
 */
final class TriangleFilter {
    private static final int FRACTION_BITS = 22;

    private final int outputs;
    private final int[] first;
    private final int[][] weights;

    private TriangleFilter(int inputs, int outputs) {
        this.outputs = outputs;
        this.first = new int[outputs];
        this.weights = new int[outputs][];
        double scale = (double) inputs / outputs;
        double support = Math.max(scale, 1.0);
        for (int i = 0; i < outputs; i++) {
            double centre = (i + 0.5) * scale;
            int from = Math.max((int) (centre - support + 0.5), 0);
            int to = Math.min((int) (centre + support + 0.5), inputs);
            first[i] = from;
            weights[i] = fixedPoint(from, to, centre, support);
        }
    }

    private static int[] fixedPoint(int from, int to, double centre, double support) {
        double[] exact = new double[to - from];
        double sum = 0;
        double inverse = 1.0 / support;
        for (int x = 0; x < exact.length; x++) {
            exact[x] = Math.max(0.0, 1.0 - Math.abs((x + from - centre + 0.5) * inverse));
            sum += exact[x];
        }
        int[] rounded = new int[exact.length];
        for (int x = 0; x < exact.length; x++) {
            rounded[x] = (int) (0.5 + exact[x] / sum * (1 << FRACTION_BITS));
        }
        return rounded;
    }

    /**
     * Resizes a picture of values 0 to 255.
     *
     * @param pixels row-major, height x width
     * @return row-major, newHeight x newWidth; a fresh array
     */
    static int[] resize(int[] pixels, int height, int width, int newHeight, int newWidth) {
        int[] wide = pixels.clone();
        if (newWidth != width) {
            wide = new TriangleFilter(width, newWidth).apply(pixels, height, width, newWidth, 1);
        }
        return newHeight == height ? wide : new TriangleFilter(height, newHeight).apply(wide, newWidth, 1, 1, newWidth);
    }

    /**
     * Resizes a picture of real values with the same weights, nothing rounded in between.
     *
     * @param pixels row-major, height x width
     * @return row-major, newHeight x newWidth; a fresh array
     */
    static float[] resize(float[] pixels, int height, int width, int newHeight, int newWidth) {
        float[] wide = pixels.clone();
        if (newWidth != width) {
            wide = new TriangleFilter(width, newWidth).apply(pixels, height, width, newWidth, 1);
        }
        return newHeight == height ? wide : new TriangleFilter(height, newHeight).apply(wide, newWidth, 1, 1, newWidth);
    }

    private float[] apply(float[] pixels, int lines, int lineStep, int newLineStep, int step) {
        float[] out = new float[lines * outputs];
        for (int i = 0; i < outputs; i++) {
            double total = Arrays.stream(weights[i]).sum();
            for (int line = 0; line < lines; line++) {
                int at = line * lineStep + first[i] * step;
                double sum = 0;
                for (int x = 0; x < weights[i].length; x++) {
                    sum += pixels[at + x * step] * (weights[i][x] / total);
                }
                out[line * newLineStep + i * step] = (float) sum;
            }
        }
        return out;
    }

    /**
     * Filters each line; its elements lie {@code step} apart, lines start {@code lineStep} (then newLineStep) apart.
     */
    private int[] apply(int[] pixels, int lines, int lineStep, int newLineStep, int step) {
        int[] out = new int[lines * outputs];
        for (int line = 0; line < lines; line++) {
            for (int i = 0; i < outputs; i++) {
                int sum = 1 << (FRACTION_BITS - 1);
                int[] w = weights[i];
                int at = line * lineStep + first[i] * step;
                for (int x = 0; x < w.length; x++) {
                    sum += pixels[at + x * step] * w[x];
                }
                out[line * newLineStep + i * step] = Math.min(Math.max(sum >> FRACTION_BITS, 0), 255);
            }
        }
        return out;
    }
}
