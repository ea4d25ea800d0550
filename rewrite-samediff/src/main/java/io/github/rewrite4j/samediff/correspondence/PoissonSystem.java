package io.github.rewrite4j.samediff.correspondence;

import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.ConjugateGradient;
import org.apache.commons.math3.linear.RealLinearOperator;
import org.apache.commons.math3.linear.RealVector;

/**
 * The Laplacian over the pixels of a mask, solved by the conjugate gradients of Apache Commons Math. Neighbours outside of the
 * mask are known; beyond the edge of the picture there are none.
 */
final class PoissonSystem extends RealLinearOperator {
    private static final double RESIDUAL = 1e-6;
    private static final int MOST_ITERATIONS = 20_000;
    private static final int[][] STEPS = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};

    private final int height;
    private final int width;
    private final int[] pixels;
    private final int[] unknown;

    private PoissonSystem(int height, int width, int[] pixels, int[] unknown) {
        this.height = height;
        this.width = width;
        this.pixels = pixels;
        this.unknown = unknown;
    }

    static PoissonSystem of(float[] mask, int height, int width) {
        int[] unknown = new int[mask.length];
        int count = 0;
        for (int i = 0; i < mask.length; i++) {
            unknown[i] = mask[i] > 0 ? count++ : -1;
        }
        if (count == mask.length) {
            throw new IllegalArgumentException("The mask selects the whole picture, so that the part has no rim to take"
                    + " colours from: leave pixels out, or blend naively.");
        }
        int[] pixels = new int[count];
        for (int i = 0; i < mask.length; i++) {
            if (unknown[i] >= 0) {
                pixels[unknown[i]] = i;
            }
        }
        return new PoissonSystem(height, width, pixels, unknown);
    }

    private boolean inside(int y, int x) {
        return y >= 0 && x >= 0 && y < height && x < width;
    }

    @Override
    public int getRowDimension() {
        return pixels.length;
    }

    @Override
    public int getColumnDimension() {
        return pixels.length;
    }

    @Override
    public RealVector operate(RealVector vector) {
        double[] x = vector.toArray();
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            int row = pixels[i] / width;
            int column = pixels[i] % width;
            for (int[] step : STEPS) {
                if (inside(row + step[0], column + step[1])) {
                    int neighbour = unknown[(row + step[0]) * width + column + step[1]];
                    result[i] += x[i] - (neighbour >= 0 ? x[neighbour] : 0);
                }
            }
        }
        return new ArrayRealVector(result, false);
    }

    /** The blend of all channels. */
    float[] solve(float[] into, float[] part) {
        float[] result = into.clone();
        if (pixels.length == 0) {
            return result;
        }
        int area = height * width;
        for (int channel = 0; channel < into.length / area; channel++) {
            double[] solution = channel(into, part, channel * area);
            for (int i = 0; i < pixels.length; i++) {
                result[channel * area + pixels[i]] = (float) solution[i];
            }
        }
        return result;
    }

    private double[] channel(float[] into, float[] part, int start) {
        double[] right = new double[pixels.length];
        double[] guess = new double[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            int row = pixels[i] / width;
            int column = pixels[i] % width;
            guess[i] = into[start + pixels[i]];
            for (int[] step : STEPS) {
                if (inside(row + step[0], column + step[1])) {
                    int neighbour = (row + step[0]) * width + column + step[1];
                    right[i] += part[start + pixels[i]] - part[start + neighbour];
                    right[i] += unknown[neighbour] >= 0 ? 0 : into[start + neighbour];
                }
            }
        }
        ArrayRealVector b = new ArrayRealVector(right, false);
        if (b.getNorm() == 0) {
            return new double[pixels.length];
        }
        return new ConjugateGradient(MOST_ITERATIONS, RESIDUAL, false)
                .solve(this, b, new ArrayRealVector(guess, false))
                .toArray();
    }

    /** Largest |A x - b| of a blend. */
    double residual(float[] into, float[] part, float[] blended) {
        double worst = 0;
        int area = height * width;
        for (int channel = 0; channel < into.length / area; channel++) {
            int start = channel * area;
            for (int pixel : pixels) {
                int row = pixel / width;
                int column = pixel % width;
                double rest = 0;
                for (int[] step : STEPS) {
                    if (inside(row + step[0], column + step[1])) {
                        int other = (row + step[0]) * width + column + step[1];
                        rest += (double) blended[start + pixel] - blended[start + other];
                        rest -= (double) part[start + pixel] - part[start + other];
                    }
                }
                worst = Math.max(worst, Math.abs(rest));
            }
        }
        return worst;
    }
}
