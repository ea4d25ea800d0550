package io.github.rewrite4j.samediff.clip;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.nd4j.shade.jackson.databind.JsonNode;

/** Tokens with their numbers, and which pairs are joined first. Bytes stand as letters that can be seen. */
final class ClipVocabulary {
    /** Lines of the original file that are merges; the rest of it is not used. */
    private static final int MERGES = 49152 - 256 - 2;

    private static final int LARGEST = 16 << 20;
    private static final String[] LETTERS = new String[256];
    private static final Map<Integer, Integer> BYTES = new HashMap<>();
    private static final List<Integer> ORDER = new ArrayList<>();

    static {
        for (int b = 0; b < 256; b++) {
            if ((b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174) {
                ORDER.add(b);
                letter(b, b);
            }
        }
        int next = 256;
        for (int b = 0; b < 256; b++) {
            if (LETTERS[b] == null) {
                ORDER.add(b);
                letter(b, next++);
            }
        }
    }

    private final Map<String, Integer> ids;
    private final Map<Integer, String> texts = new HashMap<>();
    private final Map<Pair, Integer> ranks;

    private record Pair(String first, String second) {}

    private ClipVocabulary(Map<String, Integer> ids, Map<Pair, Integer> ranks) {
        this.ids = ids;
        this.ranks = ranks;
        ids.forEach((text, id) -> texts.put(id, text));
    }

    private static void letter(int b, int codePoint) {
        LETTERS[b] = String.valueOf((char) codePoint);
        BYTES.put(codePoint, b);
    }

    /** The letter that stands for a byte. */
    static String letter(int b) {
        return LETTERS[b];
    }

    static ClipVocabulary original(Path file) throws IOException {
        List<String> lines = lines(file);
        Map<Pair, Integer> ranks = new HashMap<>();
        Map<String, Integer> ids = new HashMap<>();
        ORDER.forEach(b -> ids.put(LETTERS[b], ids.size()));
        ORDER.forEach(b -> ids.put(LETTERS[b] + "</w>", ids.size()));
        for (int i = 1; i < Math.min(lines.size(), MERGES + 1); i++) {
            Pair pair = pair(file, i, lines.get(i));
            ranks.put(pair, ranks.size());
            ids.put(pair.first() + pair.second(), 512 + i - 1);
        }
        int merges = Math.min(lines.size() - 1, MERGES);
        ids.put("<|startoftext|>", 512 + merges);
        ids.put("<|endoftext|>", 513 + merges);
        return new ClipVocabulary(ids, ranks);
    }

    static ClipVocabulary json(Path vocabulary, Path merges) throws IOException {
        if (Files.size(vocabulary) > LARGEST) {
            throw new FileFormatException(
                    vocabulary.toString(), "size", "a vocabulary has at most " + LARGEST + " bytes");
        }
        JsonNode tokens = JsonText.parse(Files.readString(vocabulary), vocabulary.toString());
        Map<String, Integer> ids = new HashMap<>();
        tokens.fields()
                .forEachRemaining(entry -> ids.put(
                        entry.getKey(),
                        entry.getValue().isInt() ? entry.getValue().intValue() : -1));
        for (String needed : List.of("<|startoftext|>", "<|endoftext|>")) {
            if (!ids.containsKey(needed)) {
                throw FileFormatException.atKey(
                        vocabulary.toString(),
                        needed,
                        "there is no such token; expected is the vocabulary of a CLIP network");
            }
        }
        for (Map.Entry<String, Integer> id : ids.entrySet()) {
            if (id.getValue() < 0 || id.getValue() >= ids.size()) {
                throw FileFormatException.atKey(
                        vocabulary.toString(), id.getKey(), "its number is not one of 0 to " + (ids.size() - 1));
            }
        }
        List<String> lines = lines(merges);
        Map<Pair, Integer> ranks = new HashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!(i == 0 && lines.get(0).startsWith("#")) && !lines.get(i).isEmpty()) {
                ranks.put(pair(merges, i, lines.get(i)), ranks.size());
            }
        }
        return new ClipVocabulary(ids, ranks);
    }

    private static Pair pair(Path file, int line, String text) throws IOException {
        int space = text.indexOf(' ');
        if (space < 1 || space != text.lastIndexOf(' ') || space == text.length() - 1) {
            throw new FileFormatException(
                    file.toString(), "line " + (line + 1), "expected are two parts of a token with a space between");
        }
        return new Pair(text.substring(0, space), text.substring(space + 1));
    }

    private static List<String> lines(Path file) throws IOException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file))) {
            raw.mark(2);
            boolean packed = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            try (InputStream in = packed ? new GZIPInputStream(raw) : raw) {
                byte[] bytes = in.readNBytes(LARGEST + 1);
                if (bytes.length > LARGEST) {
                    throw new FileFormatException(
                            file.toString(), "size", "a vocabulary has at most " + LARGEST + " bytes");
                }
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
                return List.of(text.split("\r?\n"));
            }
        } catch (CharacterCodingException | java.util.zip.ZipException e) {
            throw new FileFormatException(
                    file.toString(), "contents", "it is no text in UTF-8, plain or packed by gzip: " + e.getMessage());
        }
    }

    int size() {
        return ids.size();
    }

    /** The rank of a pair, {@code Integer.MAX_VALUE} where it is never joined. */
    int rank(String first, String second) {
        return ranks.getOrDefault(new Pair(first, second), Integer.MAX_VALUE);
    }

    int id(String token) {
        Integer id = ids.get(token);
        if (id == null) {
            throw new IllegalArgumentException("The vocabulary has no token '" + token + "': it is not whole.");
        }
        return id;
    }

    String text(int id) {
        return texts.getOrDefault(id, "");
    }

    /** Letters back to the text whose bytes they stand for; others stay. */
    static String bytesOf(String letters) {
        java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        letters.codePoints().forEach(letter -> {
            Integer b = BYTES.get(letter);
            if (b == null) {
                bytes.writeBytes(new String(Character.toChars(letter)).getBytes(StandardCharsets.UTF_8));
            } else {
                bytes.write(b);
            }
        });
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
