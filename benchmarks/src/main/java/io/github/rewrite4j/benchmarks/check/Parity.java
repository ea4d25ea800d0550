package io.github.rewrite4j.benchmarks.check;

import java.util.Locale;

/**
 * One comparison with a reference.
 *
 * @param what was compared
 * @param reference where the reference numbers come from
 * @param deviation largest absolute difference over the larger of one and the largest reference number
 * @param tolerance that the deviation may reach
 */
record Parity(String what, String reference, double deviation, double tolerance) {
    /** Whether the deviation is small enough; NaN is not. */
    boolean holds() {
        return deviation <= tolerance;
    }

    /** A row of a Markdown table. */
    String row() {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %.1e | %.0e | %s |",
                what,
                reference,
                deviation,
                tolerance,
                holds() ? "ok" : "FAILS");
    }
}
