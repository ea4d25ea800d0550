package io.github.rewrite4j.samediff.strategy;

/**
 * (H + damping diag(H)) x = g for a small symmetric H, solved by a Cholesky factorisation in plain Java: for some dozens of
 * unknowns that is faster than a call of a native library. Not safe for use by several threads.
 */
final class DampedSystem {
    private final int size;
    private final double[] factor;
    private double[] matrix;
    private double floor;

    DampedSystem(int size) {
        this.size = size;
        this.factor = new double[size * size];
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
            double sum = right[i];
            for (int k = 0; k < i; k++) {
                sum -= factor[i * size + k] * x[k];
            }
            x[i] = sum / factor[i * size + i];
        }
        for (int i = size - 1; i >= 0; i--) {
            x[i] /= factor[i * size + i];
            for (int k = 0; k < i; k++) {
                x[k] -= factor[i * size + k] * x[i];
            }
        }
        return true;
    }

    private boolean factorise(double damping) {
        for (int i = 0; i < size; i++) {
            int row = i * size;
            for (int j = 0; j < i; j++) {
                int other = j * size;
                double sum = matrix[row + j];
                for (int k = 0; k < j; k++) {
                    sum -= factor[row + k] * factor[other + k];
                }
                factor[row + j] = sum / factor[other + j];
            }
            double pivot = matrix[row + i] * (1 + damping) + floor;
            for (int k = 0; k < i; k++) {
                pivot -= factor[row + k] * factor[row + k];
            }
            if (!(pivot > 0)) {
                return false;
            }
            factor[row + i] = Math.sqrt(pivot);
        }
        return true;
    }
}
