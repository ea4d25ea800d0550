package io.github.rewrite4j.examples.studio;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Region;
import java.util.List;

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

    static String of(Generator generator, Region object) {
        int height = generator.spec().imageHeight();
        int width = generator.spec().imageWidth();
        Box box = object.requireOnImage(height, width).boundingBox();
        double size = Math.sqrt(box.height() / (double) height * box.width() / width);
        int grid = Math.max(COARSEST, Math.min(FINEST, height / 4));
        List<Layer> layers = generator.layers();
        String chosen = layers.get(layers.size() / 2).name();
        for (Layer layer : layers) {
            int cells = layer.valueShape().height();
            if (cells < grid) {
                continue;
            }
            if (cells > grid && size * grid >= LEAST) {
                break;
            }
            grid = cells;
            chosen = layer.name();
            if (size * cells >= SHAPE) {
                break;
            }
        }
        return chosen;
    }
}
