package io.github.rewrite4j.samediff.tape;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Primitives of oneDNN, one after the other, with the memory that they read and write. One thread at a time. */
final class OneDnnProgram implements AutoCloseable {
    private final Deque<Pointer> owned = new ArrayDeque<>();
    private final List<Call> calls = new ArrayList<>();
    private final engine processor = own(new engine(engine.kind.cpu, 0));
    private final stream queue = own(new stream(processor));

    private record Call(primitive what, IntMemoryMap arguments) {}

    /** Frees it with this. */
    <T extends Pointer> T own(T pointer) {
        owned.push(pointer);
        return pointer;
    }

    engine processor() {
        return processor;
    }

    /** float32 numbers in an order. */
    memory.desc describe(memory.format_tag order, long... sizes) {
        return own(new memory.desc(sizes, memory.data_type.f32, order));
    }

    /** The memory of an array, which has to outlive this. */
    memory of(INDArray array, memory.desc description) {
        return own(new memory(description, processor, array.data().addressPointer()));
    }

    /** Memory that belongs to this. */
    memory scratch(memory.desc description) {
        return own(new memory(description, processor));
    }

    /** Adds a copy into another order. */
    void copy(memory from, memory to) {
        add(new reorder(from, to), Map.of(dnnl.DNNL_ARG_FROM, from, dnnl.DNNL_ARG_TO, to));
    }

    /** Adds a primitive; its arguments by oneDNN's numbers for them. */
    void add(primitive what, Map<Integer, memory> operands) {
        IntMemoryMap arguments = own(new IntMemoryMap());
        operands.forEach(arguments::put);
        calls.add(new Call(own(what), arguments));
    }

    void run() {
        for (Call call : calls) {
            call.what().execute(queue, call.arguments());
        }
        queue._wait();
    }

    @Override
    public void close() {
        calls.clear();
        owned.forEach(Pointer::close);
        owned.clear();
    }
}
