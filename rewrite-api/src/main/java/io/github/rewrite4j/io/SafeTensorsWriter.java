package io.github.rewrite4j.io;

import io.github.rewrite4j.io.internal.TensorData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.core.JsonGenerator;

/**
 * Collects tensors and metadata, then writes them as one safetensors file.
 *
 * <p>The same content gives the same bytes, whatever order it was added in: tensors lie in descending size of their
 * elements and then by name, so that each is aligned to its type; metadata is sorted by key; the header is padded with
 * spaces to a multiple of 8 bytes. Arrays of any layout, views too, are written in C order. An array is kept by
 * reference and read by {@link #write}; it must not be changed or closed before.
 */
public final class SafeTensorsWriter {
    private static final JsonFactory JSON = new JsonFactory();
    private static final int ALIGNMENT = 8;

    private final SortedMap<String, TensorData> tensors = new TreeMap<>();
    private final SortedMap<String, String> metadata = new TreeMap<>();

    /** A writer of these arrays and of what is said about them. */
    public static SafeTensorsWriter of(Map<String, INDArray> tensors, Map<String, String> metadata) {
        SafeTensorsWriter writer = new SafeTensorsWriter();
        tensors.forEach(writer::add);
        metadata.forEach(writer::metadata);
        return writer;
    }

    /**
     * Adds an array of type DOUBLE, FLOAT, HALF, BFLOAT16, LONG, INT, UINT8 or BOOL. ND4J's empty array without
     * dimensions is stored with shape [0], since no dimensions mean a scalar in a file.
     *
     * @throws IllegalArgumentException if the type cannot be stored or the name is taken
     */
    public SafeTensorsWriter add(String name, INDArray array) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(array, "array");
        return add(name, () -> TensorData.of(array));
    }

    /** Adds float values in C order as F32; no dimension means a scalar. */
    public SafeTensorsWriter add(String name, float[] values, long... shape) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(shape, "shape");
        return add(name, () -> TensorData.of(values, shape));
    }

    /** Adds double values in C order as F64; no dimension means a scalar. */
    public SafeTensorsWriter add(String name, double[] values, long... shape) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(shape, "shape");
        return add(name, () -> TensorData.of(values, shape));
    }

    /** Adds long values in C order as I64; no dimension means a scalar. */
    public SafeTensorsWriter add(String name, long[] values, long... shape) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(shape, "shape");
        return add(name, () -> TensorData.of(values, shape));
    }

    /** Adds bytes as they should lie in the file: values of {@code type}, little-endian, in C order. */
    public SafeTensorsWriter addRaw(String name, TensorType type, byte[] bytes, long... shape) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(bytes, "bytes");
        Objects.requireNonNull(shape, "shape");
        return add(name, () -> TensorData.ofRaw(type, bytes, shape));
    }

    /** Says something about the file; an earlier value of the key is replaced. */
    public SafeTensorsWriter metadata(String key, String value) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        requireUnicode(key);
        metadata.put(key, requireUnicode(value));
        return this;
    }

    /**
     * Writes the file atomically, see {@link AtomicFile}. Needs the memory of one more tensor while it writes.
     *
     * @throws IOException if it cannot be written; a file that was there before is unchanged then
     */
    public void write(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        AtomicFile.write(file, this::writeTo);
    }

    /** Writes the same bytes to a stream, which stays open. */
    public void writeTo(OutputStream out) throws IOException {
        Objects.requireNonNull(out, "out");
        List<Map.Entry<String, TensorData>> ordered = tensors.entrySet().stream()
                .sorted(Comparator.comparingInt(
                        entry -> -entry.getValue().type().bytes()))
                .toList();
        byte[] header = header(ordered);
        out.write(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .array());
        out.write(header);
        for (Map.Entry<String, TensorData> tensor : ordered) {
            tensor.getValue().writeTo(out);
        }
    }

    /** The bytes of the file. */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writeTo(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException("The file is made in memory only", impossible);
        }
        return bytes.toByteArray();
    }

    private interface Source {
        TensorData data();
    }

    private SafeTensorsWriter add(String name, Source source) {
        requireUnicode(name);
        if (name.equals(SafeTensorsHeader.METADATA)) {
            throw new IllegalArgumentException(
                    "No tensor can be called '" + name + "': the format keeps this name for metadata");
        }
        if (tensors.containsKey(name)) {
            throw new IllegalArgumentException("Tensor '" + name + "' was added before; every name may be added once");
        }
        try {
            tensors.put(name, source.data());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Tensor '" + name + "': " + e.getMessage(), e);
        }
        return this;
    }

    private byte[] header(List<Map.Entry<String, TensorData>> ordered) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(SafeTensorsHeader.METADATA);
                for (Map.Entry<String, String> entry : metadata.entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            long begin = 0;
            for (Map.Entry<String, TensorData> tensor : ordered) {
                TensorData data = tensor.getValue();
                long end = Math.addExact(begin, data.byteSize());
                json.writeObjectFieldStart(tensor.getKey());
                json.writeStringField("dtype", data.type().name());
                json.writeFieldName("shape");
                json.writeArray(data.shape(), 0, data.shape().length);
                json.writeFieldName("data_offsets");
                json.writeArray(new long[] {begin, end}, 0, 2);
                json.writeEndObject();
                begin = end;
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("The header is made in memory only", e);
        }
        return padded(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] padded(byte[] header) {
        int length = (header.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        if (length > SafeTensorsHeader.LONGEST) {
            throw new IllegalArgumentException("The header would take " + length + " bytes, more than the "
                    + SafeTensorsHeader.LONGEST + " that readers accept; shorten names or metadata");
        }
        byte[] padded = Arrays.copyOf(header, length);
        Arrays.fill(padded, header.length, length, (byte) ' ');
        return padded;
    }

    private static String requireUnicode(String text) {
        try {
            StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return text;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(
                    "'" + PrintableText.name(text) + "' holds an unpaired surrogate and cannot be stored", e);
        }
    }
}
