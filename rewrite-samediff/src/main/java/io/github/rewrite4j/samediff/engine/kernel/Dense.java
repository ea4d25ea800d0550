package io.github.rewrite4j.samediff.engine.kernel;

/**
 * y = x W + b for single rows, on the heap. One product of 64 by 64 takes 2 microseconds, which is what a native call takes
 * before it begins. Four rows of W at a time, all with the same index, are vector code in Java 17.
 */
public final class Dense {
    private final float[][] rows;
    private final float[] bias;

    private Dense(float[][] rows, float[] bias) {
        this.rows = rows;
        this.bias = bias;
    }

    /**
     * Copies.
     *
     * @param weight [in, out], row-major
     * @param bias [out]
     */
    public static Dense of(float[] weight, float[] bias) {
        int out = bias.length;
        float[][] rows = new float[weight.length / out][out];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(weight, i * out, rows[i], 0, out);
        }
        return new Dense(rows, bias.clone());
    }

    /** Takes the rows of W over; no bias. */
    public static Dense ofRows(float[][] rows) {
        return new Dense(rows, new float[rows[0].length]);
    }

    public int in() {
        return rows.length;
    }

    public int out() {
        return bias.length;
    }

    /** x W + b, in an array of its own. */
    public float[] apply(float[] x) {
        float[] y = bias.clone();
        int i = 0;
        for (; i + 4 <= rows.length; i += 4) {
            addFour(y, x[i], rows[i], x[i + 1], rows[i + 1], x[i + 2], rows[i + 2], x[i + 3], rows[i + 3]);
        }
        for (; i < rows.length; i++) {
            add(y, x[i], rows[i]);
        }
        return y;
    }

    private static void addFour(
            float[] y, float a, float[] p, float b, float[] q, float c, float[] r, float d, float[] s) {
        for (int j = 0; j < y.length; j++) {
            y[j] += a * p[j] + b * q[j] + (c * r[j] + d * s[j]);
        }
    }

    private static void add(float[] y, float a, float[] p) {
        for (int j = 0; j < y.length; j++) {
            y[j] += a * p[j];
        }
    }
}
