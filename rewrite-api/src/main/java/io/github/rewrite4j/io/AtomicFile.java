package io.github.rewrite4j.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.UUID;

/**
 * Replaces a file as a whole: readers, crashes and failures in the middle see the old file or the new one.
 *
 * <p>The bytes go to a temporary file in the folder of the target, are forced to the disk, and the temporary file is
 * renamed over the target in one step; then the folder is forced too, where the system allows it. Upon any failure the
 * temporary file is removed and the target stays as it was. Of several writers of one target the last to finish wins.
 */
public final class AtomicFile {
    private static final int LONGEST_STEM = 60;

    private AtomicFile() {}

    /** What a file is to hold. */
    @FunctionalInterface
    public interface Content {
        /** Writes everything to the stream, which is buffered and is closed by the caller. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes or replaces a file. Missing parent folders are made; a symbolic link stays and the file it leads to is
     * replaced.
     *
     * @throws IOException if the folder cannot be written, the disk is full or the content fails with an IOException;
     *     the message says what to do. Anything unchecked that the content throws passes through as it is
     */
    public static void write(Path target, Content content) throws IOException {
        Objects.requireNonNull(content, "content");
        if (Files.isDirectory(target)) {
            throw new IOException("Could not write '" + target + "': it is a folder; give the name of a file in it.");
        }
        try {
            Path file = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath();
            Path folder = Objects.requireNonNull(file.getParent(), "a file has a folder");
            Files.createDirectories(folder);
            replace(file, folder, content);
        } catch (IOException e) {
            throw new IOException("Could not write '" + target + "': " + reason(e), e);
        }
    }

    private static void replace(Path file, Path folder, Content content) throws IOException {
        Path temporary = folder.resolve(temporaryName(file));
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                content.writeTo(out);
                out.flush();
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | RuntimeException | Error failure) {
            remove(temporary, failure);
            throw failure;
        }
        force(folder);
    }

    private static void remove(Path temporary, Throwable failure) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Not {@code Files.createTempFile}, whose files only their owner may read. */
    private static String temporaryName(Path file) {
        String name = String.valueOf(file.getFileName());
        String stem = name.substring(0, Math.min(name.length(), LONGEST_STEM));
        return "." + stem + "." + UUID.randomUUID() + ".tmp";
    }

    private static void force(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Some systems (Windows) do not open folders. The file is complete and in place by now; only whether the
            // rename outlives a power cut is left to the system.
            return;
        }
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "access to '" + denied.getFile() + "' is denied. Allow writing to this folder or choose another.";
        }
        String what = e instanceof FileSystemException || e.getMessage() == null
                ? e.toString()
                : String.valueOf(e.getMessage());
        return what + ". What was there before is unchanged; see that the folder can be written and has room.";
    }
}
