package io.github.rewrite4j.io.internal;

import io.github.rewrite4j.io.FileFormatException;

/**
 * Looks over a JSON text, in one pass and without memory, before it is parsed: a parser keeps what it reads and recurses
 * into what is nested, and reading a number takes the square of its length.
 */
final class JsonBounds {
    private static final int DEEPEST = 100;
    private static final int LONGEST_NUMBER = 100;
    private static final int MOST_VALUES = 2_000_000;

    private final String text;
    private final String label;
    private int depth;
    private int values;

    private JsonBounds(String text, String label) {
        this.text = text;
        this.label = label;
    }

    /** Refuses what no file of a person holds. Whether the text is JSON is not looked at. */
    static void check(String text, String label) throws FileFormatException {
        new JsonBounds(text, label).check();
    }

    private void check() throws FileFormatException {
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at = endOfString(at);
            } else if (c == '[' || c == '{') {
                depth++;
                require(depth <= DEEPEST, at, "lists and objects nest at most " + DEEPEST + " deep");
                count(at);
            } else if (c == ']' || c == '}') {
                depth--;
            } else if (c == ',') {
                count(at);
            } else if (isOfNumber(c)) {
                at = endOfNumber(at) - 1;
            }
        }
    }

    /** The closing quote, or the end of the text. */
    private int endOfString(int start) {
        int at = start + 1;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        return at;
    }

    private int endOfNumber(int start) throws FileFormatException {
        int end = start;
        while (end < text.length() && isOfNumber(text.charAt(end))) {
            end++;
        }
        require(end - start <= LONGEST_NUMBER, start, "a number has at most " + LONGEST_NUMBER + " characters");
        return end;
    }

    private static boolean isOfNumber(char c) {
        return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
    }

    private void count(int at) throws FileFormatException {
        values++;
        require(values <= MOST_VALUES, at, "it holds more than " + MOST_VALUES + " values");
    }

    private void require(boolean fine, int at, String bound) throws FileFormatException {
        if (!fine) {
            throw new FileFormatException(label, "character " + (at + 1), bound + ": this is no file of Rewrite4J's");
        }
    }
}
