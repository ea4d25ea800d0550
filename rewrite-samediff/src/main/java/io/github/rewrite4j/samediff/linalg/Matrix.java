package io.github.rewrite4j.samediff.linalg;

import io.github.rewrite4j.samediff.linalg.internal.Elements;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.openblas.global.openblas;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An immutable dense matrix of float64 numbers, row by row on the Java heap.
 *
 * <p>Every entry is finite: a computation that would put NaN or infinity into a matrix fails instead. Methods that take
 * another matrix throw {@link IllegalArgumentException} naming both shapes where these do not fit.
 */
public final class Matrix {
    private final int rows;
    private final int columns;
    private final double[] values;

    /** Takes the array as it is; callers inside the package give it away. */
    Matrix(int rows, int columns, double[] values) {
        if (rows < 1 || columns < 1 || values.length != Math.multiplyExact(rows, columns)) {
            throw new IllegalArgumentException("A matrix of " + rows + " x " + columns + " cannot have " + values.length
                    + " values; rows and columns must be positive.");
        }
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        "The value in row " + i / columns + ", column " + i % columns + " of a "
                                + rows + " x " + columns + " matrix is " + values[i]
                                + "; only finite numbers can be used. Look for overflow or NaN where it comes from.");
            }
        }
        this.rows = rows;
        this.columns = columns;
        this.values = values;
    }

    /** A matrix from numbers row by row. */
    public static Matrix of(int rows, int columns, double... rowMajor) {
        return new Matrix(rows, columns, rowMajor.clone());
    }

    /** A matrix from its rows, which must have equal lengths. */
    public static Matrix of(double[][] rows) {
        if (rows.length == 0) {
            throw new IllegalArgumentException("A matrix needs at least one row.");
        }
        int columns = rows[0].length;
        double[] values = new double[Math.multiplyExact(rows.length, columns)];
        for (int i = 0; i < rows.length; i++) {
            if (rows[i].length != columns) {
                throw new IllegalArgumentException(
                        "Row " + i + " has " + rows[i].length + " values, row 0 has " + columns + "; they must agree.");
            }
            System.arraycopy(rows[i], 0, values, i * columns, columns);
        }
        return new Matrix(rows.length, columns, values);
    }

    /** A copy of an array of rank 2, or of rank 1 as one column; any numeric type, views are fine. */
    public static Matrix of(INDArray array) {
        if (array.rank() != 1 && array.rank() != 2) {
            throw new IllegalArgumentException("A matrix is made from an array of rank 1 or 2, not of shape "
                    + Arrays.toString(array.shape()) + ".");
        }
        int rows = Math.toIntExact(array.size(0));
        int columns = array.rank() == 1 ? 1 : Math.toIntExact(array.size(1));
        return new Matrix(rows, columns, Elements.of(array));
    }

    /** One column. */
    public static Matrix column(double... values) {
        return of(values.length, 1, values);
    }

    /** The identity of the given size. */
    public static Matrix identity(int size) {
        double[] values = new double[Math.multiplyExact(size, size)];
        for (int i = 0; i < size; i++) {
            values[i * size + i] = 1;
        }
        return new Matrix(size, size, values);
    }

    /** Number of rows. */
    public int rows() {
        return rows;
    }

    /** Number of columns. */
    public int columns() {
        return columns;
    }

    /** One entry. */
    public double get(int row, int column) {
        if (row < 0 || row >= rows || column < 0 || column >= columns) {
            throw new IndexOutOfBoundsException("(" + row + ", " + column + ") is outside a " + shape() + " matrix.");
        }
        return values[row * columns + column];
    }

    /** A copy of the entries row by row. */
    public double[] toRowMajor() {
        return values.clone();
    }

    /** A new DOUBLE array [rows, columns] of the default backend. */
    public INDArray toArray() {
        return Nd4j.createFromArray(values).reshape('c', rows, columns);
    }

    /** {@code A B}. */
    public Matrix multiply(Matrix other) {
        requireInner(columns, other.rows, "multiply", other);
        return gemm(OpenBlas.NO_TRANSPOSE, rows, columns, other);
    }

    /** {@code A' B}, without forming the transpose. */
    public Matrix transposeMultiply(Matrix other) {
        requireInner(rows, other.rows, "multiply the transpose of", other);
        return gemm(OpenBlas.TRANSPOSE, columns, rows, other);
    }

    private Matrix gemm(int transposition, int m, int k, Matrix b) {
        double[] product = new double[Math.multiplyExact(m, b.columns)];
        OpenBlas.blas(() -> openblas.cblas_dgemm(
                OpenBlas.ROW_MAJOR,
                transposition,
                OpenBlas.NO_TRANSPOSE,
                m,
                b.columns,
                k,
                1,
                values,
                columns,
                b.values,
                b.columns,
                0,
                product,
                b.columns));
        return new Matrix(m, b.columns, product);
    }

    /** {@code A' A}, exactly symmetric, by a symmetric rank-k update: half the work of a product. */
    public Matrix gram() {
        double[] product = new double[Math.multiplyExact(columns, columns)];
        OpenBlas.blas(() -> openblas.cblas_dsyrk(
                OpenBlas.ROW_MAJOR,
                OpenBlas.UPPER,
                OpenBlas.TRANSPOSE,
                columns,
                rows,
                1,
                values,
                columns,
                0,
                product,
                columns));
        mirrorUpper(product, columns);
        return new Matrix(columns, columns, product);
    }

    static void mirrorUpper(double[] square, int n) {
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                square[j * n + i] = square[i * n + j];
            }
        }
    }

    /** {@code A'}. */
    public Matrix transpose() {
        double[] turned = new double[values.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                turned[j * rows + i] = values[i * columns + j];
            }
        }
        return new Matrix(columns, rows, turned);
    }

    /** {@code A + B}. */
    public Matrix plus(Matrix other) {
        return plus(1, other);
    }

    /** {@code A - B}. */
    public Matrix minus(Matrix other) {
        return plus(-1, other);
    }

    private Matrix plus(double factor, Matrix other) {
        if (rows != other.rows || columns != other.columns) {
            throw new IllegalArgumentException(
                    "Cannot add matrices of different shapes: " + shape() + " and " + other.shape() + ".");
        }
        double[] sum = new double[values.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = values[i] + factor * other.values[i];
        }
        return new Matrix(rows, columns, sum);
    }

    /** {@code factor * A}. */
    public Matrix times(double factor) {
        double[] scaled = new double[values.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = factor * values[i];
        }
        return new Matrix(rows, columns, scaled);
    }

    /** {@code diag(factors) A}: row i multiplied by factors[i]. */
    public Matrix scaleRows(double[] factors) {
        if (factors.length != rows) {
            throw new IllegalArgumentException("Scaling the rows of a " + shape() + " matrix takes " + rows
                    + " factors, not " + factors.length + ".");
        }
        double[] scaled = new double[values.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = factors[i / columns] * values[i];
        }
        return new Matrix(rows, columns, scaled);
    }

    /** {@code A + amount * I} of a square matrix. */
    public Matrix plusDiagonal(double amount) {
        requireSquare();
        double[] sum = values.clone();
        for (int i = 0; i < rows; i++) {
            sum[i * columns + i] += amount;
        }
        return new Matrix(rows, columns, sum);
    }

    /** Matrices of as many rows beside one another. */
    public static Matrix beside(List<Matrix> parts) {
        int rows = parts.get(0).rows;
        int columns = parts.stream().mapToInt(Matrix::columns).sum();
        double[] all = new double[Math.multiplyExact(rows, columns)];
        int from = 0;
        for (Matrix part : parts) {
            if (part.rows != rows) {
                throw new IllegalArgumentException("Matrices beside one another have as many rows, but got "
                        + parts.get(0).shape() + " and " + part.shape() + ".");
            }
            for (int row = 0; row < rows; row++) {
                System.arraycopy(part.values, row * part.columns, all, row * columns + from, part.columns);
            }
            from += part.columns;
        }
        return new Matrix(rows, columns, all);
    }

    /** The first rows, as a new matrix. */
    public Matrix firstRows(int count) {
        if (count < 1 || count > rows) {
            throw new IllegalArgumentException("Cannot take " + count + " rows of a " + shape() + " matrix.");
        }
        return new Matrix(count, columns, Arrays.copyOf(values, count * columns));
    }

    /** The last rows, as a new matrix. */
    public Matrix lastRows(int count) {
        if (count < 1 || count > rows) {
            throw new IllegalArgumentException("Cannot take " + count + " rows of a " + shape() + " matrix.");
        }
        return new Matrix(count, columns, Arrays.copyOfRange(values, values.length - count * columns, values.length));
    }

    /** Sum of the diagonal of a square matrix. */
    public double trace() {
        requireSquare();
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            sum += values[i * columns + i];
        }
        return sum;
    }

    /** "rows x columns", for messages. */
    public String shape() {
        return rows + " x " + columns;
    }

    double[] raw() {
        return values;
    }

    void requireSquare() {
        if (rows != columns) {
            throw new IllegalArgumentException("A square matrix is needed, this one is " + shape() + ".");
        }
    }

    private void requireInner(int mine, int theirs, String verb, Matrix other) {
        if (mine != theirs) {
            throw new IllegalArgumentException("Cannot " + verb + " a " + shape() + " matrix by a " + other.shape()
                    + " matrix: " + mine + " is not " + theirs + ".");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Matrix that
                && rows == that.rows
                && columns == that.columns
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * rows + columns) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Matrix[" + shape() + "]";
    }
}
