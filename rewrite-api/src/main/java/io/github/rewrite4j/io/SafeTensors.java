package io.github.rewrite4j.io;

import io.github.rewrite4j.io.internal.ByteSource;
import io.github.rewrite4j.io.internal.LeftOut;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A safetensors file, open for reading.
 *
 * <p>Opening reads and checks the header only; values are read when they are asked for, a tensor at a time. A file that
 * opens is laid out correctly to the last byte. What it says in numbers is not judged: values may be NaN. Tensors of types
 * that are not read are {@linkplain #leftOut() left out}.
 *
 * <p>Safe for use by several threads. Interrupting a thread that reads closes the file for all of them.
 *
 * <p>Format: <a href="https://github.com/huggingface/safetensors#format">github.com/huggingface/safetensors</a>.
 */
public final class SafeTensors implements TensorSource {
    private static final int CHUNK = 1 << 16;

    /** The largest array of every common virtual machine. */
    static final long LONGEST_ARRAY = Integer.MAX_VALUE - 8L;

    private final String file;
    private final ByteSource source;
    private final SafeTensorsHeader header;
    private volatile boolean closed;

    private SafeTensors(String file, ByteSource source, SafeTensorsHeader header) {
        this.file = file;
        this.source = source;
        this.header = header;
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws FileFormatException if it is no valid safetensors file
     * @throws IOException if it cannot be read
     */
    public static SafeTensors open(Path file) throws IOException {
        return open(file.toString(), ByteSource.ofFile(file));
    }

    /**
     * Reads a whole file from a stream into memory, for instance a resource of a jar or what was uploaded. Memory is taken
     * for bytes that came, and no more than one byte beyond what the header tells of is taken from the stream, which stays
     * open.
     *
     * @param label what error messages call the file
     * @throws FileFormatException if it is no valid safetensors file
     */
    public static SafeTensors read(InputStream in, String label) throws IOException {
        Objects.requireNonNull(in, "in");
        Objects.requireNonNull(label, "label");
        return open(label, ByteSource.ofBytes(SafeTensorsStream.read(in, label)));
    }

    static SafeTensors open(String file, ByteSource source) throws IOException {
        try {
            SafeTensorsHeader header = SafeTensorsHeader.read(file, source);
            LeftOut.warn(file, header.leftOut());
            return new SafeTensors(file, source, header);
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /** Writes a file; see {@link SafeTensorsWriter}, which also takes plain Java arrays. */
    public static void write(Path file, Map<String, INDArray> tensors, Map<String, String> metadata)
            throws IOException {
        Objects.requireNonNull(file, "file");
        SafeTensorsWriter.of(tensors, metadata).write(file);
    }

    @Override
    public String label() {
        return file;
    }

    /** The names of all tensors, in the order of their values in the file. */
    @Override
    public List<String> names() {
        return List.copyOf(header.tensors().keySet());
    }

    /** Whether the file holds a tensor of this name. */
    @Override
    public boolean contains(String name) {
        Objects.requireNonNull(name, "name");
        return header.tensors().containsKey(name);
    }

    @Override
    public Map<String, String> leftOut() {
        return header.leftOut();
    }

    /** What the file says about itself, in the order of the header; unmodifiable. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * Type, shape and place of a tensor.
     *
     * @throws FileFormatException if there is none of this name; the message lists the nearest names
     */
    public TensorInfo info(String name) throws FileFormatException {
        Objects.requireNonNull(name, "name");
        TensorInfo info = header.tensors().get(name);
        if (info == null) {
            LeftOut.refuse(file, name, header.leftOut());
            throw FileFormatException.atKey(
                    file,
                    name,
                    "there is no such tensor. "
                            + NearestNames.hint(name, header.tensors().keySet()));
        }
        return info;
    }

    @Override
    public TensorType type(String name) throws FileFormatException {
        Objects.requireNonNull(name, "name");
        return info(name).type();
    }

    @Override
    public long[] shape(String name) throws FileFormatException {
        Objects.requireNonNull(name, "name");
        return info(name).shape();
    }

    /**
     * A tensor as a new array in C order. Its type is that of the file where ND4J has it; F16, BF16 and floats of 8 bits
     * are widened to FLOAT, whole numbers as {@link TensorType} says. Needs the memory of the array twice while it reads.
     *
     * @throws FileFormatException if there is no such tensor, it is larger than a Java array, or a BOOL is neither 0
     *     nor 1
     */
    @Override
    public INDArray load(String name) throws IOException {
        Objects.requireNonNull(name, "name");
        return TensorArrays.load(this, info(name));
    }

    /**
     * As {@link #load}, then cast to {@code type}; HALF keeps the exact values of an F16, BFLOAT16 those of a BF16.
     */
    @Override
    public INDArray loadAs(String name, DataType type) throws IOException {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        INDArray loaded = load(name);
        return loaded.dataType() == type ? loaded : loaded.castTo(type);
    }

    /**
     * The values as floats, in C order; of types that a float holds exactly: floats of up to 32 bits, BOOL and whole
     * numbers of up to 16 bits.
     */
    public float[] floats(String name) throws IOException {
        Objects.requireNonNull(name, "name");
        return TensorArrays.floats(this, info(name));
    }

    /** The values as doubles, in C order; of types that a double holds exactly: all but I64 and U64. */
    public double[] doubles(String name) throws IOException {
        Objects.requireNonNull(name, "name");
        return TensorArrays.doubles(this, info(name));
    }

    /** The values as longs, in C order; of whole types and BOOL; a U64 of 2^63 or more is refused. */
    public long[] longs(String name) throws IOException {
        Objects.requireNonNull(name, "name");
        return TensorArrays.longs(this, info(name));
    }

    /** The bytes as they lie in the file: little-endian, in C order, of any type. */
    public byte[] bytes(String name) throws IOException {
        Objects.requireNonNull(name, "name");
        TensorInfo info = info(name);
        byte[] bytes = new byte[arrayLength(info, info.end() - info.begin())];
        readAt(info.begin(), ByteBuffer.wrap(bytes), name);
        return bytes;
    }

    /** Closes the file. What was loaded stays; reading more is an {@link IllegalStateException}. */
    @Override
    public void close() throws IOException {
        closed = true;
        source.close();
    }

    @Override
    public String toString() {
        return "safetensors '" + file + "' of " + header.tensors().size() + " tensors";
    }

    /** Receives a run of elements, ready to be read, little-endian. */
    @FunctionalInterface
    interface Run {
        void accept(ByteBuffer elements);
    }

    /** Hands out the values run by run; a run holds whole elements. The array for them must have been made before. */
    void forEachRun(TensorInfo info, Run run) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK, info.end() - info.begin()))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (long at = info.begin(); at < info.end(); at += chunk.limit()) {
            chunk.clear().limit((int) Math.min(chunk.capacity(), info.end() - at));
            readAt(at, chunk, info.name());
            chunk.flip();
            if (info.type() == TensorType.BOOL) {
                requireBooleans(chunk, at);
            }
            try {
                run.accept(chunk);
            } catch (ArithmeticException e) {
                FileFormatException tooLarge =
                        FileFormatException.atKey(file, info.name(), String.valueOf(e.getMessage()));
                tooLarge.initCause(e);
                throw tooLarge;
            }
        }
    }

    /** The number of elements as the length of an array. */
    int arrayLength(TensorInfo info, long elements) throws FileFormatException {
        if (elements > LONGEST_ARRAY) {
            throw FileFormatException.atKey(
                    file,
                    info.name(),
                    "has " + elements + " values; expected at most " + LONGEST_ARRAY + ", the longest array of Java");
        }
        return (int) elements;
    }

    FileFormatException wrongType(TensorInfo info, String wanted) {
        return FileFormatException.atKey(
                file, info.name(), "holds " + info.type() + "; expected " + wanted + ", or load it as an array");
    }

    private void readAt(long offset, ByteBuffer target, String name) throws IOException {
        if (closed) {
            throw new IllegalStateException("'" + file + "' was closed; load what is needed before closing it");
        }
        try {
            source.read(header.dataStart() + offset, target);
        } catch (EOFException e) {
            FileFormatException shortened = FileFormatException.atKey(file, name, String.valueOf(e.getMessage()));
            shortened.initCause(e);
            throw shortened;
        }
    }

    private void requireBooleans(ByteBuffer chunk, long offset) throws FileFormatException {
        for (int i = 0; i < chunk.limit(); i++) {
            if ((chunk.get(i) & ~1) != 0) {
                throw FileFormatException.atByte(
                        file,
                        header.dataStart() + offset + i,
                        "a BOOL is " + (chunk.get(i) & 0xff) + "; expected 0 or 1");
            }
        }
    }
}
