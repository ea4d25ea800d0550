package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Reused ND4J arrays by role and shape, filled from and read into heap arrays. */
final class DeviceScratch implements AutoCloseable {
    private final Map<List<Object>, INDArray> arrays = new HashMap<>();
    private final boolean host = HostArrays.onHost();

    /** The array of a role and shape; contents undefined. */
    INDArray array(String role, int... shape) {
        List<Object> key = List.of(role, Arrays.stream(shape).boxed().toList());
        return arrays.computeIfAbsent(
                key,
                k -> Nd4j.createUninitialized(
                        DataType.FLOAT, Arrays.stream(shape).asLongStream().toArray()));
    }

    /** Copies heap numbers into the array of a role. */
    INDArray upload(String role, float[] from, int... shape) {
        INDArray array = array(role, shape);
        if (host) {
            ((FloatPointer) array.data().addressPointer()).put(from, 0, Math.toIntExact(array.length()));
        } else {
            try (INDArray copy = Nd4j.createFromArray(from)) {
                array.assign(copy.reshape(array.shape()));
            }
        }
        return array;
    }

    @Override
    public void close() {
        arrays.values().forEach(INDArray::close);
        arrays.clear();
    }
}
