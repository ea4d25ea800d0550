package io.github.rewrite4j.io;

import java.io.IOException;
import java.util.Objects;

/**
 * A file is not what it should be: broken, cut off, or of another kind.
 *
 * <p>The message names the file, the byte or the key at fault, and says what was found and what was expected. What
 * comes from the file is not to be trusted: long keys are shortened, control characters are shown as
 * {@link PrintableText} does, and the whole never fills more than a screen.
 */
public class FileFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String problem;

    /**
     * @param file the file, as its user knows it
     * @param where the place at fault, such as {@code byte 8} or {@code key 'weight'}
     * @param problem what was found there and what was expected
     */
    public FileFormatException(String file, String where, String problem) {
        super(PrintableText.message("'" + file + "', " + where + ": " + problem));
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(where, "where");
        Objects.requireNonNull(problem, "problem");
        this.problem = PrintableText.message(problem);
    }

    /** What was found and what was expected, without file and place. */
    public String problem() {
        return problem;
    }

    /** The problem sits at a byte, counted from 0 at the start of the file. */
    public static FileFormatException atByte(String file, long offset, String problem) {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(problem, "problem");
        return new FileFormatException(file, "byte " + offset, problem);
    }

    /** The problem belongs to a named part of the file, for instance a tensor. */
    public static FileFormatException atKey(String file, String key, String problem) {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(problem, "problem");
        return new FileFormatException(file, "key '" + PrintableText.name(key) + "'", problem);
    }
}
