package io.github.rewrite4j.samediff.engine.plan;

import java.util.Arrays;
import java.util.List;

/** One axis as linear mixtures of its places: interpolation. Values lie as [outer, axis, inner]. */
final class ResampleStep extends Step {
    private final Slot x;
    private final Slot y;
    private final int[][] places;
    private final float[][] weights;
    private final int outer;
    private final int inner;
    private final int before;

    /** @param matrix [after][before], mostly zeros */
    ResampleStep(Slot x, Slot y, int outer, int inner, float[][] matrix) {
        super(List.of(x), List.of(y));
        this.x = x;
        this.y = y;
        this.outer = outer;
        this.inner = inner;
        this.before = matrix[0].length;
        this.places = new int[matrix.length][];
        this.weights = new float[matrix.length][];
        for (int j = 0; j < matrix.length; j++) {
            int[] at = new int[before];
            float[] by = new float[before];
            int count = 0;
            for (int i = 0; i < before; i++) {
                if (matrix[j][i] != 0) {
                    at[count] = i;
                    by[count++] = matrix[j][i];
                }
            }
            places[j] = Arrays.copyOf(at, count);
            weights[j] = Arrays.copyOf(by, count);
        }
    }

    @Override
    void forward() {
        Arrays.fill(y.value(), 0, y.length(), 0);
        for (int o = 0; o < outer; o++) {
            for (int j = 0; j < places.length; j++) {
                int to = (o * places.length + j) * inner;
                for (int k = 0; k < places[j].length; k++) {
                    int from = (o * before + places[j][k]) * inner;
                    add(x.value(), from, weights[j][k], y.value(), to, inner);
                }
            }
        }
    }

    @Override
    void backward() {
        for (int o = 0; o < outer; o++) {
            for (int j = 0; j < places.length; j++) {
                int from = (o * places.length + j) * inner;
                for (int k = 0; k < places[j].length; k++) {
                    int to = (o * before + places[j][k]) * inner;
                    add(y.gradient(), from, weights[j][k], x.gradient(), to, inner);
                }
            }
        }
    }

    private static void add(float[] from, int start, float factor, float[] to, int at, int count) {
        for (int i = 0; i < count; i++) {
            to[at + i] += factor * from[start + i];
        }
    }
}
