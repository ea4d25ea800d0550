package io.github.rewrite4j;

import java.util.Objects;

/**
 * Where a long computation stands.
 *
 * @param stage what is being done
 * @param step steps of the stage that are done
 * @param total steps of the stage in all
 * @param loss current loss, NaN where there is none
 * @param share of the whole computation that is done, 0 to 1: an estimate that never falls and ends at 1
 */
public record Progress(Stage stage, int step, int total, double loss, double share) {
    public Progress {
        Objects.requireNonNull(stage, "stage");
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("A share lies between 0 and 1, but was " + share + ".");
        }
    }

    /** Where a computation of one stage stands. */
    public static Progress of(Stage stage, int step, int total, double loss) {
        Objects.requireNonNull(stage, "stage");
        double share = total <= 0 ? 1 : Math.max(0, Math.min(1, step / (double) total));
        return new Progress(stage, step, total, loss, share);
    }

    /** The same of a computation that is a part of a longer one, which begins and ends at these shares of it. */
    public Progress within(double from, double to) {
        // Rounding must not lead beyond the end.
        return new Progress(stage, step, total, loss, Math.min(to, from + share * (to - from)));
    }
}
