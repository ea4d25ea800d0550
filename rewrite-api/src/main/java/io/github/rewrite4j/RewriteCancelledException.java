package io.github.rewrite4j;

/** A {@link RewriteListener} asked to stop; nothing was changed on disk or in any generator. */
public class RewriteCancelledException extends RewriteException {
    private static final long serialVersionUID = 1L;

    public RewriteCancelledException(String stage) {
        super("Cancelled during '" + stage + "'; no file, cache or generator was changed.");
    }
}
