package io.github.rewrite4j.samediff.projector;

import io.github.rewrite4j.io.FileFormatException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** Metadata of a projector's file. */
record ProjectorFacts(String file, Map<String, String> metadata) {
    private static final int LARGEST = 1 << 16;

    void require(String key, String expected, String otherwise) throws FileFormatException {
        if (!expected.equals(metadata.get(key))) {
            throw FileFormatException.atKey(
                    file,
                    key,
                    "the metadata says '" + metadata.get(key) + "'; expected '" + expected + "': " + otherwise);
        }
    }

    String text(String key) throws FileFormatException {
        String text = metadata.get(key);
        if (text == null || text.isEmpty()) {
            throw FileFormatException.atKey(file, key, "the metadata lacks it");
        }
        return text;
    }

    /** Channels, height and width. */
    int[] numbers(String key) throws FileFormatException {
        int[] numbers;
        try {
            numbers = Arrays.stream(text(key).split(" ", -1))
                    .mapToInt(Integer::parseInt)
                    .toArray();
        } catch (NumberFormatException e) {
            numbers = new int[0];
        }
        if (numbers.length != 3 || Arrays.stream(numbers).anyMatch(n -> n < 1 || n > LARGEST)) {
            throw FileFormatException.atKey(
                    file, key, "expected channels, height and width, but got '" + text(key) + "'");
        }
        return numbers;
    }

    TreeMap<String, String> under(String prefix) {
        TreeMap<String, String> under = new TreeMap<>();
        metadata.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                under.put(key.substring(prefix.length()), value);
            }
        });
        return under;
    }
}
