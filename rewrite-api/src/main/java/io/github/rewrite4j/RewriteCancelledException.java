package io.github.rewrite4j;

import java.util.Objects;

/**
 * A computation was stopped, by its {@link RewriteListener} or by the interruption of its thread; nothing was changed on
 * disk or in any generator.
 *
 * <p>Everything that takes long looks at the thread's interrupt status several times a second, so that {@code
 * Thread.interrupt()} and {@code Future.cancel(true)} end it. The status is still set when this is thrown; {@link
 * Thread#interrupted()} clears it for a thread that goes on with something else.
 */
public class RewriteCancelledException extends RewriteException {
    private static final long serialVersionUID = 1L;

    public RewriteCancelledException(String stage) {
        this(stage, "");
    }

    private RewriteCancelledException(String stage, String why) {
        super("Cancelled during '" + stage + "'" + why + "; no file, cache or generator was changed.");
    }

    /**
     * Stops the computation of this thread if the thread was interrupted; its interrupt status stays set. Costs a few
     * nanoseconds.
     *
     * @param stage what is being done
     * @throws RewriteCancelledException if the thread was interrupted
     */
    public static void ifInterrupted(String stage) {
        Objects.requireNonNull(stage, "stage");
        if (Thread.currentThread().isInterrupted()) {
            throw new RewriteCancelledException(stage, " because the thread was interrupted");
        }
    }
}
