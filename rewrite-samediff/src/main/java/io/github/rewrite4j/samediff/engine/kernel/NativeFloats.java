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

    /** Copies numbers to another stretch. */
    public void copyTo(int from, NativeFloats to, int at, int count) {
        to.numbers.put(at, numbers, from, count);
    }

    /** A row-major array of these numbers, which lives as long as they do. */
    public INDArray view(long from, long... shape) {
        return Nd4j.create(whole.data(), shape, Nd4j.getStrides(shape, 'c'), first + from, 'c');
    }

    /** Whether arrays of ND4J lie in the host's own memory. */
    public static boolean onHost() {
        return Nd4j.getBackend().getClass().getSimpleName().startsWith("Cpu");
    }

    /** A row-major copy of an array's elements as float32 on the heap. */
    public static float[] heap(INDArray array) {
        float[] copy = new float[Math.toIntExact(array.length())];
        boolean plain = array.dataType() == DataType.FLOAT
                && array.ordering() == 'c'
                && array.offset() == 0
                && Arrays.equals(array.stride(), Nd4j.getStrides(array.shape(), 'c'));
        if (plain) {
            new FloatPointer(array.data().addressPointer()).get(copy, 0, copy.length);
            return copy;
        }
        INDArray floats = array.castTo(DataType.FLOAT);
        try (INDArray dense = floats.dup('c')) {
            new FloatPointer(dense.data().addressPointer()).get(copy, 0, copy.length);
        }
        if (floats != array) {
            floats.close();
        }
        return copy;
    }

    @Override
    public void close() {
        whole.close();
    }
}
