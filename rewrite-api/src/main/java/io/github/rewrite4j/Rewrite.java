package io.github.rewrite4j;

import java.util.Objects;

/**
 * The result of a rewrite.
 *
 * @param patch what to change
 * @param report what was measured
 */
public record Rewrite(Patch patch, RewriteReport report) {
    public Rewrite {
        Objects.requireNonNull(patch, "patch");
        Objects.requireNonNull(report, "report");
    }
}
