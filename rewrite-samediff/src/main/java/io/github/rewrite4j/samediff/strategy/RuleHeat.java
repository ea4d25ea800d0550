package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FeatureShape;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.samediff.graph.internal.Named;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.internal.Elements;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where a rewritten rule fires: |dW k| / |W k| at every cell of a layer, by its linear stage alone. 0 means that the new
 * rule does not see the cell, 1 that it has as much to say there as the whole old weight. Immutable.
 */
public final class RuleHeat {
    private final LayerForm form;
    private final FeatureShape keys;
    private final Matrix weight;
    private final Matrix directions;
    private final Matrix amounts;

    private RuleHeat(LayerForm form, FeatureShape keys, Matrix weight, Matrix directions, Matrix amounts) {
        this.form = form;
        this.keys = keys;
        this.weight = weight;
        this.directions = directions;
        this.amounts = amounts;
    }

    /**
     * Prepares maps.
     *
     * @param memory one layer of known form, as it was before the patch
     * @param patch a change of this layer; other weights it changes do not count
     * @throws RewriteException when the memory has no form, or the patch leaves this layer alone
     */
    public static RuleHeat at(AssociativeMemory memory, Patch patch) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(patch, "patch");
        LayerForm form = memory.form()
                .orElseThrow(() -> new RewriteException("The memory "
                        + memory.spec().name() + " is not a single layer of known form; choose one layer."));
        patch.requireFits(memory.spec().generator());
        WeightDelta delta = patch.deltas().stream()
                .filter(candidate -> candidate.weight().equals(form.weight()))
                .findFirst()
                .orElseThrow(() -> new RewriteException(
                        patch + " does not change '" + form.weight() + "', so that nothing fires at "
                                + memory.spec().name() + "; choose the layer it was made at."));
        Matrix weight = CellChange.unfold(Named.in(memory.weights(), form.weight()));
        FeatureShape shape = memory.spec().keyShape();
        if (delta instanceof WeightDelta.LowRank low) {
            // Keys are seen through the few directions first: their patches are shorter by rank over channels.
            return new RuleHeat(form, shape, weight, Matrix.of(low.right()), CellChange.unfold(low.left()));
        }
        int channels = shape.channels();
        return new RuleHeat(form, shape, weight, Matrix.identity(channels), CellChange.unfold(delta.toDense()));
    }

    /**
     * The maps of some inputs. Cost: two matrix products over the unfolded keys of each input, a few milliseconds.
     *
     * @param memory one layer of known form, as it was before the patch
     * @param patch a change of this layer; other weights it changes do not count
     * @param inputs of the generator
     * @return float32 array [N, h, w] on the grid of the layer's values; of grids that reach beyond the picture, the part
     *     of the keys' grid within it
     * @throws RewriteException when the memory has no form, or the patch leaves this layer alone
     */
    public static INDArray of(AssociativeMemory memory, Patch patch, Inputs inputs) {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(patch, "patch");
        Objects.requireNonNull(inputs, "inputs");
        RuleHeat heat = at(memory, patch);
        try (Keys keys = memory.keys(inputs)) {
            return heat.of(keys.tensor());
        }
    }

    /**
     * The maps of some keys.
     *
     * @param keys [N, C, h, w]
     * @return float32 array [N, h', w'] on the grid of the layer's values; of grids that reach beyond the picture, the part
     *     of the keys' grid within it
     */
    public INDArray of(INDArray keys) {
        int channels = Math.toIntExact(keys.size(1));
        int height = Math.toIntExact(keys.size(2));
        int width = Math.toIntExact(keys.size(3));
        int[] grid = form.stage().outputGrid(height, width);
        int[] margin = outside(form, this.keys);
        Box inside = new Box(margin[0], margin[1], grid[0] - margin[0], grid[1] - margin[1]);
        int samples = Math.toIntExact(keys.size(0));
        float[][][] maps = new float[samples][inside.height()][inside.width()];
        for (int n = 0; n < samples; n++) {
            Matrix map = Matrix.of(channels, height * width, Elements.of(keys.slice(n)));
            Matrix usual = columns(map, height, width, inside).multiply(weight);
            Matrix changed =
                    columns(directions.multiply(map), height, width, inside).multiply(amounts);
            List<CellChange> cells = CellChange.between(usual, changed);
            for (int p = 0; p < cells.size(); p++) {
                maps[n][p / inside.width()][p % inside.width()] =
                        (float) cells.get(p).share();
            }
        }
        return Nd4j.createFromArray(maps);
    }

    /** Rows and columns at each side of the linear stage's result that lie outside of the picture. */
    static int[] outside(LayerForm form, FeatureShape keys) {
        int[] grid = form.stage().outputGrid(keys.height(), keys.width());
        return keys.margin() == 0
                ? new int[] {0, 0}
                : new int[] {keys.margin() + (grid[0] - keys.height()) / 2, keys.margin() + (grid[1] - keys.width()) / 2
                };
    }

    private Matrix columns(Matrix map, int height, int width, Box cells) {
        return LinearColumns.of(form.stage(), map.toRowMajor(), map.rows(), height, width, cells);
    }
}
