package io.github.rewrite4j.edit;

import io.github.rewrite4j.RewriteException;
import java.util.Objects;

/** A region selects nothing where an edit needs it to select something; the message says where it lies. */
public class EmptyRegionException extends RewriteException {
    private static final long serialVersionUID = 1L;

    public EmptyRegionException(String message) {
        super(message);
        Objects.requireNonNull(message, "message");
    }
}
