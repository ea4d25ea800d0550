package io.github.rewrite4j.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A file that is being written, beside the one that it will replace. Whoever writes it holds a lock on it, which ends with
 * the process however that ends: one without a lock was left by a process that was killed, and is swept by the next write
 * into the same folder.
 */
final class TemporaryFile implements AutoCloseable {
    private static final String SUFFIX = ".rewrite4j.tmp";
    private static final int LONGEST_STEM = 60;
    private static final int TRIES = 10;

    /** Those of this process: opening and closing one again would end the lock on it. */
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Path path;
    private final FileChannel channel;

    private TemporaryFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Makes one; {@link #close} removes it unless it was {@linkplain #replace moved}. */
    static TemporaryFile beside(Path file) throws IOException {
        for (int i = 0; ; i++) {
            Path path = file.resolveSibling(nameFor(file));
            OURS.add(path);
            try {
                FileChannel channel = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                TemporaryFile made = new TemporaryFile(path, channel);
                // Somebody who swept between the two steps has removed it, or is about to.
                if (made.locked() || i == TRIES) {
                    return made;
                }
                made.close();
            } catch (IOException | RuntimeException | Error failure) {
                OURS.remove(path);
                throw failure;
            }
        }
    }

    /** Not {@code Files.createTempFile}, whose files only their owner may read. */
    private static String nameFor(Path file) {
        String name = String.valueOf(file.getFileName());
        int end = Math.min(name.length(), LONGEST_STEM);
        boolean halved = end < name.length() && Character.isHighSurrogate(name.charAt(end - 1));
        return "." + name.substring(0, halved ? end - 1 : end) + "." + UUID.randomUUID() + SUFFIX;
    }

    private boolean locked() {
        try {
            return channel.tryLock() != null && Files.exists(path);
        } catch (IOException noLocks) {
            // Some network file systems know none; there nobody can tell what is stale, and nothing is swept.
            return true;
        }
    }

    FileChannel channel() {
        return channel;
    }

    /** Puts it in the place of a file, in one step and while it is locked. */
    void replace(Path file) throws IOException {
        Files.move(path, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            Files.deleteIfExists(path);
        } finally {
            OURS.remove(path);
        }
    }

    /** Removes what killed processes left in a folder. What cannot be removed stays. */
    static void sweep(Path folder) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*" + SUFFIX)) {
            for (Path file : files) {
                if (!OURS.contains(file) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    removeIfStale(file);
                }
            }
        } catch (IOException | DirectoryIteratorException unreadable) {
            // A folder that can be written but not listed: there is nothing to sweep that we could know of.
            return;
        }
    }

    private static void removeIfStale(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                @Nullable FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | OverlappingFileLockException inUse) {
            // Somebody else's, or swept by somebody else in the meantime.
            return;
        }
    }
}
