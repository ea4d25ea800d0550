package io.github.rewrite4j.samediff.clip;

/** The weights of cells of one axis when it is scaled by the cubic filter with a = -1/2, widened when it shrinks. */
record CubicFilter(int from, int to) {
    private static final double A = -0.5;
    private static final double SUPPORT = 2;

    private double scale() {
        return (double) from / to;
    }

    private double width() {
        return SUPPORT * Math.max(1, scale());
    }

    private double centre(int cell) {
        return (cell + 0.5) * scale();
    }

    /** The first cell that a new cell is made of. */
    int first(int cell) {
        return Math.max(0, (int) (centre(cell) - width() + 0.5));
    }

    /** The weights of cells from {@link #first} on; their sum is 1. */
    double[] weights(int cell) {
        int first = first(cell);
        int end = Math.min(from, (int) (centre(cell) + width() + 0.5));
        double[] weights = new double[end - first];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = cubic((i + first - centre(cell) + 0.5) / Math.max(1, scale()));
            sum += weights[i];
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= sum;
        }
        return weights;
    }

    private static double cubic(double at) {
        double x = Math.abs(at);
        if (x < 1) {
            return ((A + 2) * x - (A + 3)) * x * x + 1;
        }
        return x < SUPPORT ? (((x - 5) * x + 8) * x - 4) * A : 0;
    }
}
