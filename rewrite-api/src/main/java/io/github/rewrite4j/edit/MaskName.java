package io.github.rewrite4j.edit;

import org.jspecify.annotations.Nullable;

/**
 * Names of files inside the text of a region: {@code png(mask.png)}, {@code png(mask (1).png)}, {@code png('mask (.png')}.
 *
 * <p>A name reaches to the parenthesis that closes the one before it; parentheses within pair. A name in single or double
 * quotes may hold anything, its own kind of quote written twice. A quote that is not closed before the parenthesis is part
 * of the name.
 */
record MaskName(String name, int end) {
    /**
     * Reads a name.
     *
     * @param text of a region
     * @param start behind the opening parenthesis
     * @return the name and the place behind the closing parenthesis, which is -1 where there is none
     */
    static MaskName read(String text, int start) {
        int at = start;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        MaskName quoted = quoted(text, at);
        return quoted == null ? bare(text, at) : quoted;
    }

    private static @Nullable MaskName quoted(String text, int start) {
        if (start >= text.length() || (text.charAt(start) != '\'' && text.charAt(start) != '"')) {
            return null;
        }
        char quote = text.charAt(start);
        StringBuilder name = new StringBuilder();
        int at = start + 1;
        while (at < text.length()) {
            if (text.charAt(at) != quote) {
                name.append(text.charAt(at++));
            } else if (at + 1 < text.length() && text.charAt(at + 1) == quote) {
                name.append(quote);
                at += 2;
            } else {
                int end = at + 1;
                while (end < text.length() && Character.isWhitespace(text.charAt(end))) {
                    end++;
                }
                return end < text.length() && text.charAt(end) == ')' ? new MaskName(name.toString(), end + 1) : null;
            }
        }
        return null;
    }

    private static MaskName bare(String text, int start) {
        int open = 1;
        for (int at = start; at < text.length(); at++) {
            open += text.charAt(at) == '(' ? 1 : text.charAt(at) == ')' ? -1 : 0;
            if (open == 0) {
                return upTo(text, start, at);
            }
        }
        return upTo(text, start, text.indexOf(')', start));
    }

    private static MaskName upTo(String text, int start, int end) {
        return end < 0
                ? new MaskName("", -1)
                : new MaskName(text.substring(start, end).strip(), end + 1);
    }

    /** A name as {@link #read} reads it. */
    static String written(String name) {
        MaskName read = read(name + ")", 0);
        boolean paired = name.chars().filter(c -> c == '(').count()
                == name.chars().filter(c -> c == ')').count();
        boolean plain = paired && read.name().equals(name) && read.end() == name.length() + 1;
        return plain ? name : "'" + name.replace("'", "''") + "'";
    }
}
