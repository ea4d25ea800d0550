package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.internal.Elements;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The keys of one layer for some inputs, and what a change of its weight makes of them where a patch draws. */
final class FootprintKeys {
    /** Cells in all: enough for a stable second moment, and large maps stay affordable. */
    private static final int MAX_CELLS = 2048;

    private final Matrix[] columns;
    private final int[] grid;
    private final int[] margin;
    private final int imageHeight;
    private final int imageWidth;

    private FootprintKeys(Matrix[] columns, int[] grid, int[] margin, int imageHeight, int imageWidth) {
        this.columns = columns;
        this.grid = grid;
        this.margin = margin;
        this.imageHeight = imageHeight;
        this.imageWidth = imageWidth;
    }

    /** Of the first inputs, as many as are affordable; empty where nothing is known of how the layer computes. */
    static Optional<FootprintKeys> of(Generator base, Layer layer, Inputs inputs) {
        AssociativeMemory memory = base.memory(layer.name());
        return memory.form().map(form -> of(memory, form, inputs, MAX_CELLS));
    }

    /** Of the first inputs, as many as have this many cells, one at least. */
    static FootprintKeys of(AssociativeMemory memory, LayerForm form, Inputs inputs, int mostCells) {
        FeatureShape shape = memory.spec().keyShape();
        int[] grid = form.stage().outputGrid(shape.height(), shape.width());
        int samples = Math.max(1, Math.min(inputs.size(), mostCells / (grid[0] * grid[1])));
        Matrix[] columns = new Matrix[samples];
        try (Inputs first = inputs.slice(0, samples);
                Keys keys = memory.keys(first)) {
            for (int n = 0; n < samples; n++) {
                columns[n] = LinearColumns.of(
                        form.stage(),
                        Elements.of(keys.tensor().slice(n)),
                        shape.channels(),
                        shape.height(),
                        shape.width(),
                        new Box(0, 0, grid[0], grid[1]));
            }
        }
        return new FootprintKeys(
                columns,
                grid,
                RuleHeat.outside(form, shape),
                memory.spec().generator().imageHeight(),
                memory.spec().generator().imageWidth());
    }

    /**
     * dW k at every cell under some pixels, 0 at the others.
     *
     * @param pixels [N, H, W] row-major
     */
    double[] changed(WeightDelta change, boolean[] pixels) {
        Matrix unfolded = CellChange.unfold(change.toDense());
        int out = unfolded.columns();
        int cells = grid[0] * grid[1];
        double[] result = new double[columns.length * cells * out];
        for (int n = 0; n < columns.length; n++) {
            boolean[] selected = cells(pixels, n);
            double[] outputs = columns[n].multiply(unfolded).toRowMajor();
            for (int cell = 0; cell < cells; cell++) {
                if (selected[cell]) {
                    System.arraycopy(outputs, cell * out, result, (n * cells + cell) * out, out);
                }
            }
        }
        return result;
    }

    /**
     * The keys of single cells that the kernel sees from cells under some pixels.
     *
     * @param pixels [N, H, W] row-major
     * @param taps of the kernel
     * @return a key per row; those beyond the edge of the map, which are zero, are left out
     */
    List<double[]> seenUnder(boolean[] pixels, int taps) {
        List<double[]> keys = new ArrayList<>();
        for (int n = 0; n < columns.length; n++) {
            boolean[] selected = cells(pixels, n);
            int channels = columns[n].columns() / taps;
            for (int cell = 0; cell < selected.length; cell++) {
                for (int tap = 0; tap < taps && selected[cell]; tap++) {
                    double[] key = new double[channels];
                    double size = 0;
                    for (int c = 0; c < channels; c++) {
                        key[c] = columns[n].get(cell, c * taps + tap);
                        size += key[c] * key[c];
                    }
                    if (size > 0) {
                        keys.add(key);
                    }
                }
            }
        }
        return keys;
    }

    /** Cells of the layer's output under any of the pixels of one sample. */
    private boolean[] cells(boolean[] pixels, int sample) {
        boolean[] cells = new boolean[grid[0] * grid[1]];
        int start = sample * imageHeight * imageWidth;
        for (int y = 0; y < imageHeight; y++) {
            int row = margin[0] + y * (grid[0] - 2 * margin[0]) / imageHeight;
            for (int x = 0; x < imageWidth; x++) {
                if (pixels[start + y * imageWidth + x]) {
                    int column = margin[1] + x * (grid[1] - 2 * margin[1]) / imageWidth;
                    cells[row * grid[1] + column] = true;
                }
            }
        }
        return cells;
    }
}
