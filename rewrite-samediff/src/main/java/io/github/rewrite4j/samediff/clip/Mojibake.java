package io.github.rewrite4j.samediff.clip;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * UTF-8 that was read as Latin-1 or Windows-1252, such as "Ã©" for é. Each run of characters that are the bytes of one
 * character of UTF-8 is put right, again as long as there are such; a symbol behind a capital word, as in CAFÉ™, is left.
 */
final class Mojibake {
    private static final int MOST_LAYERS = 4;

    /** Windows-1252 from 0x80 to 0x9f; the five that it leaves open are the control characters of Latin-1. */
    private static final String WINDOWS =
            "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d"
                    + "\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

    private static final Map<Integer, Integer> BYTES = new HashMap<>();

    static {
        for (int i = 0; i < WINDOWS.length(); i++) {
            BYTES.put((int) WINDOWS.charAt(i), 0x80 + i);
        }
        for (int b = 0x80; b < 0x100; b++) {
            BYTES.putIfAbsent(b, b);
        }
    }

    private Mojibake() {}

    /** The character that Windows-1252 has for a byte from 0x80 to 0x9f. */
    static String windows(int b) {
        return WINDOWS.substring(b - 0x80, b - 0x7f);
    }

    static String repaired(String text) {
        String now = text;
        for (int layer = 0; layer < MOST_LAYERS; layer++) {
            String better = once(now);
            if (better.equals(now)) {
                return now;
            }
            now = better;
        }
        return now;
    }

    private static String once(String text) {
        StringBuilder result = new StringBuilder();
        for (int i = 0; i < text.length(); ) {
            int length = length(text, i);
            String character = length == 0 ? "" : decoded(text, i, length);
            if (character.isEmpty()) {
                result.append(text.charAt(i));
                i++;
            } else {
                result.append(character);
                i += length;
            }
        }
        return result.toString();
    }

    /** Bytes of the character that would begin here, 0 for none. */
    private static int length(String text, int at) {
        int lead = byteOf(text, at);
        int length = lead >= 0xc2 && lead <= 0xdf
                ? 2
                : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
        boolean capitals = at > 0 && Character.isUpperCase(text.charAt(at - 1));
        return length == 0 || at + length > text.length() || (length == 2 && capitals) ? 0 : length;
    }

    private static int byteOf(String text, int at) {
        return BYTES.getOrDefault((int) text.charAt(at), -1);
    }

    private static String decoded(String text, int at, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int b = byteOf(text, at + i);
            if (b < 0 || (i > 0 && (b & 0xc0) != 0x80)) {
                return "";
            }
            bytes[i] = (byte) b;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return "";
        }
    }
}
