/**
 * Comparisons that anyone can run again: several methods on several tasks with several seeds, in one table with means,
 * deviations and wins. The published ablations are built in; the tables say where our order differs from the published
 * one.
 */
@NullMarked
package io.github.rewrite4j.samediff.ablation;

import org.jspecify.annotations.NullMarked;
