package io.github.rewrite4j.samediff.engine.plan;

import io.github.rewrite4j.samediff.engine.kernel.NativeFloats;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Numbers between ND4J's arrays and the heap. */
final class HostNumbers {
    private HostNumbers() {}

    /** A constant. */
    static Slot slot(INDArray array) {
        int[] shape = shape(array);
        DataType type = array.dataType();
        if (type == DataType.INT64 || type == DataType.INT32) {
            try (INDArray dense = array.dup('c')) {
                Slot slot = Slot.known(dense.data().asLong(), shape);
                slot.remember(array);
                return slot;
            }
        }
        if (type != DataType.FLOAT && type != DataType.BOOL) {
            throw new NoPlanException("its numbers are of the type " + type + ".");
        }
        Slot slot = Slot.known(NativeFloats.heap(array), shape);
        slot.remember(array);
        return slot;
    }

    static int[] shape(INDArray array) {
        return Arrays.stream(array.shape()).mapToInt(Math::toIntExact).toArray();
    }

    /** An array of ND4J's own. */
    static INDArray array(float[] from, int[] shape) {
        if (!NativeFloats.onHost()) {
            return elsewhere(from, shape);
        }
        INDArray to = Nd4j.createUninitialized(
                DataType.FLOAT, Arrays.stream(shape).asLongStream().toArray(), 'c');
        try (FloatPointer numbers = new FloatPointer(to.data().addressPointer())) {
            numbers.put(from, 0, Math.toIntExact(to.length()));
        }
        return to;
    }

    private static INDArray elsewhere(float[] from, int[] shape) {
        long[] sizes = Arrays.stream(shape).asLongStream().toArray();
        int length = (int) Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
        return Nd4j.createFromArray(Arrays.copyOf(from, length)).reshape('c', sizes);
    }
}
