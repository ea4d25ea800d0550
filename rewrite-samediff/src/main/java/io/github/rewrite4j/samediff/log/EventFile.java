package io.github.rewrite4j.samediff.log;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.zip.CRC32C;

/**
 * TensorBoard's event file: records of a length, its checksum, an {@code Event} as protocol buffer, its checksum. Checksums are
 * CRC-32C, turned and shifted as TensorFlow's {@code TFRecord} does.
 */
final class EventFile implements AutoCloseable {
    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int MASK = 0xa282ead8;

    private final OutputStream out;

    private EventFile(OutputStream out) {
        this.out = out;
    }

    /** A new file, named as TensorBoard looks for them; those of earlier runs stay beside it. */
    static EventFile in(Path folder, Instant now) throws IOException {
        for (int number = 0; ; number++) {
            Path file = folder.resolve(
                    "events.out.tfevents." + now.getEpochSecond() + ".rewrite4j" + (number == 0 ? "" : "." + number));
            try {
                EventFile events = new EventFile(new BufferedOutputStream(
                        Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)));
                Wire version = event(now, 0);
                version.bytes(FILE_VERSION, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
                events.record(version.toBytes());
                events.flush();
                return events;
            } catch (FileAlreadyExistsException another) {
                // Of a run that began in the same second.
            }
        }
    }

    void write(Instant now, long step, byte[] summary) throws IOException {
        Wire event = event(now, step);
        event.bytes(SUMMARY, summary);
        record(event.toBytes());
    }

    private static Wire event(Instant now, long step) {
        Wire event = new Wire();
        event.fixed64(WALL_TIME, now.getEpochSecond() + now.getNano() * 1e-9);
        event.varint(STEP, step);
        return event;
    }

    /** In one piece, so that what a crash leaves ends between two records or in the last. */
    private void record(byte[] data) throws IOException {
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .array();
        ByteArrayOutputStream record = new ByteArrayOutputStream(data.length + 16);
        record.writeBytes(length);
        record.writeBytes(masked(length));
        record.writeBytes(data);
        record.writeBytes(masked(data));
        record.writeTo(out);
    }

    private static byte[] masked(byte[] data) {
        CRC32C checksum = new CRC32C();
        checksum.update(data);
        int plain = (int) checksum.getValue();
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(Integer.rotateRight(plain, 15) + MASK)
                .array();
    }

    void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
