package io.github.rewrite4j.spark;

import io.github.rewrite4j.RewriteException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;

/** A file of the driver on every machine of a cluster. */
final class SentFile implements Serializable {
    private static final long serialVersionUID = 1;

    private final String hash;
    private final String name;
    private final Broadcast<byte[]> content;

    /** The file where it was read, so that the driver does not depend on blocks of its cluster. */
    private final transient byte @Nullable [] own;

    private SentFile(String hash, String name, Broadcast<byte[]> content, byte[] own) {
        this.hash = hash;
        this.name = name;
        this.content = content;
        this.own = own;
    }

    static SentFile of(JavaSparkContext spark, Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        return new SentFile(hash(bytes), String.valueOf(file.getFileName()), spark.broadcast(bytes), bytes);
    }

    /** Of the content. */
    String hash() {
        return hash;
    }

    /** Makes something of a file. */
    @FunctionalInterface
    interface Reader<T> {
        T read(Path file) throws IOException;
    }

    /**
     * What a reader makes of the file, which lies in a folder of its own while it is read.
     *
     * @throws RewriteException if it did not arrive as it was sent, or cannot be read
     */
    <T> T read(Reader<T> reader) {
        byte[] bytes = own == null ? content.value() : own;
        if (!hash(bytes).equals(hash)) {
            throw new RewriteException("The file '" + name + "' did not arrive as it was sent: its hash is "
                    + hash(bytes) + " here and was " + hash + " where it was read.");
        }
        try {
            Path folder = Files.createTempDirectory("rewrite4j-");
            // Readers may look at how a name ends.
            Path file = folder.resolve(name);
            try {
                Files.write(file, bytes);
                return reader.read(file);
            } finally {
                Files.deleteIfExists(file);
                Files.deleteIfExists(folder);
            }
        } catch (IOException failure) {
            throw new RewriteException(
                    "The file '" + name + "' cannot be loaded on this executor: " + failure.getMessage(), failure);
        }
    }

    void unpersist() {
        content.unpersist();
    }

    static String hash(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
