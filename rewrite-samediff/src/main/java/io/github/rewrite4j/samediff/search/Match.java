package io.github.rewrite4j.samediff.search;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Subject;
import io.github.rewrite4j.edit.Cell;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.edit.Selection;
import io.github.rewrite4j.io.Facts;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An image in which something fires.
 *
 * @param position place among the images that were searched, from 0
 * @param subject the image: a sample, or inputs of the caller's own
 * @param peak the largest heat of a cell
 * @param cell where that is, on the grid of the heat
 * @param heat float32 [h, w]; not to be changed
 */
public record Match(int position, Subject subject, double peak, Cell cell, INDArray heat) {
    public Match {
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(cell, "cell");
        Objects.requireNonNull(heat, "heat");
    }

    /**
     * The pixels under cells that are at least as hot as a threshold.
     *
     * @param threshold such as that of the {@link Found}; at most the peak, or nothing is selected
     */
    public Region region(double threshold, int imageHeight, int imageWidth) {
        float[][] mask = new float[imageHeight][imageWidth];
        int height = (int) heat.size(0);
        int width = (int) heat.size(1);
        for (int y = 0; y < imageHeight; y++) {
            for (int x = 0; x < imageWidth; x++) {
                mask[y][x] = heat.getFloat(y * height / imageHeight, x * width / imageWidth) >= threshold ? 1 : 0;
            }
        }
        return Region.of(mask);
    }

    /** The match as a context for an edit: the image with the hot region. */
    public Selection selection(double threshold, int imageHeight, int imageWidth) {
        return new Selection(subject, region(threshold, imageHeight, imageWidth));
    }

    /** Flat, ordered facts for JSON. */
    public Facts facts() {
        Facts.Builder map = Facts.builder();
        map.put("position", position);
        if (subject instanceof Sample sample) {
            map.put("seed", sample.seed());
            map.put("sample", sample.index());
        } else {
            map.put("subject", subject.toString());
        }
        map.put("peak", peak);
        map.put("row", cell.row());
        map.put("column", cell.column());
        return map.build();
    }
}
