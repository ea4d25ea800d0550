package io.github.rewrite4j;

import java.util.Objects;

/**
 * A number became NaN or infinite, or was so when it was handed over. The message says which array, where in it, and what
 * to do; no result is given then, since a picture of such numbers looks like one of a broken generator.
 */
public class NotFiniteException extends RewriteException {
    private static final long serialVersionUID = 1L;

    public NotFiniteException(String message) {
        super(message);
        Objects.requireNonNull(message, "message");
    }
}
