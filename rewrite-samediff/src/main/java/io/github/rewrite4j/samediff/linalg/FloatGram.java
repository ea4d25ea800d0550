package io.github.rewrite4j.samediff.linalg;

import org.bytedeco.openblas.global.openblas;

/**
 * A'A in float32 over a growing number of rows: half the time of {@link Matrix#gram} and without copies, for curvatures whose
 * steps are judged by what they are a step of. Relative error about 1e-7 of the largest entry. Not safe for use by several
 * threads.
 */
public final class FloatGram {
    private final int columns;
    private final float[] rows;
    private final float[] product;
    private int count;

    /**
     * Room for rows.
     *
     * @param most rows
     * @param columns of each
     */
    public FloatGram(int most, int columns) {
        this.columns = columns;
        this.rows = new float[Math.multiplyExact(most, columns)];
        this.product = new float[Math.multiplyExact(columns, columns)];
    }

    /** Forgets all rows. */
    public void clear() {
        count = 0;
    }

    /** Adds a row, times a factor, that begins somewhere in an array. */
    public void add(double factor, double[] from, int start) {
        int at = count * columns;
        for (int i = 0; i < columns; i++) {
            rows[at + i] = (float) (factor * from[start + i]);
        }
        count++;
    }

    /** Writes A'A row by row: its lower triangle; what stands above it is not to be read. */
    public void writeLower(double[] to) {
        OpenBlas.blas(() -> openblas.cblas_ssyrk(
                OpenBlas.COLUMN_MAJOR,
                OpenBlas.UPPER,
                OpenBlas.NO_TRANSPOSE,
                columns,
                count,
                1,
                rows,
                columns,
                0,
                product,
                columns));
        for (int i = 0; i < to.length; i++) {
            to[i] = product[i];
        }
    }
}
