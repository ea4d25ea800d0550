package io.github.rewrite4j.samediff.generator.munit;

import io.github.rewrite4j.samediff.generator.Edges;
import io.github.rewrite4j.samediff.generator.PictureSize;

/**
 * What the file of a translator does not say.
 *
 * @param size of pictures that go in
 * @param edges what lies beyond the edges of maps
 * @param activation between layers
 */
record MunitRecipe(PictureSize size, Edges edges, MunitActivation activation) {
    /** As published. */
    static final MunitRecipe PUBLISHED =
            new MunitRecipe(new PictureSize(256, 256), Edges.REFLECT, MunitActivation.RELU);

    int height() {
        return size.height();
    }

    int width() {
        return size.width();
    }
}
