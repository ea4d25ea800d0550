package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.edit.Cell;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The copied object in value space, ready to be pasted: the values under the bounding box of the copied region, with the
 * selected cells as alpha.
 */
final class Paster {
    private final AssociativeMemory memory;
    private final INDArray object;
    private final Mask alpha;
    private final Box from;
    private final Map<Box, Overlay> overlays = new HashMap<>();

    private Paster(AssociativeMemory memory, INDArray object, Mask alpha, Box from) {
        this.memory = memory;
        this.object = object;
        this.alpha = alpha;
        this.from = from;
    }

    static Paster of(AssociativeMemory memory, Edit edit) {
        Mask alpha = valueMask(memory, edit.object().region());
        Values values =
                memory.values(memory.keys(Subject.inputs(List.of(edit.object().subject()), memory.sampler())));
        return new Paster(memory, values.tensor(), alpha, alpha.boundingBox());
    }

    /** Cells of the value grid that a region selects. */
    static Mask valueMask(AssociativeMemory memory, Region region) {
        return gridMask(memory, region, memory.spec().valueShape());
    }

    /** Cells of the key grid that a region selects. */
    static Mask keyMask(AssociativeMemory memory, Region region) {
        return gridMask(memory, region, memory.spec().keyShape());
    }

    private static Mask gridMask(AssociativeMemory memory, Region region, FeatureShape shape) {
        return region.requireOnGrid(
                memory.spec().generator().imageHeight(),
                memory.spec().generator().imageWidth(),
                shape);
    }

    /** Where the object comes to lie: centre on the centre of the region's bounding box, moved inside the map. */
    Box placeAt(Region region) {
        FeatureShape shape = memory.spec().valueShape();
        Cell centre = valueMask(memory, region).boundingBox().centre();
        int top = clamp(centre.row() - from.height() / 2, shape.height() - from.height());
        int left = clamp(centre.column() - from.width() / 2, shape.width() - from.width());
        return new Box(top, left, top + from.height(), left + from.width());
    }

    private static int clamp(int start, int last) {
        return Math.max(0, Math.min(last, start));
    }

    /** A copy of sample n of the values with the object over it. */
    INDArray paste(INDArray values, int n, Box place) {
        Overlay overlay = overlays.computeIfAbsent(place, this::overlay);
        return EditCompiler.sample(values, n).muli(overlay.kept).addi(overlay.added);
    }

    /** The object at a place: 1 where values are kept, and what is added. One array operation each, not one per cell. */
    private record Overlay(INDArray kept, INDArray added) {}

    private Overlay overlay(Box place) {
        FeatureShape shape = memory.spec().valueShape();
        int plane = shape.height() * shape.width();
        float[] source = HostArrays.of(object);
        float[] kept = new float[shape.channels() * plane];
        float[] added = new float[kept.length];
        Arrays.fill(kept, 1);
        for (int y = 0; y < from.height(); y++) {
            for (int x = 0; x < from.width(); x++) {
                if (alpha.value(from.top() + y, from.left() + x) > 0) {
                    int to = (place.top() + y) * shape.width() + place.left() + x;
                    int at = (from.top() + y) * shape.width() + from.left() + x;
                    for (int c = 0; c < shape.channels(); c++) {
                        kept[c * plane + to] = 0;
                        added[c * plane + to] = source[c * plane + at];
                    }
                }
            }
        }
        long[] size = {shape.channels(), shape.height(), shape.width()};
        return new Overlay(
                Nd4j.createFromArray(kept).reshape(size),
                Nd4j.createFromArray(added).reshape(size));
    }

    /** The cells of the value grid under the object when placed there, row by row. */
    boolean[] valueMask(Box place) {
        FeatureShape shape = memory.spec().valueShape();
        boolean[] mask = new boolean[shape.height() * shape.width()];
        for (int y = 0; y < from.height(); y++) {
            for (int x = 0; x < from.width(); x++) {
                mask[(place.top() + y) * shape.width() + place.left() + x] =
                        alpha.value(from.top() + y, from.left() + x) > 0;
            }
        }
        return mask;
    }

    /** The image pixels under the object's selected cells, 1 inside and 0 outside, when placed there. */
    float[][] imageMask(Box place) {
        int height = memory.spec().generator().imageHeight();
        int width = memory.spec().generator().imageWidth();
        FeatureShape grid = memory.spec().valueShape();
        float[][] mask = new float[height][width];
        for (int y = 0; y < height; y++) {
            int row = grid.margin() + y * (grid.height() - 2 * grid.margin()) / height - place.top();
            for (int x = 0; x < width; x++) {
                int column = grid.margin() + x * (grid.width() - 2 * grid.margin()) / width - place.left();
                boolean inside = row >= 0 && row < from.height() && column >= 0 && column < from.width();
                mask[y][x] = inside && alpha.value(from.top() + row, from.left() + column) > 0 ? 1 : 0;
            }
        }
        return mask;
    }
}
