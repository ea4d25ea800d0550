package io.github.rewrite4j.spark;

import io.github.rewrite4j.edit.Mask;

/** A mask as what travels. */
final class SentMask {
    private SentMask() {}

    static float[][] of(Mask mask) {
        float[][] values = new float[mask.height()][mask.width()];
        for (int y = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++) {
                values[y][x] = mask.value(y, x);
            }
        }
        return values;
    }
}
