package io.github.rewrite4j.samediff.linalg;

/**
 * How products of keys are summed.
 *
 * <p>Single precision leaves noise of some 1e-8 of the largest eigenvalue in directions that no key has. A second
 * moment whose condition number comes out above 1e8 should therefore be collected again in {@link #FLOAT64}: only then
 * can small eigenvalues be told from noise, and a singular system be recognised as such. The choice is the caller's,
 * because only the caller can go over the keys again.
 */
public enum Precision {
    /**
     * float32 products and sums over at most 4,096 keys, added up in float64. About 1e-7 relative away from
     * {@link #FLOAT64}, at half its cost or less. Keys that come as float64 are still treated in float64.
     */
    FLOAT32_IN_BLOCKS,

    /** Everything in float64. */
    FLOAT64
}
