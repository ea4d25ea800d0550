package io.github.rewrite4j.io.internal;

import io.github.rewrite4j.io.FileFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads the central directory of a zip archive. */
record ZipDirectory(String file, ByteSource source, long begin, ByteBuffer records) {
    private static final int RECORD = 0x02014b50;
    private static final int RECORD_LENGTH = 46;
    private static final int EXTRA_64 = 1;
    private static final long IN_EXTRA = 0xffffffffL;
    private static final int ENCRYPTED = 1;

    static ByteBuffer records(ByteSource source, long begin, int size) throws IOException {
        return source.slice(begin, size).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** All entries, of which there must be {@code count}. */
    List<ZipEntryInfo> entries(long count) throws IOException {
        List<ZipEntryInfo> entries = new ArrayList<>();
        while (records.remaining() >= RECORD_LENGTH) {
            int at = records.position();
            if (records.getInt(at) != RECORD) {
                throw broken("no entry of the directory is here");
            }
            int nameLength = records.getShort(at + 28) & 0xffff;
            int extraLength = records.getShort(at + 30) & 0xffff;
            int commentLength = records.getShort(at + 32) & 0xffff;
            if (nameLength + extraLength + commentLength > records.remaining() - RECORD_LENGTH) {
                throw broken("the entry is longer than the directory");
            }
            byte[] name = new byte[nameLength];
            records.get(at + RECORD_LENGTH, name);
            entries.add(entry(at, new String(name, StandardCharsets.UTF_8), nameLength, extraLength));
            records.position(at + RECORD_LENGTH + nameLength + extraLength + commentLength);
        }
        if (records.hasRemaining() || entries.size() != count) {
            throw broken("the directory lists " + entries.size() + " entries; expected " + count);
        }
        return entries;
    }

    private ZipEntryInfo entry(int at, String name, int nameLength, int extraLength) throws IOException {
        int method = records.getShort(at + 10) & 0xffff;
        if ((records.getShort(at + 8) & ENCRYPTED) != 0) {
            throw ZipArchive.atEntry(file, name, "the entry is encrypted; decrypt the archive first");
        }
        if (method != 0 && method != 8) {
            throw ZipArchive.atEntry(
                    file, name, "the entry is compressed by method " + method + "; expected none or deflate");
        }
        long crc = records.getInt(at + 16) & IN_EXTRA;
        long[] sizes = {
            records.getInt(at + 24) & IN_EXTRA, records.getInt(at + 20) & IN_EXTRA, records.getInt(at + 42) & IN_EXTRA
        };
        widen(name, sizes, at + RECORD_LENGTH + nameLength, extraLength);
        long size = sizes[0];
        long stored = sizes[1];
        if (method == 0 && size != stored) {
            throw ZipArchive.atEntry(
                    file, name, "a stored entry claims " + size + " bytes but takes " + stored + " in the file");
        }
        long start = ZipArchive.dataStart(file, source, name, sizes[2], begin);
        if (stored < 0 || size < 0 || start > begin - stored) {
            throw ZipArchive.atEntry(
                    file,
                    name,
                    "the entry claims " + stored + " bytes from byte " + start + ", more than there are. "
                            + "The archive is cut off or damaged.");
        }
        return new ZipEntryInfo(name, method != 0, sizes[2], start, stored, size, crc);
    }

    /** Sizes that do not fit 32 bits lie in an extra field, in this order. */
    private void widen(String name, long[] sizes, int from, int length) throws FileFormatException {
        int end = from + length;
        int at = from;
        while (at + 4 <= end) {
            int id = records.getShort(at) & 0xffff;
            int fieldEnd = at + 4 + (records.getShort(at + 2) & 0xffff);
            if (fieldEnd > end) {
                throw ZipArchive.atEntry(file, name, "an extra field is longer than its entry");
            }
            if (id == EXTRA_64) {
                int next = at + 4;
                for (int i = 0; i < sizes.length; i++) {
                    if (sizes[i] == IN_EXTRA && next + Long.BYTES <= fieldEnd) {
                        sizes[i] = records.getLong(next);
                        next += Long.BYTES;
                    }
                }
            }
            at = fieldEnd;
        }
    }

    private FileFormatException broken(String problem) {
        return FileFormatException.atByte(file, begin + records.position(), problem);
    }
}
