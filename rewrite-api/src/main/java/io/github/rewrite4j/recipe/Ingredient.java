package io.github.rewrite4j.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A file that a patch was made from.
 *
 * @param name a group number and the name of the file relative to it, such as {@code 0/bun.json}; files of one group name
 *     one another
 * @param sha256 of the content, 64 hexadecimal digits
 * @param bytes length of the content
 * @param content the content in base 64, where it was embedded
 */
public record Ingredient(String name, String sha256, long bytes, Optional<String> content) {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern NAME = Pattern.compile("[0-9]{1,4}/.{1,1000}", Pattern.DOTALL);

    public Ingredient {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(sha256, "sha256");
        Objects.requireNonNull(content, "content");
        if (!HASH.matcher(sha256).matches() || !NAME.matcher(name).matches() || bytes < 0) {
            throw new IllegalArgumentException(
                    "An ingredient has a name such as '0/bun.json', 64 hexadecimal digits and a length.");
        }
        Path relative = Path.of(name).normalize();
        if (relative.isAbsolute() || relative.getNameCount() < 2 || relative.startsWith("..")) {
            throw new IllegalArgumentException("The name of an ingredient stays inside its group.");
        }
    }

    /**
     * A file as an ingredient.
     *
     * @param embed whether its content goes into the patch
     */
    public static Ingredient of(String name, Path file, boolean embed) throws IOException {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(file, "file");
        return of(name, Files.readAllBytes(file), embed);
    }

    /**
     * The same of the content of a file.
     *
     * @param content of the file
     */
    public static Ingredient of(String name, byte[] content, boolean embed) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(content, "content");
        return new Ingredient(
                name,
                hash(content),
                content.length,
                embed ? Optional.of(Base64.getEncoder().encodeToString(content)) : Optional.empty());
    }

    /** Whether a file has the same content. */
    public boolean isIn(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        return Files.isRegularFile(file)
                && Files.size(file) == bytes
                && hash(Files.readAllBytes(file)).equals(sha256);
    }

    /**
     * The embedded content, if there is any.
     *
     * @throws IllegalArgumentException if it is not what the hash says
     */
    public Optional<byte[]> embedded() {
        return content.map(text -> {
            byte[] decoded = Base64.getDecoder().decode(text);
            if (!hash(decoded).equals(sha256)) {
                throw new IllegalArgumentException("The embedded '" + name + "' is not what its hash says.");
            }
            return decoded;
        });
    }

    private static String hash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Every Java runtime has SHA-256.", missing);
        }
    }
}
