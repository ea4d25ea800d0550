package io.github.rewrite4j.samediff.strategy;

/**
 * (H + damping diag(H)) x = g for a small symmetric H, solved by a Cholesky factorisation in plain Java: for some dozens of
 * unknowns that is faster than a call of a native library. Not safe for use by several threads.
 *
 * <p>Rows are arrays of their own, and what a column eliminates is subtracted row by row: loops over one index and without a
 * sum, which become vector code.
 */
final class DampedSystem {
    private final int size;
    private final double[][] factor;
    private final double[] column;
    private double[] matrix;
    private double floor;

    DampedSystem(int size) {
        this.size = size;
        this.factor = new double[size][size];
        this.column = new double[size];
        this.matrix = new double[size * size];
    }

    /** Takes H, row by row; only its lower triangle is read. The array is kept. */
    void set(double[] symmetric) {
        matrix = symmetric;
        double trace = 0;
        for (int i = 0; i < size; i++) {
            trace += matrix[i * size + i];
        }
        // Unknowns that nothing depends on stay where they are.
        floor = 1e-12 * trace / size + Double.MIN_NORMAL;
    }

    /**
     * Writes the solution into {@code x}.
     *
     * @return false when the damped matrix is not positive definite
     */
    boolean solve(double[] right, double damping, double[] x) {
        if (!factorise(damping)) {
            return false;
        }
        for (int i = 0; i < size; i++) {
            double[] row = factor[i];
            double sum = right[i];
            for (int k = 0; k < i; k++) {
                sum -= row[k] * x[k];
            }
            x[i] = sum / row[i];
        }
        for (int i = size - 1; i >= 0; i--) {
            x[i] /= factor[i][i];
            subtract(x, x[i], factor[i], 0, i);
        }
        return true;
    }

    private boolean factorise(double damping) {
        for (int i = 0; i < size; i++) {
            System.arraycopy(matrix, i * size, factor[i], 0, i + 1);
            factor[i][i] = factor[i][i] * (1 + damping) + floor;
        }
        for (int k = 0; k < size; k++) {
            double pivot = factor[k][k];
            if (!(pivot > 0)) {
                return false;
            }
            double root = Math.sqrt(pivot);
            factor[k][k] = root;
            for (int i = k + 1; i < size; i++) {
                double l = factor[i][k] / root;
                factor[i][k] = l;
                column[i] = l;
                subtract(factor[i], l, column, k + 1, i + 1);
            }
        }
        return true;
    }

    /** y -= a x from one index to another. */
    private static void subtract(double[] y, double a, double[] x, int from, int to) {
        for (int j = from; j < to; j++) {
            y[j] -= a * x[j];
        }
    }
}
