package io.github.rewrite4j.samediff.metric;

/**
 * Computes SSIM maps of planes of one size. Holds the working memory, so one instance serves one thread; the Gaussian
 * is applied as two one-dimensional passes over flat arrays, which the just-in-time compiler turns into vector code.
 */
final class SsimField {
    private static final int FULL_WINDOW = 11;
    private static final double SIGMA = 1.5;
    private static final double K1 = 0.01;
    private static final double K2 = 0.03;

    private final int width;
    private final int window;
    private final int rows;
    private final int columns;
    private final double c1;
    private final double c2;
    private final double[] kernel;
    private final double[] scratch;
    private final double[][] planes;

    SsimField(int height, int width, ImageRange range) {
        this.width = width;
        int side = Math.min(FULL_WINDOW, Math.min(height, width));
        this.window = side % 2 == 1 ? side : side - 1;
        this.rows = height - window + 1;
        this.columns = width - window + 1;
        this.c1 = square(K1 * range.span());
        this.c2 = square(K2 * range.span());
        this.kernel = gaussian(window);
        this.scratch = new double[height * width];
        this.planes = new double[4][height * width];
    }

    int rows() {
        return rows;
    }

    int columns() {
        return columns;
    }

    /** How far the centre of a window lies from its first row and column. */
    int radius() {
        return window / 2;
    }

    /**
     * Adds the SSIM map of two planes, times a weight, to {@code map} of {@link #rows()} x {@link #columns()} values.
     */
    void accumulate(float[] a, float[] b, int offset, double weight, double[] map) {
        double[] meanA = planes[0];
        double[] meanB = planes[1];
        double[] meanSquares = planes[2];
        double[] meanProduct = planes[3];
        for (int i = 0; i < meanA.length; i++) {
            double x = a[offset + i];
            double y = b[offset + i];
            meanA[i] = x;
            meanB[i] = y;
            meanSquares[i] = x * x + y * y;
            meanProduct[i] = x * y;
        }
        for (double[] plane : planes) {
            blur(plane);
        }
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                int i = r * width + c;
                double product = meanA[i] * meanB[i];
                double squares = meanA[i] * meanA[i] + meanB[i] * meanB[i];
                double covariance = meanProduct[i] - product;
                double variances = meanSquares[i] - squares;
                map[r * columns + c] +=
                        weight * ((2 * product + c1) * (2 * covariance + c2)) / ((squares + c1) * (variances + c2));
            }
        }
    }

    /** Rows are not kept apart in the first pass: what runs over a row's end lands where no valid window begins. */
    private void blur(double[] plane) {
        int afterRows = plane.length - (window - 1);
        int afterColumns = afterRows - (window - 1) * width;
        correlate(plane, 1, scratch, afterRows);
        correlate(scratch, width, plane, afterColumns);
    }

    private void correlate(double[] from, int step, double[] to, int length) {
        int middle = window / 2;
        double centre = kernel[middle];
        int shift = middle * step;
        for (int i = 0; i < length; i++) {
            to[i] = centre * from[i + shift];
        }
        for (int t = 0; t < middle; t++) {
            double tap = kernel[t];
            int near = t * step;
            int far = (window - 1 - t) * step;
            for (int i = 0; i < length; i++) {
                to[i] += tap * (from[i + near] + from[i + far]);
            }
        }
    }

    private static double[] gaussian(int window) {
        double[] taps = new double[window];
        double sum = 0;
        for (int t = 0; t < window; t++) {
            taps[t] = Math.exp(-square(t - window / 2) / (2 * SIGMA * SIGMA));
            sum += taps[t];
        }
        for (int t = 0; t < window; t++) {
            taps[t] /= sum;
        }
        return taps;
    }

    private static double square(double x) {
        return x * x;
    }
}
