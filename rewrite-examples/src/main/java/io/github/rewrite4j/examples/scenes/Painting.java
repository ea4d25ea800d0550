package io.github.rewrite4j.examples.scenes;

import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A square picture in the making: regions painted over one another, and how much of each pixel they cover. */
final class Painting {
    private final int side;
    private final float[] picture;
    private final float[] covered;

    /** Of one colour, in [-1, 1]. */
    Painting(int side, float... colour) {
        this.side = side;
        this.covered = new float[side * side];
        this.picture = new float[3 * covered.length];
        for (int i = 0; i < picture.length; i++) {
            picture[i] = colour[i / covered.length];
        }
    }

    /** Paints a region; its edges are soft. */
    Painting paint(Region region, float... colour) {
        Mask mask = region.onImage(side, side);
        for (int p = 0; p < covered.length; p++) {
            float a = mask.value(p / side, p % side);
            covered[p] = a + (1 - a) * covered[p];
            for (int c = 0; c < colour.length; c++) {
                int at = c * covered.length + p;
                picture[at] = a * colour[c] + (1 - a) * picture[at];
            }
        }
        return this;
    }

    /** [3, H, W]. */
    INDArray picture() {
        return Nd4j.create(picture.clone(), new long[] {3, side, side}, 'c');
    }

    /** Where anything was painted. */
    Mask painted() {
        return Mask.of(Nd4j.create(covered.clone(), new long[] {side, side}, 'c'));
    }
}
