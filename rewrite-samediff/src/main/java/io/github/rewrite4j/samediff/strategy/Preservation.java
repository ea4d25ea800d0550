package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.samediff.linalg.Matrix;

/**
 * What a change of the amounts does to keys that the edit did not ask for: Lambda S Lambda' is the expected squared
 * change of the linear stage, with S = E[u u'] over the patches u of ordinary keys seen through the directions.
 *
 * @param patches S [rank x taps, rank x taps], weight gain included
 * @param gamma weight against the insertion loss, not negative
 */
record Preservation(Matrix patches, double gamma) {
    Preservation {
        if (!(gamma >= 0) || Double.isInfinite(gamma)) {
            throw new IllegalArgumentException("gamma is a finite number from 0, usually 0.2, but was " + gamma + ".");
        }
    }

    /** No weight on other keys. */
    static Preservation none(int unknowns) {
        return new Preservation(Matrix.of(unknowns, unknowns, new double[unknowns * unknowns]), 0);
    }
}
