package io.github.rewrite4j.samediff.tape;

import io.github.rewrite4j.samediff.engine.kernel.NativeFloats;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Reused ND4J arrays by role and shape, filled from and read into heap arrays. */
final class DeviceScratch implements AutoCloseable {
    private final Map<List<Object>, INDArray> arrays = new HashMap<>();
    private final Map<String, List<NativeCall>> calls = new HashMap<>();
    private final IdentityHashMap<INDArray, FloatBuffer> buffers = new IdentityHashMap<>();
    private final boolean host = NativeFloats.onHost();

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
        fill(array, from);
        return array;
    }

    /** Copies heap numbers into an array of this. */
    void fill(INDArray array, float[] from) {
        if (host) {
            buffer(array).put(0, from, 0, Math.toIntExact(array.length()));
        } else {
            try (INDArray copy = Nd4j.createFromArray(from)) {
                array.assign(copy.reshape(array.shape()));
            }
        }
    }

    /** Copies the array of a role into heap numbers. */
    void read(INDArray array, float[] to) {
        if (host) {
            buffer(array).get(0, to, 0, to.length);
        } else {
            System.arraycopy(array.data().asFloat(), 0, to, 0, to.length);
        }
    }

    /** The memory itself, which an array of this keeps: reading and writing whole stretches costs what copying them does. */
    private FloatBuffer buffer(INDArray array) {
        return buffers.computeIfAbsent(array, a -> new FloatPointer(a.data().addressPointer())
                .capacity(a.length())
                .asBuffer());
    }

    /** Runs an operation on arrays of this; see {@link #call(String, long[], List, INDArray...)}. */
    void call(String operation, long[] settings, INDArray output, INDArray... inputs) {
        call(operation, settings, List.of(output), inputs);
    }

    /** Runs an operation on arrays of this, bound to them since the first time. */
    void call(String operation, long[] settings, List<INDArray> outputs, INDArray... inputs) {
        List<NativeCall> known = calls.computeIfAbsent(operation, name -> new ArrayList<>());
        for (NativeCall call : known) {
            if (call.isBoundTo(settings, outputs, inputs)) {
                call.run();
                return;
            }
        }
        NativeCall call = new NativeCall(operation, settings, outputs.toArray(INDArray[]::new), inputs);
        known.add(call);
        call.run();
    }

    @Override
    public void close() {
        calls.values().forEach(known -> known.forEach(NativeCall::release));
        calls.clear();
        arrays.values().forEach(INDArray::close);
        arrays.clear();
        buffers.clear();
    }
}
