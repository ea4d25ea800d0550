package io.github.rewrite4j;

import io.github.rewrite4j.io.PrintableText;
import java.util.Objects;

/**
 * Root of every failure that Rewrite4J reports by itself: the message says what is wrong and what to do about it. Names in
 * it may come from files, so it is kept {@linkplain PrintableText#message printable} and shorter than a screen.
 */
public class RewriteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RewriteException(String message) {
        super(PrintableText.message(message));
        Objects.requireNonNull(message, "message");
    }

    public RewriteException(String message, Throwable cause) {
        super(PrintableText.message(message), cause);
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(cause, "cause");
    }
}
