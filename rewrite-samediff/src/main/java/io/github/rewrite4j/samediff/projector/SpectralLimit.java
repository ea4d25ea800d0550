package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.Arrays;

/**
 * Keeps the largest singular value of a weight, seen as a matrix [out, in * k * k], at one or below: a discriminator
 * with unlimited slopes runs away under the least-squares loss. One power iteration after each step follows the singular
 * direction (Miyato et al. 2018); the weight is scaled back where it exceeds the limit.
 */
final class SpectralLimit {
    private static final int FIRST_ITERATIONS = 10;

    private final Parameter weight;
    private final Parameter direction;
    private final int rows;
    private final int columns;

    SpectralLimit(Parameter weight) {
        this.weight = weight;
        this.rows = weight.shape()[0];
        this.columns = weight.value().length / rows;
        float[] start = new float[rows];
        Arrays.fill(start, (float) (1 / Math.sqrt(rows)));
        this.direction = new Parameter(weight.name() + ".direction", start, rows);
        for (int i = 0; i < FIRST_ITERATIONS; i++) {
            apply();
        }
    }

    /** What has to be kept besides the weight. */
    Parameter direction() {
        return direction;
    }

    /** After a step. */
    void apply() {
        float[] w = weight.value();
        float[] u = direction.value();
        double[] v = new double[columns];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                v[c] += (double) u[r] * w[r * columns + c];
            }
        }
        double length = Math.sqrt(Arrays.stream(v).map(x -> x * x).sum());
        if (!(length > 0) || Double.isInfinite(length)) {
            return;
        }
        double[] image = new double[rows];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                image[r] += w[r * columns + c] * v[c] / length;
            }
        }
        double largest = Math.sqrt(Arrays.stream(image).map(x -> x * x).sum());
        for (int r = 0; r < rows; r++) {
            u[r] = (float) (image[r] / largest);
        }
        if (largest > 1) {
            for (int i = 0; i < w.length; i++) {
                w[i] = (float) (w[i] / largest);
            }
        }
    }
}
