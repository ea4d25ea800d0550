package io.github.rewrite4j.samediff.engine.kernel;

import java.nio.FloatBuffer;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A stretch of float32 numbers in native memory, aligned to cache lines, that native kernels, loops in Java and ND4J arrays
 * share. Freed by {@link #close} and not before; what was shown of it is not to be read afterwards.
 */
public final class NativeFloats implements AutoCloseable {
    private static final int LINE = 64;

    private final INDArray whole;
    private final int first;
    private final FloatPointer start;
    private final FloatBuffer numbers;

    /**
     * Allocates.
     *
     * @param length in numbers; contents undefined
     */
    public NativeFloats(long length) {
        long all = length + LINE / Float.BYTES;
        if (length < 1 || all > Integer.MAX_VALUE / Float.BYTES) {
            throw new IllegalArgumentException("A stretch of native memory has from 1 to "
                    + Integer.MAX_VALUE / Float.BYTES + " numbers, but asked for were " + length + ".");
        }
        this.whole = Nd4j.createUninitialized(DataType.FLOAT, all);
        FloatPointer base = (FloatPointer) whole.data().addressPointer();
        this.first = (int) ((LINE - base.address() % LINE) % LINE / Float.BYTES);
        this.start = new FloatPointer(base.getPointer(first)).limit(length);
        this.numbers = start.asBuffer();
    }

    public int length() {
        return numbers.capacity();
    }

    /** The address of a number. */
    Pointer at(long index) {
        return start.getPointer(index);
    }

    /** The same for matrix products. */
    FloatPointer floats(long index) {
        return start.getPointer(index);
    }

    /** Copies to the heap. */
    public void get(int from, float[] to, int at, int count) {
        numbers.get(from, to, at, count);
    }

    /** Copies from the heap. */
    public void put(int to, float[] from, int at, int count) {
        numbers.put(to, from, at, count);
    }

    /** Sets numbers to zero. */
    public void zero(int from, int count) {
        Pointer.memset(at(from), 0, (long) count * Float.BYTES);
    }

    /** Whether arrays of ND4J lie in the host's own memory. */
    public static boolean onHost() {
        return Nd4j.getBackend().getClass().getSimpleName().startsWith("Cpu");
    }

    /** A row-major copy of an array's elements as float32 on the heap. */
    public static float[] heap(INDArray array) {
        float[] copy = new float[Math.toIntExact(array.length())];
        read(array, copy);
        return copy;
    }

    /** Copies an array's elements row-major as float32, into an array that is at least as long. */
    public static void read(INDArray from, float[] to) {
        int length = Math.toIntExact(from.length());
        boolean plain = onHost()
                && from.dataType() == DataType.FLOAT
                && from.ordering() == 'c'
                && from.offset() == 0
                && Arrays.equals(from.stride(), Nd4j.getStrides(from.shape(), 'c'));
        if (plain) {
            try (FloatPointer numbers = new FloatPointer(from.data().addressPointer())) {
                numbers.get(to, 0, length);
            }
            return;
        }
        INDArray floats = from.castTo(DataType.FLOAT);
        try (INDArray dense = floats.dup('c')) {
            System.arraycopy(dense.data().asFloat(), 0, to, 0, length);
        }
        if (floats != from) {
            floats.close();
        }
    }

    @Override
    public void close() {
        whole.close();
    }
}
