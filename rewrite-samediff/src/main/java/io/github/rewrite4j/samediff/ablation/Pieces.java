package io.github.rewrite4j.samediff.ablation;

import io.github.rewrite4j.ProgressListener;

/** Shares out the progress of a comparison among its pieces, which are counted beforehand and taken to last equally long. */
final class Pieces {
    private final ProgressListener whole;
    private final int count;
    private int begun;

    Pieces(ProgressListener whole, int count) {
        this.whole = whole;
        this.count = Math.max(1, count);
    }

    /** Hears the next piece. */
    ProgressListener next() {
        int piece = Math.min(begun++, count - 1);
        return whole.part(piece / (double) count, (piece + 1) / (double) count);
    }
}
