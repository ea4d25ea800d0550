package io.github.rewrite4j;

import java.util.Objects;

/**
 * Hears how a long computation proceeds and may stop it. Called on the computing thread, between steps; must return
 * quickly.
 */
@FunctionalInterface
public interface RewriteListener {
    /** Hears nothing and never cancels. */
    RewriteListener SILENT = progress -> true;

    /**
     * Hears where the computation stands.
     *
     * @param progress where the computation stands
     * @return whether to go on; {@code false} ends the computation with a {@link RewriteCancelledException}
     */
    boolean onProgress(Progress progress);

    /**
     * Reports and obeys the answer.
     *
     * @throws RewriteCancelledException when the listener says stop, or the thread was interrupted
     */
    default void report(String stage, int step, int total, double loss) {
        Objects.requireNonNull(stage, "stage");
        RewriteCancelledException.ifInterrupted(stage);
        if (!onProgress(new Progress(stage, step, total, loss))) {
            throw new RewriteCancelledException(stage);
        }
    }

    /** As {@link #report(String, int, int, double)} for stages that have no loss. */
    default void report(String stage, int step, int total) {
        Objects.requireNonNull(stage, "stage");
        report(stage, step, total, Double.NaN);
    }

    /**
     * Where a computation stands.
     *
     * @param stage what is being done, such as "key statistics"
     * @param step steps done
     * @param total steps in all
     * @param loss current loss, NaN where there is none
     */
    record Progress(String stage, int step, int total, double loss) {
    public Progress {
        Objects.requireNonNull(stage, "stage");
    }
}
}
