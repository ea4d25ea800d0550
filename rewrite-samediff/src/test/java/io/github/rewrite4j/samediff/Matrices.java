package io.github.rewrite4j.samediff;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.samediff.linalg.Matrix;
import java.util.Random;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.MatrixUtils;

/** Random matrices, an inverse from another library, and distances. */
public final class Matrices {
    private Matrices() {}

    /** Standard normal entries. */
    public static Matrix random(int rows, int columns, long seed) {
        Random random = new Random(seed);
        double[] values = new double[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextGaussian();
        }
        return Matrix.of(rows, columns, values);
    }

    /** The inverse by Commons Math. */
    public static Matrix inverse(Matrix matrix) {
        double[][] rows = new double[matrix.rows()][matrix.columns()];
        for (int i = 0; i < matrix.rows(); i++) {
            for (int j = 0; j < matrix.columns(); j++) {
                rows[i][j] = matrix.get(i, j);
            }
        }
        return Matrix.of(new LUDecomposition(MatrixUtils.createRealMatrix(rows))
                .getSolver()
                .getInverse()
                .getData());
    }

    /** Largest absolute entry. */
    public static double largest(Matrix matrix) {
        double largest = 0;
        for (double value : matrix.toRowMajor()) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    /** Fails unless all entries are within the tolerance. */
    public static void assertClose(Matrix actual, Matrix expected, double tolerance) {
        assertThat(actual.shape()).isEqualTo(expected.shape());
        assertThat(largest(actual.minus(expected))).isLessThanOrEqualTo(tolerance);
    }
}
