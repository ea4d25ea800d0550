package io.github.rewrite4j.io.internal;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Bytes that can be read from any position, by several threads at once. */
public interface ByteSource extends Closeable {
    /** Bytes from which on mapping a file is cheaper than reading it. */
    int MAPPED = 1 << 20;

    /** The number of bytes. */
    long size();

    /**
     * Fills what remains of {@code target} with the bytes from {@code position} on.
     *
     * @throws EOFException if there are not that many
     */
    void read(long position, ByteBuffer target) throws IOException;

    /**
     * Some of the bytes, from {@code position} on; a long run of a file is mapped instead of copied.
     *
     * @throws EOFException if there are not that many
     */
    default ByteBuffer slice(long position, int length) throws IOException {
        if (position < 0 || length > size() - position) {
            throw new EOFException("there are only " + size() + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.allocate(length);
        read(position, bytes);
        return bytes.flip();
    }

    /** The bytes of a file. Closed by the interruption of a reading thread, as every file channel is. */
    static ByteSource ofFile(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            if (Files.exists(file)) {
                throw new FileSystemException(
                        file.toString(),
                        null,
                        Files.isDirectory(file) ? "this is a folder; name a file in it" : "this is no regular file");
            }
            throw new NoSuchFileException(file.toString(), null, "there is no such file; check the path");
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new OpenFile(channel, channel.size());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Bytes in memory, which must not change any more. */
    static ByteSource ofBytes(byte[] bytes) {
        return new InMemory(ByteBuffer.wrap(bytes).asReadOnlyBuffer());
    }

    /** A file as long as it was when it was opened. */
    record OpenFile(FileChannel channel, long size) implements ByteSource {
        @Override
        public void read(long position, ByteBuffer target) throws IOException {
            long next = position;
            while (target.hasRemaining()) {
                int count = channel.read(target, next);
                if (count < 0) {
                    throw new EOFException("the file ends at byte " + next + "; it became shorter while it was open");
                }
                next += count;
            }
        }

        @Override
        public ByteBuffer slice(long position, int length) throws IOException {
            // Touching a mapped page of a file that became shorter is an InternalError; reading says what is wrong.
            return length < MAPPED || channel.size() < size
                    ? ByteSource.super.slice(position, length)
                    : channel.map(FileChannel.MapMode.READ_ONLY, position, length);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Bytes that came from a stream, such as a resource of a jar. */
    record InMemory(ByteBuffer bytes) implements ByteSource {
        @Override
        public long size() {
            return bytes.capacity();
        }

        @Override
        public void read(long position, ByteBuffer target) throws IOException {
            if (position > size() - target.remaining()) {
                throw new EOFException("there are only " + size() + " bytes");
            }
            target.put(bytes.duplicate().position((int) position).limit((int) position + target.remaining()));
        }

        @Override
        public void close() {
            // Nothing is held open.
        }
    }
}
