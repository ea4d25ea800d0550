package io.github.rewrite4j.image;

import java.util.Arrays;
import java.util.Objects;

/**
 * Resizing of pictures whose details count: where it reduces, a pixel of the result is the mean over the area that it
 * covers, which is exact where an enlarged picture is reduced again and never rings; where it enlarges, values are
 * interpolated linearly between the centres of pixels.
 *
 * <p>Rows are asked for one at a time, so that a picture of any size takes the memory of the result and a few of its rows.
 */
public final class AreaFilter {
    private final int[] first;
    private final double[][] weights;

    private AreaFilter(Axis axis) {
        this.first = new int[axis.outputs];
        this.weights = new double[axis.outputs][];
        double scale = axis.length / axis.outputs;
        for (int i = 0; i < axis.outputs; i++) {
            double centre = axis.from + (i + 0.5) * scale;
            double reach = scale < 1 ? 1 : scale / 2;
            int begin = (int) Math.max(0, Math.floor(centre - reach));
            int end = (int) Math.min(axis.inputs, Math.ceil(centre + reach));
            double[] covered = new double[end - begin];
            for (int x = begin; x < end; x++) {
                covered[x - begin] = scale < 1
                        ? Math.max(0, 1 - Math.abs(x + 0.5 - centre))
                        : Math.max(0, Math.min(x + 1, centre + reach) - Math.max(x, centre - reach));
            }
            double sum = Arrays.stream(covered).sum();
            first[i] = begin;
            weights[i] = Arrays.stream(covered).map(weight -> weight / sum).toArray();
        }
    }

    /**
     * What becomes of a height or a width.
     *
     * @param inputs pixels that there are
     * @param from where the part begins that is wanted, in pixels
     * @param length of that part; what of it lies beyond the picture does not count, but each pixel of the result must
     *     reach into the picture
     * @param outputs pixels of the result
     */
    public record Axis(int inputs, double from, double length, int outputs) {
        public Axis {
            if (inputs < 1 || outputs < 1 || !(length > 0) || !(from > -length && from < inputs)) {
                throw new IllegalArgumentException(
                        "A picture of " + inputs + " pixels cannot be resized from " + from + " on over " + length
                                + " to " + outputs + ": all sizes must be positive and the part inside.");
            }
        }

        /** All of it. */
        public static Axis of(int inputs, int outputs) {
            return new Axis(inputs, 0, inputs, outputs);
        }

        /** All of it, so many pixels to one; the last may be of fewer. */
        public static Axis reducedBy(int factor, int inputs) {
            int outputs = (inputs - 1) / factor + 1;
            return new Axis(inputs, 0, (double) outputs * factor, outputs);
        }
    }

    /** The rows of a picture. */
    @FunctionalInterface
    public interface Rows {
        /**
         * Fills in one row.
         *
         * @param into [channels][width], with the values of another row before
         */
        void read(int y, float[][] into);
    }

    /**
     * Resizes a picture.
     *
     * @param rows may be read more than once
     * @return [channels][height][width] of the result, row by row; a fresh array
     */
    public static float[] resize(Rows rows, int channels, Axis down, Axis across) {
        Objects.requireNonNull(rows, "rows");
        Objects.requireNonNull(down, "down");
        Objects.requireNonNull(across, "across");
        AreaFilter vertical = new AreaFilter(down);
        AreaFilter horizontal = new AreaFilter(across);
        float[][] row = new float[channels][across.inputs];
        double[][] narrow = new double[2][channels * across.outputs];
        int[] held = {-1, -1};
        float[] result = new float[Math.toIntExact((long) channels * down.outputs * across.outputs)];
        double[] sums = new double[channels * across.outputs];
        for (int i = 0; i < down.outputs; i++) {
            Arrays.fill(sums, 0);
            for (int k = 0; k < vertical.weights[i].length; k++) {
                int y = vertical.first[i] + k;
                double[] line = narrow[y % 2];
                if (held[y % 2] != y) {
                    rows.read(y, row);
                    horizontal.apply(row, line);
                    held[y % 2] = y;
                }
                double weight = vertical.weights[i][k];
                for (int j = 0; j < sums.length; j++) {
                    sums[j] += weight * line[j];
                }
            }
            for (int j = 0; j < sums.length; j++) {
                int channel = j / across.outputs;
                result[(channel * down.outputs + i) * across.outputs + j % across.outputs] = (float) sums[j];
            }
        }
        return result;
    }

    private void apply(float[][] row, double[] line) {
        for (int c = 0; c < row.length; c++) {
            for (int i = 0; i < first.length; i++) {
                double[] w = weights[i];
                double sum = 0;
                for (int x = 0; x < w.length; x++) {
                    sum += w[x] * row[c][first[i] + x];
                }
                line[c * first.length + i] = sum;
            }
        }
    }
}
