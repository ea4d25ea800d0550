package io.github.rewrite4j.samediff.generator.onnx;

/**
 * How one axis is resized: every result is a weighted sum of a few inputs, written as a matrix [out, in].
 *
 * @param in cells before
 * @param out cells after
 * @param scale by which coordinates are computed
 * @param mode nearest, linear or cubic
 * @param place how a result's coordinate is found, as the standard calls it
 * @param nearest how a coordinate is rounded
 * @param cubic the coefficient a of the cubic
 * @param excludeOutside whether weights beyond the border are left out and the others made to sum to one
 * @param antialias whether the kernel is stretched where the axis shrinks
 */
record Resampling(
        int in,
        int out,
        double scale,
        String mode,
        String place,
        String nearest,
        double cubic,
        boolean excludeOutside,
        boolean antialias) {

    float[][] matrix() {
        float[][] matrix = new float[out][in];
        for (int i = 0; i < out; i++) {
            double[] row = mode.equals("nearest") ? nearestRow(i) : kernelRow(i);
            for (int j = 0; j < in; j++) {
                matrix[i][j] = (float) row[j];
            }
        }
        return matrix;
    }

    /** The whole factor by which every cell is repeated, or 0 where it is more than that. */
    int repeats() {
        if (!mode.equals("nearest") || out % in != 0) {
            return 0;
        }
        int factor = out / in;
        for (int i = 0; i < out; i++) {
            if (nearestCell(i) != i / factor) {
                return 0;
            }
        }
        return factor;
    }

    private double[] nearestRow(int i) {
        double[] row = new double[in];
        row[nearestCell(i)] = 1;
        return row;
    }

    private int nearestCell(int i) {
        double x = coordinate(i);
        double rounded =
                switch (nearest) {
                    case "floor" -> Math.floor(x);
                    case "ceil" -> Math.ceil(x);
                    case "round_prefer_ceil" -> Math.floor(x + 0.5);
                    default -> Math.ceil(x - 0.5);
                };
        return (int) Math.min(in - 1, Math.max(0, rounded));
    }

    private double coordinate(int i) {
        return switch (place) {
            case "half_pixel" -> (i + 0.5) / scale - 0.5;
            case "pytorch_half_pixel" -> out > 1 ? (i + 0.5) / scale - 0.5 : 0;
            case "align_corners" -> out == 1 ? 0 : (double) i * (in - 1) / (out - 1);
            case "asymmetric" -> i / scale;
            case "tf_half_pixel_for_nn" -> (i + 0.5) / scale;
            case "half_pixel_symmetric" -> {
                double adjustment = out / (scale * in);
                yield in / 2.0 * (1 - adjustment) + (i + 0.5) / scale - 0.5;
            }
            default ->
                throw new OnnxException(
                        "its coordinate_transformation_mode '" + OnnxFile.shown(place) + "' is not read.");
        };
    }

    private double[] kernelRow(int i) {
        boolean linear = mode.equals("linear");
        double x = coordinate(i);
        if (linear && !antialias) {
            x = Math.max(0, Math.min(x, in - 1));
        }
        double stretch = antialias && scale < 1 ? 1 / scale : 1;
        double reach = (linear ? 1 : 2) * stretch;
        int first = (int) Math.ceil(x - reach);
        int last = (int) Math.floor(x + reach);
        double[] row = new double[in];
        double sum = 0;
        for (int j = first; j <= last; j++) {
            double weight = kernel((j - x) / stretch, linear);
            boolean outside = j < 0 || j >= in;
            if (outside && excludeOutside) {
                continue;
            }
            row[Math.min(in - 1, Math.max(0, j))] += weight;
            sum += weight;
        }
        if (excludeOutside || antialias) {
            for (int j = 0; j < in; j++) {
                row[j] /= sum;
            }
        }
        return row;
    }

    private double kernel(double distance, boolean linear) {
        double d = Math.abs(distance);
        if (linear) {
            return Math.max(0, 1 - d);
        }
        if (d <= 1) {
            return ((cubic + 2) * d - (cubic + 3)) * d * d + 1;
        }
        return d < 2 ? ((cubic * d - 5 * cubic) * d + 8 * cubic) * d - 4 * cubic : 0;
    }
}
