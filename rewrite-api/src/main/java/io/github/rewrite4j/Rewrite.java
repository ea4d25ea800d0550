package io.github.rewrite4j;

/**
 * The result of a rewrite.
 *
 * @param patch what to change
 * @param report what was measured
 */
public record Rewrite(Patch patch, RewriteReport report) {}
