package io.github.rewrite4j.io.internal;

import io.github.rewrite4j.io.TensorInfo;
import io.github.rewrite4j.io.TensorType;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Values on their way to a file or a hash: a type, a shape and the means to produce the bytes, little-endian and in C
 * order whatever the layout in memory. Holds the array that it was made from, not a copy.
 */
public final class TensorData {
    private static final int CHUNK = 1 << 16;

    private final TensorType type;
    private final long[] shape;
    private final Content content;

    private TensorData(TensorType type, long[] shape, Content content) {
        this.type = type;
        this.shape = shape.clone();
        this.content = content;
    }

    /** Produces the bytes of a tensor. */
    @FunctionalInterface
    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    @FunctionalInterface
    private interface ElementWriter {
        void put(ByteBuffer chunk, long index);
    }

    public static TensorData of(INDArray array) {
        TensorType type = TensorType.of(array.dataType());
        // ND4J has an empty array without any dimension; in a file, no dimension means a scalar.
        long[] shape = array.isEmpty() && array.rank() == 0 ? new long[] {0} : array.shape();
        return new TensorData(type, shape, out -> write(array, type, out));
    }

    public static TensorData of(float[] values, long[] shape) {
        return checked(TensorType.F32, values.length, shape, (chunk, i) -> chunk.putFloat(values[(int) i]));
    }

    public static TensorData of(double[] values, long[] shape) {
        return checked(TensorType.F64, values.length, shape, (chunk, i) -> chunk.putDouble(values[(int) i]));
    }

    public static TensorData of(long[] values, long[] shape) {
        return checked(TensorType.I64, values.length, shape, (chunk, i) -> chunk.putLong(values[(int) i]));
    }

    public static TensorData ofRaw(TensorType type, byte[] bytes, long[] shape) {
        requireSize(type, bytes.length / type.bytes(), shape);
        requireSize(TensorType.U8, bytes.length, new long[] {TensorInfo.byteSize(type, shape)});
        for (byte value : bytes) {
            if (type == TensorType.BOOL && (value & ~1) != 0) {
                throw new IllegalArgumentException("BOOL values are stored as 0 or 1, got " + value);
            }
        }
        return new TensorData(type, shape, out -> out.write(bytes));
    }

    public TensorType type() {
        return type;
    }

    public long[] shape() {
        return shape.clone();
    }

    public void writeTo(OutputStream out) throws IOException {
        content.writeTo(out);
    }

    public long byteSize() {
        return TensorInfo.byteSize(type, shape);
    }

    private static TensorData checked(TensorType type, int count, long[] shape, ElementWriter writer) {
        requireSize(type, count, shape);
        return new TensorData(type, shape, out -> write(count, type.bytes(), writer, out));
    }

    private static void requireSize(TensorType type, long count, long[] shape) {
        long expected = TensorInfo.byteSize(type, shape) / type.bytes();
        if (expected != count) {
            throw new IllegalArgumentException(
                    "shape " + Arrays.toString(shape) + " needs " + expected + " values of " + type + ", got " + count);
        }
    }

    private static void write(INDArray array, TensorType type, OutputStream out) throws IOException {
        if (array.isEmpty()) {
            return;
        }
        INDArray ordered = array.dup('c');
        try {
            if (liesInMemoryAsInFile(ordered, type)) {
                copy(ordered.data().asNio(), out);
            } else {
                writeElements(ordered, out);
            }
        } finally {
            if (ordered.closeable()) {
                ordered.close();
            }
        }
    }

    /**
     * Whether the memory of an array can be copied as it is: several times faster than one element after the other, but
     * only where the values lie in the memory of a little-endian CPU. A native BOOL may be any byte but 0.
     */
    private static boolean liesInMemoryAsInFile(INDArray ordered, TensorType type) {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                && Nd4j.getEnvironment().isCPU()
                && type != TensorType.BOOL
                && ordered.offset() == 0
                && ordered.data().length() == ordered.length()
                && ordered.length() <= Integer.MAX_VALUE / type.bytes();
    }

    private static void copy(ByteBuffer memory, OutputStream out) throws IOException {
        byte[] chunk = new byte[Math.min(CHUNK, memory.remaining())];
        while (memory.hasRemaining()) {
            int count = Math.min(chunk.length, memory.remaining());
            memory.get(chunk, 0, count);
            out.write(chunk, 0, count);
        }
    }

    /** Visible for tests, which hold it equal to the copy of memory. */
    public static void writeElements(INDArray ordered, OutputStream out) throws IOException {
        TensorType type = TensorType.of(ordered.dataType());
        write(ordered.length(), type.bytes(), elements(type, ordered.data()), out);
    }

    private static ElementWriter elements(TensorType type, DataBuffer data) {
        return switch (type) {
            case F64 -> (chunk, i) -> chunk.putDouble(data.getDouble(i));
            case F32 -> (chunk, i) -> chunk.putFloat(data.getFloat(i));
            case F16 -> (chunk, i) -> chunk.putShort(HalfPrecision.toHalf(data.getFloat(i)));
            case BF16 -> (chunk, i) -> chunk.putShort(HalfPrecision.toBfloat(data.getFloat(i)));
            case I64 -> (chunk, i) -> chunk.putLong(data.getLong(i));
            case I32 -> (chunk, i) -> chunk.putInt(data.getInt(i));
            case U8, BOOL -> (chunk, i) -> chunk.put((byte) data.getInt(i));
            case I16, I8, U64, U32, U16, F8_E4M3, F8_E5M2 ->
                throw new IllegalStateException("No array is stored as " + type + ".");
        };
    }

    private static void write(long count, int elementBytes, ElementWriter writer, OutputStream out) throws IOException {
        ByteBuffer chunk =
                ByteBuffer.allocate((int) Math.min(CHUNK, count * elementBytes)).order(ByteOrder.LITTLE_ENDIAN);
        for (long i = 0; i < count; i++) {
            writer.put(chunk, i);
            if (!chunk.hasRemaining()) {
                out.write(chunk.array(), 0, chunk.position());
                chunk.clear();
            }
        }
        out.write(chunk.array(), 0, chunk.position());
    }
}
