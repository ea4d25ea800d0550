package io.github.rewrite4j.samediff.relation;

import io.github.rewrite4j.RewriteException;

/** A layer that the cause of a relation has not reached the effect before. */
final class UnreachedEffectException extends RewriteException {
    private static final long serialVersionUID = 1L;

    UnreachedEffectException() {
        super(
                "The probe changes none of the keys of the effect areas at this layer: the cause does not reach them before"
                        + " it. Choose a later layer.");
    }
}
