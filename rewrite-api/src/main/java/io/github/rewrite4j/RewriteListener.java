package io.github.rewrite4j;

import java.util.Objects;

/**
 * Hears how a rewriting proceeds and may stop it: {@link ProgressListener} says how. Its stages are those of the strategy,
 * in its order, and its share is of the whole rewriting.
 */
@FunctionalInterface
public interface RewriteListener extends ProgressListener {
    /** Hears nothing and never cancels. */
    RewriteListener SILENT = progress -> true;

    /** Hears with somebody who hears any computation. */
    static RewriteListener of(ProgressListener listener) {
        Objects.requireNonNull(listener, "listener");
        return listener instanceof RewriteListener rewriting ? rewriting : listener::onProgress;
    }

    @Override
    default RewriteListener part(double from, double to) {
        return progress -> onProgress(progress.within(from, to));
    }
}
