package io.github.rewrite4j.io.torch;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.internal.ByteSource;
import io.github.rewrite4j.io.internal.ReadBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** The bytes of a pickle, in order; every length is held against what is left before anything is allocated. */
final class PickleInput {
    private static final int CHUNK = 1 << 14;
    private static final int LONGEST_LINE = 1 << 16;

    /** Bytes that an object takes beside its content. */
    static final int OBJECT = 48;

    /** The longest byte string that is copied; longer ones stay where they lie until somebody wants them. */
    static final int LONGEST_COPIED = 256;

    /** The longest byte string that is kept; longer ones are left out. */
    static final int LONGEST_KEPT = Integer.MAX_VALUE / 2;

    private final String file;
    private final String part;
    private final ByteSource source;
    private final long end;
    private final ReadBudget budget;
    private long next;
    private ByteBuffer chunk = ByteBuffer.allocate(0);

    /**
     * Reads a span of a source.
     *
     * @param part how messages call the part of the file that positions are counted in, with a blank behind, or nothing
     */
    PickleInput(String file, String part, ByteSource source, long begin, long end, ReadBudget budget) {
        this.file = file;
        this.part = part;
        this.source = source;
        this.next = begin;
        this.end = end;
        this.budget = budget;
    }

    /** Charges what is made of what was read. */
    void charge(long bytes) throws FileFormatException {
        budget.charge(bytes);
    }

    void charge(long count, long bytesEach) throws FileFormatException {
        budget.charge(count, bytesEach);
    }

    long position() {
        return next - chunk.remaining();
    }

    long remaining() {
        return end - position();
    }

    FileFormatException broken(String problem) {
        return new FileFormatException(file, part + "byte " + position(), problem);
    }

    int u1() throws IOException {
        return need(1).get() & 0xff;
    }

    int u2() throws IOException {
        return need(2).getShort() & 0xffff;
    }

    int i4() throws IOException {
        return need(4).getInt();
    }

    long u4() throws IOException {
        return i4() & 0xffffffffL;
    }

    long i8() throws IOException {
        return need(8).getLong();
    }

    double bigEndianDouble() throws IOException {
        return Double.longBitsToDouble(Long.reverseBytes(i8()));
    }

    /** A byte string of at most {@link #LONGEST_KEPT} bytes, which is not looked at. */
    Pickled.Embedded embedded(long length) throws IOException {
        requireLeft(length);
        budget.charge(OBJECT);
        Pickled.Embedded embedded = new Pickled.Embedded(source, position(), (int) length);
        skip(length);
        return embedded;
    }

    private void requireLeft(long length) throws FileFormatException {
        if (length < 0 || length > remaining()) {
            throw broken("a value claims " + Long.toUnsignedString(length) + " bytes but " + remaining() + " are left");
        }
    }

    /** So many bytes, none if there are more than {@link #LONGEST_KEPT}; those are skipped. */
    byte[] bytes(long length) throws IOException {
        requireLeft(length);
        if (length > LONGEST_KEPT) {
            skip(length);
            return new byte[0];
        }
        budget.charge(OBJECT + length);
        byte[] bytes = new byte[(int) length];
        int done = 0;
        while (done < bytes.length) {
            int some = Math.min(bytes.length - done, CHUNK);
            need(some).get(bytes, done, some);
            done += some;
        }
        return bytes;
    }

    /** Leaves out bytes, of which there are enough. */
    void skip(long length) {
        next = position() + length;
        chunk = ByteBuffer.allocate(0);
    }

    String text(long length) throws IOException {
        byte[] bytes = bytes(length);
        // A text of letters beyond Latin takes two bytes each.
        budget.charge(bytes.length, 2);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A number in two's complement. */
    Object whole(long length) throws IOException {
        if (length > Long.BYTES * 128) {
            throw broken("a whole number claims " + Long.toUnsignedString(length) + " bytes; expected at most 1024");
        }
        byte[] littleEndian = bytes(length);
        byte[] bigEndian = new byte[littleEndian.length];
        for (int i = 0; i < bigEndian.length; i++) {
            bigEndian[i] = littleEndian[littleEndian.length - 1 - i];
        }
        return bigEndian.length == 0 ? (Object) 0L : narrow(new BigInteger(bigEndian));
    }

    static Object narrow(BigInteger number) {
        return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }

    /** Text up to the end of the line, which is not part of it. */
    String line() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        budget.charge(4 * OBJECT);
        for (int b = u1(); b != '\n'; b = u1()) {
            bytes.write(b);
            if (bytes.size() > LONGEST_LINE) {
                throw broken("a line is longer than " + LONGEST_LINE + " bytes");
            }
        }
        budget.charge(bytes.size(), 5);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private ByteBuffer need(int count) throws IOException {
        if (chunk.remaining() < count) {
            if (remaining() < count) {
                throw broken("the pickle ends here; the file is cut off");
            }
            long from = position();
            int length = (int) Math.min(CHUNK, end - from);
            chunk = source.slice(from, length).order(ByteOrder.LITTLE_ENDIAN);
            next = from + length;
        }
        return chunk;
    }
}
