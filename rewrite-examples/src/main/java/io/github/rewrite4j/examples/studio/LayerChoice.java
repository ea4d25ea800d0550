package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Region;

/**
 * The layer for an object. Grids of a quarter of the image, of 8 to 32 cells, are where parts of images begin to be independent
 * of what surrounds them (the published interface works at 32 of 256 pixels); of the layers there an object of four cells and
 * more takes the first, which draws shapes, a smaller one the last, and one of less than two cells a finer grid.
 */
final class LayerChoice {
    private static final int COARSEST = 8;
    private static final int FINEST = 32;
    private static final double SHAPE = 4;
    private static final double LEAST = 2;

    private LayerChoice() {}

    /** @param pictures whether the generator works on pictures: then the last layer, since the first ones only look at them */
    static String of(Generator generator, Region object, boolean pictures) {
        int height = generator.spec().imageHeight();
        int width = generator.spec().imageWidth();
        Box box = object.requireOnImage(height, width).boundingBox();
        double size = Math.sqrt(box.height() / (double) height * box.width() / width);
        int wanted = Math.max(COARSEST, Math.min(FINEST, height / 4));
        if (size * wanted < LEAST) {
            wanted *= 2;
        }
        int grid = Integer.MAX_VALUE;
        for (Layer layer : generator.layers()) {
            int cells = layer.valueShape().height();
            grid = cells >= wanted ? Math.min(grid, cells) : grid;
        }
        String chosen = generator.layers().get(generator.layers().size() - 1).name();
        boolean shape = size * grid >= SHAPE && !pictures;
        for (Layer layer : generator.layers()) {
            if (layer.valueShape().height() == grid) {
                chosen = layer.name();
                if (shape) {
                    break;
                }
            }
        }
        return chosen;
    }
}
