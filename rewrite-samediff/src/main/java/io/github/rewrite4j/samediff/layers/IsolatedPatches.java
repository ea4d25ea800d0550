package io.github.rewrite4j.samediff.layers;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Parts of a layer's values, each drawn alone: a square of cells of a sample over the mean values of many samples, with the
 * sample's own styles. What such a picture shows is what these cells say by themselves.
 */
public final class IsolatedPatches {
    private static final int MEAN_OVER = 64;
    private static final long MEAN_SEED = 5;

    private final AssociativeMemory memory;
    private final float[] mean;

    private IsolatedPatches(AssociativeMemory memory, float[] mean) {
        this.memory = memory;
        this.mean = mean;
    }

    /** Of a memory, over the mean values of 64 samples of seed 5. */
    public static IsolatedPatches of(AssociativeMemory memory) {
        float[] mean = new float[0];
        try (Inputs inputs = memory.sampler().sample(MEAN_OVER, MEAN_SEED)) {
            for (int from = 0; from < MEAN_OVER; from += Program.BATCH) {
                try (Inputs part = inputs.slice(from, from + Program.BATCH);
                        Keys keys = memory.keys(part);
                        Values values = memory.values(keys)) {
                    float[] all = HostArrays.of(values.tensor());
                    int row = all.length / Program.BATCH;
                    mean = mean.length == 0 ? new float[row] : mean;
                    for (int i = 0; i < all.length; i++) {
                        mean[i % row] += all[i] / MEAN_OVER;
                    }
                }
            }
        }
        return new IsolatedPatches(memory, mean);
    }

    /**
     * Draws parts.
     *
     * @param inputs one image for each part
     * @param cells of each part, on the grid of the values
     * @return images [N, C, H, W]
     */
    public INDArray draw(Inputs inputs, List<Box> cells) {
        if (inputs.size() != cells.size()) {
            throw new IllegalArgumentException("There are " + inputs.size() + " inputs, but " + cells.size()
                    + " squares of cells: give one for each.");
        }
        FeatureShape shape = memory.spec().valueShape();
        try (Keys keys = memory.keys(inputs);
                Values values = memory.values(keys)) {
            float[] all = HostArrays.of(values.tensor());
            float[] alone = new float[all.length];
            int plane = shape.cells();
            for (int n = 0; n < cells.size(); n++) {
                Box box = cells.get(n);
                if (box.top() < 0 || box.left() < 0 || box.bottom() > shape.height() || box.right() > shape.width()) {
                    throw new IllegalArgumentException(box + " does not lie on a grid of " + shape + ".");
                }
                System.arraycopy(mean, 0, alone, n * mean.length, mean.length);
                for (int c = 0; c < shape.channels(); c++) {
                    for (int y = box.top(); y < box.bottom(); y++) {
                        int at = n * mean.length + c * plane + y * shape.width();
                        System.arraycopy(all, at + box.left(), alone, at + box.left(), box.width());
                    }
                }
            }
            return memory.decode(values.withTensor(
                    Nd4j.createFromArray(alone).reshape(values.tensor().shape())));
        }
    }

    /** The mean values, drawn in the styles of these inputs: what parts are drawn over. */
    public INDArray background(Inputs inputs) {
        Objects.requireNonNull(inputs, "inputs");
        FeatureShape shape = memory.spec().valueShape();
        try (Keys keys = memory.keys(inputs);
                Values values = memory.values(keys)) {
            float[] all = new float[inputs.size() * mean.length];
            for (int n = 0; n < inputs.size(); n++) {
                System.arraycopy(mean, 0, all, n * mean.length, mean.length);
            }
            return memory.decode(values.withTensor(
                    Nd4j.createFromArray(all).reshape(inputs.size(), shape.channels(), shape.height(), shape.width())));
        }
    }

    /** The pixels that a square of cells and so many cells around it cover. */
    public Box pixels(Box cells, int around) {
        Objects.requireNonNull(cells, "cells");
        FeatureShape shape = memory.spec().valueShape();
        int height = memory.spec().generator().imageHeight();
        int width = memory.spec().generator().imageWidth();
        double down = (double) height / (shape.height() - 2 * shape.margin());
        double right = (double) width / (shape.width() - 2 * shape.margin());
        int top = clamp((cells.top() - around - shape.margin()) * down, height - 1);
        int left = clamp((cells.left() - around - shape.margin()) * right, width - 1);
        int bottom = clamp(Math.ceil((cells.bottom() + around - shape.margin()) * down), height);
        int end = clamp(Math.ceil((cells.right() + around - shape.margin()) * right), width);
        return new Box(top, left, Math.max(top + 1, bottom), Math.max(left + 1, end));
    }

    private static int clamp(double value, int most) {
        return (int) Math.max(0, Math.min(most, value));
    }

    /**
     * How much of what single cells draw lies where they are: with d the difference that a cell makes to the background, the
     * share of the sum of d^2 within the pixels of the cell and of its neighbours, over all parts.
     *
     * @param inputs one image for each cell
     * @param cells each one cell large
     * @param around neighbours on each side that count
     */
    public double focus(Inputs inputs, List<Box> cells, int around) {
        Objects.requireNonNull(inputs, "inputs");
        Objects.requireNonNull(cells, "cells");
        float[] drawn;
        float[] empty;
        int width = memory.spec().generator().imageWidth();
        int plane = memory.spec().generator().imageHeight() * width;
        try (INDArray images = draw(inputs, cells);
                INDArray background = background(inputs)) {
            drawn = HostArrays.of(images);
            empty = HostArrays.of(background);
        }
        int row = drawn.length / cells.size();
        double inside = 0;
        double all = 0;
        for (int n = 0; n < cells.size(); n++) {
            Box field = pixels(cells.get(n), around);
            for (int i = 0; i < row; i++) {
                double d = (double) drawn[n * row + i] - empty[n * row + i];
                int y = i % plane / width;
                int x = i % width;
                all += d * d;
                inside += y >= field.top() && y < field.bottom() && x >= field.left() && x < field.right() ? d * d : 0;
            }
        }
        return all == 0 ? 1 : inside / all;
    }

    /** Squares of cells spread evenly over the part of the grid that lies in the picture, the same at every call. */
    List<Box> spread(int count, int size) {
        FeatureShape shape = memory.spec().valueShape();
        int rows = shape.height() - 2 * shape.margin() - size;
        int columns = shape.width() - 2 * shape.margin() - size;
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException(
                    "A square of " + size + " cells does not fit on a grid of " + shape + ".");
        }
        List<Box> boxes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Steps of irrational shares of the grid fill it evenly (Roberts 2018, the plastic number).
            int top = shape.margin() + (int) ((0.5 + 0.7548776662 * i) % 1 * (rows + 1));
            int left = shape.margin() + (int) ((0.5 + 0.5698402910 * i) % 1 * (columns + 1));
            boxes.add(new Box(top, left, top + size, left + size));
        }
        return boxes;
    }
}
