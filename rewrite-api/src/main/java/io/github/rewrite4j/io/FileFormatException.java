package io.github.rewrite4j.io;

import java.io.IOException;

/**
 * A file is not what it should be: broken, cut off, or of another kind.
 *
 * <p>The message names the file, the byte or the key at fault, and says what was found and what was expected. The
 * factories shorten long keys and mask control characters, since both come from a file that is not to be trusted.
 */
public class FileFormatException extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_KEY = 80;

    /**
     * @param file the file, as its user knows it
     * @param where the place at fault, such as {@code byte 8} or {@code key 'weight'}
     * @param problem what was found there and what was expected
     */
    public FileFormatException(String file, String where, String problem) {
        super("'" + file + "', " + where + ": " + problem);
    }

    /** The problem sits at a byte, counted from 0 at the start of the file. */
    public static FileFormatException atByte(String file, long offset, String problem) {
        return new FileFormatException(file, "byte " + offset, problem);
    }

    /** The problem belongs to a named part of the file, for instance a tensor. */
    public static FileFormatException atKey(String file, String key, String problem) {
        return new FileFormatException(file, "key '" + printable(key) + "'", problem);
    }

    /** Text from a file, made fit for one line of an error message. */
    static String printable(String text) {
        String shown = text.length() <= LONGEST_KEY ? text : text.substring(0, LONGEST_KEY) + "...";
        return shown.replaceAll("\\p{Cntrl}", "?");
    }
}
