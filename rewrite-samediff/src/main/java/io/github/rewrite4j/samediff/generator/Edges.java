package io.github.rewrite4j.samediff.generator;

/** What lies beyond the edge of a map. */
public enum Edges {
    /** The map mirrored at the centre of its last cells, which are not repeated. */
    REFLECT,
    /** The last cells again. */
    REPLICATE,
    /** Zeros. */
    ZERO
}
