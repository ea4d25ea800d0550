package io.github.rewrite4j.samediff.engine.plan;

/** How the numbers of a value lie in its array. */
enum Order {
    /** Row-major in its own shape. */
    PLAIN,
    /** A map [N, C, H, W] as [N, H, W, C]. */
    LAST,
    /** Planes [N C, 1, H, W], C of them for each of N samples, as [N, H, W, C]. */
    FOLDED
}
