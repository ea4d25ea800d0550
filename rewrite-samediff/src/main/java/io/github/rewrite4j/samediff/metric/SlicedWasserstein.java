package io.github.rewrite4j.samediff.metric;

import java.util.Objects;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Wasserstein distances of two sets of vectors seen along directions: SW_p = (mean over directions t of W_p(t'X,
 * t'Y)^p)^(1/p) (Bonneel, Rabin, Peyre, Pfister, "Sliced and Radon Wasserstein barycenters of measures", 2015). With
 * the coordinate axes for directions and p = 1 it is the mean over channels of the one-dimensional distance. The sets
 * may differ in size. Cost for n vectors of dimension d and m directions: O(m n (d + log n)). Safe to share between
 * threads.
 */
public final class SlicedWasserstein {
    private static final double UNIT_TOLERANCE = 1e-5;

    private final double[][] directions;

    private SlicedWasserstein(double[][] directions) {
        this.directions = directions;
    }

    /**
     * Slices along given directions.
     *
     * @param directions [m,d], rows of length 1
     * @throws IllegalArgumentException if a row is not of length 1
     */
    public static SlicedWasserstein along(INDArray directions) {
        Objects.requireNonNull(directions, "directions");
        FeatureMatrix matrix = FeatureMatrix.of("directions", directions);
        double[][] rows = new double[matrix.rows()][matrix.columns()];
        for (int r = 0; r < rows.length; r++) {
            for (int c = 0; c < matrix.columns(); c++) {
                rows[r][c] = matrix.get(r, c);
            }
            double length = length(rows[r]);
            if (Math.abs(length - 1) > UNIT_TOLERANCE) {
                throw new IllegalArgumentException(
                        "directions has a row " + r + " of length " + length + ", expected 1: normalise the rows");
            }
        }
        return new SlicedWasserstein(rows);
    }

    /** Slices along the coordinate axes of a space of the given dimension. */
    public static SlicedWasserstein alongAxes(int dimension) {
        requirePositive("dimension", dimension);
        double[][] rows = new double[dimension][dimension];
        for (int r = 0; r < dimension; r++) {
            rows[r][r] = 1;
        }
        return new SlicedWasserstein(rows);
    }

    /**
     * Slices along directions drawn uniformly from the unit sphere; the same seed gives the same directions everywhere.
     *
     * @param count number of directions; 256 is usual
     * @param dimension dimension of the vectors to compare
     * @param seed where the directions come from
     */
    public static SlicedWasserstein random(int count, int dimension, long seed) {
        requirePositive("count", count);
        requirePositive("dimension", dimension);
        Random random = new Random(seed);
        double[][] rows = new double[count][dimension];
        for (double[] row : rows) {
            double length;
            do {
                for (int c = 0; c < dimension; c++) {
                    row[c] = random.nextGaussian();
                }
                length = length(row);
            } while (length == 0);
            for (int c = 0; c < dimension; c++) {
                row[c] /= length;
            }
        }
        return new SlicedWasserstein(rows);
    }

    /**
     * Sliced W1.
     *
     * @param x one set [n,d]
     * @param y the other set [m,d]
     * @throws IllegalArgumentException if a shape or a value does not fit
     */
    public double w1(INDArray x, INDArray y) {
        Objects.requireNonNull(x, "x");
        Objects.requireNonNull(y, "y");
        return distance(Wasserstein.w1(), x, y);
    }

    /**
     * Sliced W2.
     *
     * @param x one set [n,d]
     * @param y the other set [m,d]
     * @throws IllegalArgumentException if a shape or a value does not fit
     */
    public double w2(INDArray x, INDArray y) {
        Objects.requireNonNull(x, "x");
        Objects.requireNonNull(y, "y");
        return distance(Wasserstein.w2(), x, y);
    }

    private double distance(Wasserstein onLine, INDArray x, INDArray y) {
        int dimension = directions[0].length;
        FeatureMatrix first = FeatureMatrix.of("x", x, dimension);
        FeatureMatrix second = FeatureMatrix.of("y", y, dimension);
        double sum = 0;
        for (double[] direction : directions) {
            sum += onLine.power(first.project(direction), second.project(direction));
        }
        return Math.pow(sum / directions.length, 1 / onLine.order());
    }

    private static double length(double[] row) {
        double square = 0;
        for (double value : row) {
            square += value * value;
        }
        return Math.sqrt(square);
    }

    private static void requirePositive(String operand, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(operand + " is " + value + ", expected at least 1");
        }
    }
}
