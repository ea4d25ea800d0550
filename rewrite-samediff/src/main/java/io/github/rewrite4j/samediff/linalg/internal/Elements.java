package io.github.rewrite4j.samediff.linalg.internal;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The elements of arrays as float64 numbers on the Java heap, in row-major order. What native memory the copy needs on its
 * way is freed at once, not when the garbage collector comes by.
 */
public final class Elements {
    private Elements() {}

    /** A copy; any numeric type, views are fine. */
    public static double[] of(INDArray array) {
        if (array.dataType() == DataType.FLOAT) {
            try (INDArray plain = array.dup('c')) {
                return widened(plain);
            }
        }
        INDArray wide = array.castTo(DataType.DOUBLE);
        try (INDArray plain = wide.dup('c')) {
            return doubles(plain);
        } finally {
            if (wide != array) {
                wide.close();
            }
        }
    }

    private static double[] widened(INDArray plain) {
        float[] narrow = new float[Math.toIntExact(plain.length())];
        if (Nd4j.getEnvironment().isCPU()) {
            ((FloatPointer) plain.data().addressPointer()).get(narrow, 0, narrow.length);
        } else {
            System.arraycopy(plain.data().asFloat(), 0, narrow, 0, narrow.length);
        }
        double[] values = new double[narrow.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = narrow[i];
        }
        return values;
    }

    private static double[] doubles(INDArray plain) {
        if (!Nd4j.getEnvironment().isCPU()) {
            return plain.data().asDouble();
        }
        double[] values = new double[Math.toIntExact(plain.length())];
        ((DoublePointer) plain.data().addressPointer()).get(values, 0, values.length);
        return values;
    }
}
