package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.samediff.linalg.PackedMoment;
import io.github.rewrite4j.samediff.linalg.Precision;

/**
 * The capability of a memory to collect its statistics in parts, as several machines do.
 *
 * <p>Parts that begin at multiples of {@link #BLOCK} draw and sum the same batches as
 * {@link io.github.rewrite4j.AssociativeMemory#covariance} does, so that only the order in which float64 sums are added differs.
 * The choice of precision belongs to the whole: float32 products first, and all in float64 once more where the condition number
 * comes out above {@link #DOUBLE_ABOVE}.
 */
public interface PartialStatistics {
    /** Samples that are drawn alike whatever part they belong to. */
    int BLOCK = 16;

    /** Condition number above which rounding of float32 products could reach the small eigenvalues. */
    double DOUBLE_ABOVE = 1e8;

    /**
     * The sum of k k' over all positions of samples {@code from} (inclusive) to {@code to} (exclusive) of a seed.
     *
     * @param from a multiple of {@link #BLOCK}
     * @throws IllegalArgumentException if the part is empty or does not begin at a block
     */
    PackedMoment part(long seed, int from, int to, Precision precision, ProgressListener listener);
}
