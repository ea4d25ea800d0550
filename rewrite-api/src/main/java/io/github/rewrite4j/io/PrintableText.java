package io.github.rewrite4j.io;

/**
 * Text from a file that is not to be trusted, made fit for a message: it cannot command a terminal, reorder what is
 * around it, or fill the screen.
 *
 * <p>Control characters, marks that change the direction of writing, other invisible format characters, separators of
 * lines and halves of surrogate pairs are shown as {@code \}{@code u001b}. Everything else, umlauts for instance, stays.
 */
public final class PrintableText {
    private static final int LONGEST_NAME = 80;
    private static final int LONGEST_MESSAGE = 1500;
    private static final String CUT = " [...] ";

    private PrintableText() {}

    /** All of the text, with what is not visible made so. */
    public static String of(String text) {
        int at = 0;
        while (at < text.length() && visible(text.codePointAt(at))) {
            at += Character.charCount(text.codePointAt(at));
        }
        if (at == text.length()) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length() + 16).append(text, 0, at);
        while (at < text.length()) {
            int point = text.codePointAt(at);
            if (visible(point)) {
                shown.appendCodePoint(point);
            } else {
                for (char unit : Character.toChars(point)) {
                    shown.append("\\u").append(Integer.toHexString(0x10000 | unit), 1, 5);
                }
            }
            at += Character.charCount(point);
        }
        return shown.toString();
    }

    /** As {@link #of}, at most about {@value #LONGEST_NAME} characters: the name of something, or a value. */
    public static String name(String text) {
        return shortened(text, LONGEST_NAME);
    }

    /**
     * As {@link #of}, at most about {@value #LONGEST_MESSAGE} characters: a whole message. The beginning and the end, which
     * usually say what is wrong and what to do, are kept.
     */
    public static String message(String text) {
        if (text.length() <= LONGEST_MESSAGE) {
            String shown = of(text);
            if (shown.length() <= LONGEST_MESSAGE) {
                return shown;
            }
            return ends(shown);
        }
        return ends(of(ends(text)));
    }

    /** As {@link #of}, cut after about so many characters, which is shown by "...". */
    public static String shortened(String text, int longest) {
        String shown = of(text.length() <= longest ? text : text.substring(0, longest));
        return shown.length() <= longest && text.length() <= longest
                ? shown
                : shown.substring(0, Math.min(longest, shown.length())) + "...";
    }

    private static String ends(String text) {
        int tail = LONGEST_MESSAGE / 4;
        return text.length() <= LONGEST_MESSAGE
                ? text
                : text.substring(0, LONGEST_MESSAGE - tail - CUT.length()) + CUT + text.substring(text.length() - tail);
    }

    private static boolean visible(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}
