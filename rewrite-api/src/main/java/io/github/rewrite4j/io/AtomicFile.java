package io.github.rewrite4j.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Replaces a file as a whole: readers, crashes and failures in the middle see the old file or the new one.
 *
 * <p>The bytes go to a temporary file in the folder of the target, are forced to the disk, and the temporary file is
 * renamed over the target in one step; then the folder is forced too, where the system allows it. Upon any failure the
 * temporary file is removed and the target stays as it was; those that a killed process left are removed by the next
 * write into the same folder. Of several writers of one target the last to finish wins.
 */
public final class AtomicFile {
    private static final int MOST_LINKS = 40;

    private AtomicFile() {}

    /** What a file is to hold. */
    @FunctionalInterface
    public interface Content {
        /** Writes everything to the stream, which is buffered and is closed by the caller. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes or replaces a file. Missing parent folders are made; a symbolic link stays and the file it leads to is
     * written or replaced.
     *
     * @throws IOException if the folder cannot be written, the disk is full or the content fails with an IOException;
     *     the message says what to do; an {@link InterruptedIOException} if the thread is interrupted. Anything unchecked
     *     that the content throws passes through as it is
     */
    public static void write(Path target, Content content) throws IOException {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(content, "content");
        if (Files.isDirectory(target)) {
            throw new IOException("Could not write '" + target + "': it is a folder; give the name of a file in it.");
        }
        requireFolderBehindLinks(target);
        try {
            Path file = behindLinks(target);
            Path folder = Objects.requireNonNull(file.getParent(), "a file has a folder");
            Files.createDirectories(folder);
            Path real = folder.toRealPath();
            TemporaryFile.sweep(real);
            replace(real.resolve(String.valueOf(file.getFileName())), content);
            force(real);
        } catch (ClosedByInterruptException e) {
            InterruptedIOException stopped = new InterruptedIOException("Could not write '" + target
                    + "': the thread was interrupted. What was there before is unchanged.");
            stopped.initCause(e);
            throw stopped;
        } catch (IOException e) {
            throw new IOException("Could not write '" + target + "': " + reason(e), e);
        }
    }

    private static void requireFolderBehindLinks(Path target) throws IOException {
        for (Path at = target.toAbsolutePath().getParent(); at != null; at = at.getParent()) {
            requireLedSomewhere(at, target);
        }
    }

    /**
     * Checks that neither a folder that files will be written into nor one on the way to it is a link that leads nowhere,
     * so that missing folders can be made.
     *
     * @throws IOException naming the link
     */
    public static void requireFolder(Path folder) throws IOException {
        requireLedSomewhere(folder.toAbsolutePath(), folder);
        requireFolderBehindLinks(folder);
    }

    private static void requireLedSomewhere(Path link, Path target) throws IOException {
        if (Files.isSymbolicLink(link) && !Files.exists(link)) {
            throw new IOException("Could not write '" + target + "': " + link + " is a link to '"
                    + Files.readSymbolicLink(link) + "', and there is nothing: make that folder, or remove the link.");
        }
    }

    private static Path behindLinks(Path target) throws IOException {
        if (Files.exists(target)) {
            return target.toRealPath();
        }
        Path file = target.toAbsolutePath();
        for (int i = 0; i < MOST_LINKS && Files.isSymbolicLink(file); i++) {
            file = file.resolveSibling(Files.readSymbolicLink(file));
        }
        if (Files.isSymbolicLink(target)
                && (Files.isSymbolicLink(file) || !Files.isDirectory(Objects.requireNonNull(file.getParent())))) {
            throw new IOException("it is a link to '" + Files.readSymbolicLink(target)
                    + "', where no file can be made: make the folder that it leads to, or remove the link");
        }
        return file;
    }

    private static void replace(Path file, Content content) throws IOException {
        try (TemporaryFile temporary = TemporaryFile.beside(file)) {
            // Not closed: that would end the lock on the file before it is in its place.
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(temporary.channel()), 1 << 16);
            content.writeTo(out);
            out.flush();
            temporary.channel().force(true);
            temporary.replace(file);
        }
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
