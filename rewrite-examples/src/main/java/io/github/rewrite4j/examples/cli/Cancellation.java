package io.github.rewrite4j.examples.cli;

import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteListener;

/** A wish to stop that another thread, such as the one that hears Ctrl-C, may utter at any time. */
final class Cancellation {
    private volatile boolean requested;

    void request() {
        requested = true;
    }

    /** Ends the command if that was wished; called before anything that cannot be stopped half-way. */
    void check(String stage) {
        if (requested) {
            throw new RewriteCancelledException(stage);
        }
    }

    /** Passes progress on, and the wish back. */
    RewriteListener obeyedBy(RewriteListener listener) {
        return progress -> listener.onProgress(progress) && !requested;
    }
}
