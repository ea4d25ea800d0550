package io.github.rewrite4j.samediff.metric;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Rows of features copied once out of an array and checked: what the metrics of sets loop over. */
final class FeatureMatrix {
    /** Squares of products of such values still fit into a double, so that no metric of sets can overflow. */
    private static final double LARGEST = 1e70;

    private final int rows;
    private final int columns;
    private final double[] values;

    private FeatureMatrix(int rows, int columns, double[] values) {
        this.rows = rows;
        this.columns = columns;
        this.values = values;
    }

    static FeatureMatrix of(String operand, INDArray array) {
        long[] shape = array.shape();
        if (shape.length != 2 || array.isEmpty()) {
            throw new IllegalArgumentException(operand + " has shape " + Arrays.toString(shape)
                    + ", expected a non-empty matrix [n, d], one row for each member of the set");
        }
        double[] values = array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
        int columns = (int) shape[1];
        for (int i = 0; i < values.length; i++) {
            if (!(Math.abs(values[i]) < LARGEST)) {
                throw new IllegalArgumentException(operand + " of shape " + Arrays.toString(shape) + " holds "
                        + values[i] + " at row " + i / columns + ", column " + i % columns
                        + ", expected finite values below " + LARGEST);
            }
        }
        return new FeatureMatrix((int) shape[0], columns, values);
    }

    /** The same, and refused unless its rows have the given length. */
    static FeatureMatrix of(String operand, INDArray array, int columns) {
        FeatureMatrix matrix = of(operand, array);
        if (matrix.columns != columns) {
            throw new IllegalArgumentException(
                    operand + " has shape " + Arrays.toString(array.shape()) + ", expected rows of length " + columns);
        }
        return matrix;
    }

    int rows() {
        return rows;
    }

    int columns() {
        return columns;
    }

    double get(int row, int column) {
        return values[row * columns + column];
    }

    /** The inner product of every row with a direction. */
    double[] project(double[] direction) {
        double[] result = new double[rows];
        for (int r = 0; r < rows; r++) {
            double sum = 0;
            for (int c = 0; c < columns; c++) {
                sum += values[r * columns + c] * direction[c];
            }
            result[r] = sum;
        }
        return result;
    }
}
