/**
 * Runs the benchmarks and sets each result beside what the machine allows.
 *
 * <p>Peaks are measured in the same run: the rates of matrix products of the very BLAS that computes, and of copying memory.
 * The headline ratios are measured in turn, one call of each side after the other, so that a machine that others use as well
 * slows both sides down alike; they are ratios of medians.
 */
@NullMarked
package io.github.rewrite4j.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
