package io.github.rewrite4j.io.torch;

import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.io.PrintableText;
import io.github.rewrite4j.io.SafeTensorsWriter;
import io.github.rewrite4j.io.TensorType;
import io.github.rewrite4j.io.internal.TensorData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Collects tensors, then writes them as a PyTorch checkpoint: a state dict, or several of them by name, as
 * {@code torch.save} has written since PyTorch 1.6.
 *
 * <p>The pickle builds ordered dictionaries and tensors and nothing else, so that {@code torch.load} opens the file with
 * {@code weights_only=True}. Entries are stored without compression and aligned to 64 bytes, as PyTorch maps them; dates
 * are fixed, so that the same content gives the same bytes. An array is kept by reference and read by {@link #write}; it
 * must not be changed or closed before.
 */
public final class TorchWriter {
    private static final String FOLDER = "archive";
    private static final int ALIGNMENT = 64;
    /** Signature, fixed fields and the two lengths of a local header. */
    private static final int LOCAL_HEADER = 30;
    /** Tag and length of an extra field. */
    private static final int EXTRA_HEADER = 4;
    /** The tag that PyTorch gives its own padding. */
    private static final int PADDING_TAG = 0x4246;

    private final Map<String, Map<String, TensorData>> groups = new LinkedHashMap<>();

    /** Adds an array at the top of the file. */
    public TorchWriter add(String name, INDArray array) {
        return add("", name, array);
    }

    /**
     * Adds an array to one of several state dicts.
     *
     * @param group name of the state dict, for instance {@code g_ema}; empty for the top of the file
     * @param name of the tensor within it
     * @param array of a type that {@link SafeTensorsWriter#add(String, INDArray)} takes
     * @throws IllegalArgumentException if the type cannot be stored or the name is taken
     */
    public TorchWriter add(String group, String name, INDArray array) {
        Objects.requireNonNull(group, "group");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(array, "array");
        Map<String, TensorData> tensors = groups.computeIfAbsent(group, g -> new LinkedHashMap<>());
        TensorData data = TensorData.of(array);
        typeName(data.type());
        boolean taken = group.isEmpty() ? groups.containsKey(name) : topHas(group);
        if (taken || tensors.putIfAbsent(name, data) != null) {
            throw new IllegalArgumentException("'" + PrintableText.name(taken && !group.isEmpty() ? group : name)
                    + "' was added before; every name may be added once.");
        }
        return this;
    }

    private boolean topHas(String name) {
        Map<String, TensorData> top = groups.get("");
        return top != null && top.containsKey(name);
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

    private void writeTo(OutputStream out) throws IOException {
        List<TensorData> storages = new ArrayList<>();
        byte[] pickle = new Pickle(storages).of(groups);
        CountingStream counted = new CountingStream(out);
        // Not closed: the stream below belongs to the caller.
        ZipOutputStream zip = new ZipOutputStream(counted, StandardCharsets.UTF_8);
        put(zip, counted, "data.pkl", pickle);
        put(zip, counted, "byteorder", "little".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < storages.size(); i++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            storages.get(i).writeTo(bytes);
            put(zip, counted, "data/" + i, bytes.toByteArray());
        }
        put(zip, counted, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
        zip.finish();
    }

    private static void put(ZipOutputStream zip, CountingStream counted, String name, byte[] content)
            throws IOException {
        ZipEntry entry = new ZipEntry(FOLDER + "/" + name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        CRC32 sum = new CRC32();
        sum.update(content);
        entry.setCrc(sum.getValue());
        // Not the first day that zip files know, to which Java adds a field that would shift what follows.
        entry.setTimeLocal(java.time.LocalDateTime.of(1980, 2, 1, 0, 0));
        zip.flush();
        long start = counted.count + LOCAL_HEADER + entry.getName().length() + EXTRA_HEADER;
        entry.setExtra(padding((int) ((ALIGNMENT - start % ALIGNMENT) % ALIGNMENT)));
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }

    private static byte[] padding(int length) {
        byte[] extra = new byte[EXTRA_HEADER + length];
        extra[0] = (byte) PADDING_TAG;
        extra[1] = (byte) (PADDING_TAG >> Byte.SIZE);
        extra[2] = (byte) length;
        return extra;
    }

    /** The name of PyTorch's storage class for a type. */
    private static String typeName(TensorType type) {
        return switch (type) {
            case F64 -> "DoubleStorage";
            case F32 -> "FloatStorage";
            case F16 -> "HalfStorage";
            case BF16 -> "BFloat16Storage";
            case I64 -> "LongStorage";
            case I32 -> "IntStorage";
            case U8 -> "ByteStorage";
            case BOOL -> "BoolStorage";
            default ->
                throw new IllegalArgumentException("PyTorch has no storage for tensors of the type " + type
                        + "; cast to one of F64, F32, F16, BF16, I64, I32, U8, BOOL.");
        };
    }

    /** Pickles dictionaries of tensors in protocol 2; opcodes as in the standard library's pickletools. */
    private static final class Pickle {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final List<TensorData> storages;

        Pickle(List<TensorData> storages) {
            this.storages = storages;
        }

        byte[] of(Map<String, Map<String, TensorData>> groups) {
            out.write(0x80);
            out.write(2);
            dictionary();
            out.write('(');
            groups.forEach((group, tensors) -> {
                if (group.isEmpty()) {
                    tensors.forEach(this::entry);
                } else {
                    text(group);
                    dictionary();
                    out.write('(');
                    tensors.forEach(this::entry);
                    out.write('u');
                }
            });
            out.write('u');
            out.write('.');
            return out.toByteArray();
        }

        private void entry(String name, TensorData tensor) {
            text(name);
            global("torch._utils", "_rebuild_tensor_v2");
            out.write('(');
            out.write('(');
            text("storage");
            global("torch", typeName(tensor.type()));
            text(String.valueOf(storages.size()));
            text("cpu");
            long count = 1;
            for (long size : tensor.shape()) {
                count *= size;
            }
            number(count);
            out.write('t');
            out.write('Q');
            number(0);
            tuple(tensor.shape());
            tuple(strides(tensor.shape()));
            out.write(0x89);
            dictionary();
            out.write('t');
            out.write('R');
            storages.add(tensor);
        }

        private static long[] strides(long[] shape) {
            long[] strides = new long[shape.length];
            long step = 1;
            for (int i = shape.length - 1; i >= 0; i--) {
                strides[i] = step;
                step *= Math.max(1, shape[i]);
            }
            return strides;
        }

        private void dictionary() {
            global("collections", "OrderedDict");
            out.write(')');
            out.write('R');
        }

        private void tuple(long... numbers) {
            out.write('(');
            for (long number : numbers) {
                number(number);
            }
            out.write('t');
        }

        private void global(String module, String name) {
            out.write('c');
            out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
        }

        private void text(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            out.write('X');
            little(bytes.length, Integer.BYTES);
            out.writeBytes(bytes);
        }

        private void number(long number) {
            if (number >= 0 && number <= Integer.MAX_VALUE) {
                out.write('J');
                little(number, Integer.BYTES);
            } else {
                out.write(0x8a);
                out.write(Long.BYTES);
                little(number, Long.BYTES);
            }
        }

        private void little(long number, int bytes) {
            for (int i = 0; i < bytes; i++) {
                out.write((int) (number >> (Byte.SIZE * i)));
            }
        }
    }

    /** Knows how far the file has got. */
    private static final class CountingStream extends OutputStream {
        private final OutputStream below;
        private long count;

        CountingStream(OutputStream below) {
            this.below = Objects.requireNonNull(below);
        }

        @Override
        public void write(int value) throws IOException {
            below.write(value);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            below.write(bytes, offset, length);
            count += length;
        }

        @Override
        public void flush() throws IOException {
            below.flush();
        }
    }
}
