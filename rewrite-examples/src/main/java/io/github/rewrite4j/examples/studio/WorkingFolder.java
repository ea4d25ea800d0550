package io.github.rewrite4j.examples.studio;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The folder of a session, which one studio at a time works in. It keeps the token, so that a page outlives a restart. */
public final class WorkingFolder implements AutoCloseable {
    private static final int TOKEN_BYTES = 24;
    private static final Pattern TOKEN = Pattern.compile("[0-9a-f]{" + 2 * TOKEN_BYTES + "}");

    private final Path path;
    private final FileChannel channel;
    private final FileLock lock;

    private WorkingFolder(Path path, FileChannel channel, FileLock lock) {
        this.path = path;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes a folder, making it where it is missing.
     *
     * @throws IOException when another studio works in it
     */
    public static WorkingFolder lock(Path path) throws IOException {
        Files.createDirectories(path);
        FileChannel channel =
                FileChannel.open(path.resolve("studio.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return new WorkingFolder(path, channel, lock);
            }
        } catch (OverlappingFileLockException same) {
            // The same process: said below.
        }
        channel.close();
        throw new IOException(
                "Another studio works in '" + path + "': use its page, or choose another folder with --out.");
    }

    public Path path() {
        return path;
    }

    /** The token of this folder: random, and readable for its owner only. */
    public String token() throws IOException {
        Path file = path.resolve("studio.token");
        if (Files.exists(file)) {
            String kept = Files.readString(file).strip();
            if (TOKEN.matcher(kept).matches()) {
                return kept;
            }
            Files.delete(file);
        }
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        try {
            Files.createFile(file, ownersOnly(path));
        } catch (FileAlreadyExistsException raced) {
            throw new IOException(
                    "Something else writes into '" + path + "': choose another folder with --out.", raced);
        }
        Files.write(file, token.getBytes(StandardCharsets.UTF_8));
        return token;
    }

    private static FileAttribute<?>[] ownersOnly(Path folder) throws IOException {
        return Files.getFileStore(folder).supportsFileAttributeView("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
