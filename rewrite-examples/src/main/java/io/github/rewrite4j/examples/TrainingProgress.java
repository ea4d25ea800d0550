package io.github.rewrite4j.examples;

import io.github.rewrite4j.ProgressListener;
import java.util.Locale;

/** Lines for people who wait for a training. */
final class TrainingProgress {
    private TrainingProgress() {}

    /** A line with the loss every so many steps. */
    static ProgressListener every(int steps) {
        return progress -> {
            if (progress.step() % steps == 0) {
                System.out.printf(
                        Locale.ROOT,
                        "%s %d/%d, loss %.4f%n",
                        progress.stage(),
                        progress.step(),
                        progress.total(),
                        progress.loss());
            }
            return true;
        };
    }
}
