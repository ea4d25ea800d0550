package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * What a session keeps in its working folder: things by the hash of their contents, which never change, and one file that
 * says which of them count now. Nothing outside the folder is read or written, whatever a key looks like.
 */
final class Vault {
    private static final Pattern KEY = Pattern.compile("[0-9a-f]{24}\\.(png|json|safetensors|gif|onnx|bin)");
    private static final String SESSION = "session.json";

    private static final Pattern ANYWHERE = Pattern.compile("[0-9a-f]{24}\\.[a-z]+");

    private final Path folder;
    private final Path things;
    private final Store store;

    private Vault(Path folder, Store store) {
        this.folder = folder;
        this.things = folder.resolve("things");
        this.store = store;
    }

    static Vault in(Path folder, Store store) throws IOException {
        Vault vault = new Vault(folder.toAbsolutePath().normalize(), store);
        Files.createDirectories(vault.things);
        return vault;
    }

    Path folder() {
        return folder;
    }

    /** Keeps bytes and names them; the same bytes have the same name and are written once. */
    String put(byte[] bytes, String kind) throws IOException {
        String key = hash(bytes) + "." + kind;
        Path file = file(key);
        if (!Files.exists(file)) {
            store.write(file, bytes);
        }
        return key;
    }

    String putJson(Object value) throws IOException {
        return put(Json.pretty(value).getBytes(StandardCharsets.UTF_8), "json");
    }

    byte[] get(String key) throws IOException {
        return Files.readAllBytes(existing(key));
    }

    JsonNode getJson(String key) throws IOException {
        return JsonText.read(existing(key));
    }

    /** The file of a thing, which exists. */
    Path existing(String key) throws IOException {
        Path file = file(key);
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    "The working folder has lost '" + key
                            + "': it was removed behind the studio's back. Undo the step that needs it, or start in a new folder.");
        }
        return file;
    }

    private Path file(String key) {
        if (!KEY.matcher(key).matches()) {
            throw new IllegalArgumentException("'" + key + "' names nothing that the studio keeps.");
        }
        return things.resolve(key);
    }

    /** What the last session left; an empty object where there was none. */
    JsonNode session() throws IOException {
        Path file = folder.resolve(SESSION);
        return Files.exists(file) ? JsonText.read(file) : JsonText.parse("{}", "an empty session");
    }

    void keepSession(Object session) throws IOException {
        store.write(folder.resolve(SESSION), Json.pretty(session).getBytes(StandardCharsets.UTF_8));
    }

    /** All that looks like a key in a text. */
    static Set<String> keysIn(String text) {
        Set<String> keys = new HashSet<>();
        Matcher matcher = ANYWHERE.matcher(text);
        while (matcher.find()) {
            keys.add(matcher.group());
        }
        return keys;
    }

    /** Removes things that nothing refers to any more. */
    void keepOnly(Set<String> used) throws IOException {
        try (Stream<Path> all = Files.list(things)) {
            for (Path file : all.toList()) {
                String name = String.valueOf(file.getFileName());
                if (KEY.matcher(name).matches() && !used.contains(name)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private static String hash(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256.", impossible);
        }
    }
}
