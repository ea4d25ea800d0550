package io.github.rewrite4j.samediff.engine.plan;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.memory.Deallocatable;
import org.nd4j.linalg.api.memory.deallocation.DeallocatableReference;
import org.nd4j.linalg.api.memory.deallocation.DeallocatorService;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Native memory that the process holds. ND4J counts no bytes of arrays, but its deallocator knows each buffer that it has
 * not collected yet, and a buffer knows whether it was closed: what is neither is open, and only a collection would free it.
 * Contexts of operations are known in the same way. JavaCPP counts the rest.
 */
public final class NativeMemory {
    private static final int ROUNDS = 10;

    /** Bytes of what closed arrays leave until the next collection, for a call. */
    private static final long SMALL = 500;

    private final Set<Object> before;
    private final long pointers;

    private NativeMemory(Set<Object> before) {
        this.before = before;
        this.pointers = Pointer.totalBytes();
    }

    /**
     * Asserts that calls leave nothing open and keep no more bytes than small objects of closed arrays.
     *
     * @param calls how many; looked at in {@value #ROUNDS} rounds, so that a collection can hide at most one
     */
    public static void assertKept(int calls, Runnable call) {
        call.run();
        List<String> open = new ArrayList<>();
        long grown = 0;
        for (int round = 0; round < ROUNDS; round++) {
            NativeMemory known = now();
            for (int i = 0; i < calls / ROUNDS; i++) {
                call.run();
            }
            open.addAll(known.opened());
            grown += Math.max(0, Pointer.totalBytes() - known.pointers);
        }
        if (!open.isEmpty()) {
            throw new AssertionError(
                    calls + " calls left " + open.size() + " buffers open, the first of " + open.get(0));
        }
        if (grown > SMALL * calls) {
            throw new AssertionError(calls + " calls keep " + grown + " bytes of native memory.");
        }
    }

    private static NativeMemory now() {
        Set<Object> known = Collections.newSetFromMap(new IdentityHashMap<>());
        references().values().forEach(known::add);
        return new NativeMemory(known);
    }

    private List<String> opened() {
        List<String> open = new ArrayList<>();
        for (DeallocatableReference reference : references().values()) {
            if (!before.contains(reference)) {
                Deallocatable owner = reference.get();
                if (owner instanceof DataBuffer buffer && buffer.closeable()) {
                    open.add(buffer.length() + " numbers");
                }
            }
        }
        return open;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, DeallocatableReference> references() {
        try {
            Field field = DeallocatorService.class.getDeclaredField("referenceMap");
            field.setAccessible(true);
            return (Map<String, DeallocatableReference>) field.get(Nd4j.getDeallocatorService());
        } catch (ReflectiveOperationException gone) {
            throw new LinkageError("ND4J keeps its buffers elsewhere now.", gone);
        }
    }
}
