package io.github.rewrite4j;

import io.github.rewrite4j.event.StepEvent;
import java.util.Objects;

/**
 * Hears how a long computation proceeds and may stop it. Called on the computing thread, between steps; must return
 * quickly.
 *
 * <pre>{@code
 * ProgressListener bar = progress -> {
 *     System.out.printf("\r%3.0f %% %s", 100 * progress.share(), progress.stage().text());
 *     return !cancelled;
 * };
 * }</pre>
 */
@FunctionalInterface
public interface ProgressListener {
    /** Hears nothing and never cancels. */
    ProgressListener SILENT = progress -> true;

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
    default void report(Stage stage, int step, int total, double loss) {
        Objects.requireNonNull(stage, "stage");
        RewriteCancelledException.ifInterrupted(stage.text());
        StepEvent.reached(stage.name(), step, total, loss);
        if (!onProgress(Progress.of(stage, step, total, loss))) {
            throw new RewriteCancelledException(stage.text());
        }
    }

    /** As {@link #report(Stage, int, int, double)} for stages that have no loss. */
    default void report(Stage stage, int step, int total) {
        Objects.requireNonNull(stage, "stage");
        report(stage, step, total, Double.NaN);
    }

    /** As {@link #report(Stage, int, int, double)}, of a stage that is {@linkplain Stage#of named by its text}. */
    default void report(String stage, int step, int total, double loss) {
        Objects.requireNonNull(stage, "stage");
        report(Stage.of(stage), step, total, loss);
    }

    /** As {@link #report(Stage, int, int)}, of a stage that is {@linkplain Stage#of named by its text}. */
    default void report(String stage, int step, int total) {
        Objects.requireNonNull(stage, "stage");
        report(Stage.of(stage), step, total);
    }

    /**
     * Hears a part of this computation: what that reports of its own share is reported here as a share of the whole.
     *
     * @param from share of the whole at which the part begins
     * @param to share of the whole at which it ends
     */
    default ProgressListener part(double from, double to) {
        return progress -> onProgress(progress.within(from, to));
    }
}
