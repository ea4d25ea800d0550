package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.samediff.graph.Named;
import io.github.rewrite4j.samediff.linalg.Elements;
import io.github.rewrite4j.samediff.linalg.Matrix;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Where a rewritten rule fires: |dW k| / |W k| at every cell of a layer, by its linear stage alone. 0 means that the new
 * rule does not see the cell, 1 that it has as much to say there as the whole old weight.
 */
public final class RuleHeat {
    private RuleHeat() {}

    /**
     * The maps of some inputs. Cost: two matrix products over the unfolded keys of each input, a few milliseconds.
     *
     * @param memory one layer of known form, as it was before the patch
     * @param patch a change of this layer; other weights it changes do not count
     * @param inputs of the generator
     * @return float32 array [N, h, w] on the grid of the layer's values
     * @throws RewriteException when the memory has no form, or the patch leaves this layer alone
     */
    public static INDArray of(AssociativeMemory memory, Patch patch, Inputs inputs) {
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
        Matrix change = CellChange.unfold(delta.toDense());
        INDArray keys = memory.keys(inputs).tensor();
        int height = Math.toIntExact(keys.size(2));
        int width = Math.toIntExact(keys.size(3));
        int[] grid = form.stage().outputGrid(height, width);
        float[][][] maps = new float[inputs.size()][grid[0]][grid[1]];
        for (int n = 0; n < inputs.size(); n++) {
            double[] map = Elements.of(keys.slice(n));
            Matrix columns = LinearColumns.of(
                    form.stage(), map, Math.toIntExact(keys.size(1)), height, width, new Box(0, 0, grid[0], grid[1]));
            List<CellChange> cells = CellChange.between(columns.multiply(weight), columns.multiply(change));
            for (int p = 0; p < cells.size(); p++) {
                maps[n][p / grid[1]][p % grid[1]] = (float) cells.get(p).share();
            }
        }
        return Nd4j.createFromArray(maps);
    }
}
