package io.github.rewrite4j.io;

import io.github.rewrite4j.io.internal.ReadBudget;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Takes a safetensors file from a stream: no more bytes than its header says there are, and memory only for those that
 * came. Whether they are such a file is judged by {@link SafeTensorsHeader}, as for a file on disk.
 */
final class SafeTensorsStream {
    /** Enough to recognise what else it may be. */
    private static final int GLANCE = 1 << 10;

    private SafeTensorsStream() {}

    static byte[] read(InputStream in, String label) throws IOException {
        try {
            return readAll(in, label);
        } catch (OutOfMemoryError full) {
            throw new FileFormatException(
                    label,
                    "contents",
                    "the stream holds more than the memory of this Java: save it as a file, which is read piece by"
                            + " piece, or start Java with more (-Xmx)");
        }
    }

    private static byte[] readAll(InputStream in, String label) throws IOException {
        byte[] start = in.readNBytes(GLANCE);
        if (start.length < SafeTensorsHeader.PREFIX) {
            return start;
        }
        long header = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN).getLong(0);
        if (header < 0 || header > SafeTensorsHeader.LONGEST) {
            return start;
        }
        byte[] begun = extended(in, start, SafeTensorsHeader.PREFIX + header);
        if (begun.length < SafeTensorsHeader.PREFIX + header) {
            return begun;
        }
        // One byte more than there may be, so that a file that goes on is refused as such.
        long length = SafeTensorsHeader.PREFIX + header + valuesEnd(label, begun, (int) header) + 1;
        if (length > SafeTensors.LONGEST_ARRAY) {
            throw new FileFormatException(
                    label,
                    "contents",
                    "its header tells of " + length + " bytes, more than can be read from a stream: save it as a file");
        }
        return extended(in, begun, length);
    }

    private static byte[] extended(InputStream in, byte[] begun, long length) throws IOException {
        if (begun.length >= length) {
            return begun;
        }
        byte[] more = in.readNBytes((int) (length - begun.length));
        byte[] all = Arrays.copyOf(begun, begun.length + more.length);
        System.arraycopy(more, 0, all, begun.length, more.length);
        return all;
    }

    private static long valuesEnd(String label, byte[] begun, int header) throws IOException {
        String text = SafeTensorsHeader.decode(
                label, ByteBuffer.wrap(begun, SafeTensorsHeader.PREFIX, header).slice());
        if (!text.startsWith("{")) {
            return 0;
        }
        ReadBudget budget = ReadBudget.of(label, begun.length);
        budget.charge(header, 4);
        SafeTensorsHeaderParser parser = new SafeTensorsHeaderParser(label, text, budget);
        parser.parse();
        return parser.entries().stream()
                .mapToLong(SafeTensorsHeader.Entry::end)
                .max()
                .orElse(0);
    }
}
