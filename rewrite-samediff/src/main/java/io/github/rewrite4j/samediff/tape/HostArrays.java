package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Copies of ND4J arrays on the Java heap. */
public final class HostArrays {
    private HostArrays() {}

    /** The elements in row-major order, as float32. */
    public static float[] of(INDArray array) {
        INDArray plain = array.castTo(DataType.FLOAT).dup('c');
        float[] copy = new float[Math.toIntExact(plain.length())];
        // The addressed memory is that of the host on every backend.
        plain.data().getFloatsAt(0, 0);
        ((FloatPointer) plain.data().addressPointer()).get(copy, 0, copy.length);
        plain.close();
        return copy;
    }

    /** The shape as integers. */
    public static int[] shape(INDArray array) {
        return Arrays.stream(array.shape()).mapToInt(Math::toIntExact).toArray();
    }
}
