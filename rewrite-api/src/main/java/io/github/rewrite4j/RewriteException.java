package io.github.rewrite4j;

/** Root of every failure that Rewrite4J reports by itself: the message says what is wrong and what to do about it. */
public class RewriteException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RewriteException(String message) {
        super(message);
    }

    public RewriteException(String message, Throwable cause) {
        super(message, cause);
    }
}
