package io.github.rewrite4j.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes pickles opcode by opcode, also such as no honest program writes, and archives around them. */
final class PickleBytes {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    PickleBytes op(int... bytes) {
        for (int b : bytes) {
            out.write(b);
        }
        return this;
    }

    PickleBytes ascii(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    PickleBytes text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return op('X').i4(bytes.length).ascii(new String(bytes, StandardCharsets.ISO_8859_1));
    }

    PickleBytes global(String module, String name) {
        return ascii("c" + module + "\n" + name + "\n");
    }

    PickleBytes number(int value) {
        return op('J').i4(value);
    }

    PickleBytes i4(int value) {
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
        return this;
    }

    PickleBytes i8(long value) {
        out.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
        return this;
    }

    /** The tensor {@code key} of the float storage "0", as a single entry of a dict; offset, shape and strides as told. */
    static PickleBytes tensor(int stored, int offset, int[] shape, int[] strides) {
        PickleBytes bytes = new PickleBytes().op(0x80, 2, '}').text("w");
        bytes.global("torch._utils", "_rebuild_tensor_v2").op('(');
        bytes.op('(').text("storage").global("torch", "FloatStorage").text("0").text("cpu");
        bytes.number(stored).op('t', 'Q').number(offset);
        bytes.tuple(shape).tuple(strides);
        return bytes.op(0x89).global("collections", "OrderedDict").op(')', 'R', 't', 'R', 's', '.');
    }

    PickleBytes tuple(int... numbers) {
        op('(');
        for (int number : numbers) {
            number(number);
        }
        return op('t');
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    /** A zip checkpoint around this pickle with one storage. */
    byte[] inZip(byte[] storage) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/data.pkl", bytes());
        entries.put("a/data/0", storage);
        return zip(entries, ZipEntry.STORED);
    }

    /** A plain checkpoint whose objects are this pickle, without storages. */
    byte[] inPlain() {
        PickleBytes all = new PickleBytes();
        all.op(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, '.');
        all.op(0x80, 2, 'M', 0xe9, 0x03, '.');
        all.op(0x80, 2, '}').text("little_endian").op(0x88, 's', '.');
        all.out.writeBytes(bytes());
        all.op(0x80, 2, ']', '.');
        return all.bytes();
    }

    static byte[] zip(Map<String, byte[]> entries, int method) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                ZipEntry header = new ZipEntry(entry.getKey());
                header.setMethod(method);
                if (method == ZipEntry.STORED) {
                    CRC32 crc = new CRC32();
                    crc.update(entry.getValue());
                    header.setSize(entry.getValue().length);
                    header.setCrc(crc.getValue());
                }
                zip.putNextEntry(header);
                zip.write(entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
