package io.github.rewrite4j.samediff.engine.kernel;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.Pointer;

/** What native kernels of one thread share, and what is freed with them. One thread at a time. */
final class OneDnnScope implements AutoCloseable {
    private final Deque<Pointer> owned = new ArrayDeque<>();
    private final engine processor = own(new engine(engine.kind.cpu, 0));
    private final stream queue = own(new stream(processor));

    /** Frees it with this. */
    <T extends Pointer> T own(T pointer) {
        owned.push(pointer);
        return pointer;
    }

    engine processor() {
        return processor;
    }

    stream queue() {
        return queue;
    }

    /** float32 numbers in an order. */
    memory.desc describe(memory.format_tag order, long... sizes) {
        return own(new memory.desc(sizes, memory.data_type.f32, order));
    }

    /** Numbers of a stretch, which has to outlive this. */
    memory of(NativeFloats numbers, long from, memory.desc description) {
        return own(new memory(description, processor, numbers.at(from)));
    }

    @Override
    public void close() {
        owned.forEach(Pointer::close);
        owned.clear();
    }
}
