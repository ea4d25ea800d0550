package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteReport;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.samediff.linalg.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Keys that an edit did not ask for: what the context directions see of them, and what a change does to them. */
final class OrdinaryKeys implements AutoCloseable {
    /** Cells per sample: enough for stable averages, and large maps stay affordable. */
    private static final int MAX_CELLS = 1024;

    private final LayerForm form;
    private final INDArray keys;
    private final Box cells;

    private OrdinaryKeys(LayerForm form, INDArray keys, Box cells) {
        this.form = form;
        this.keys = keys;
        this.cells = cells;
    }

    static OrdinaryKeys of(AssociativeMemory memory, LayerForm form, List<Sample> samples, ProgressListener listener) {
        listener.report(Stage.ORDINARY_KEYS, 0, samples.size());
        INDArray keys;
        try (Inputs inputs = memory.sampler().at(samples)) {
            Keys all = memory.keys(inputs);
            keys = all.tensor();
            all.side().values().stream().filter(INDArray::closeable).forEach(INDArray::close);
        }
        listener.report(Stage.ORDINARY_KEYS, samples.size(), samples.size());
        int[] grid = form.stage().outputGrid((int) keys.size(2), (int) keys.size(3));
        int height = Math.min(grid[0], Math.max(1, MAX_CELLS / grid[1]));
        int top = (grid[0] - height) / 2;
        return new OrdinaryKeys(form, keys, new Box(top, 0, top + height, grid[1]));
    }

    /** S = E[u u'] over the patches of these keys seen through the directions, weight gain included. */
    Matrix patchesSeenThrough(Matrix directions) {
        int unknowns =
                directions.rows() * form.stage().kernelHeight() * form.stage().kernelWidth();
        double[] sum = new double[unknowns * unknowns];
        for (int n = 0; n < keys.size(0); n++) {
            double[] gram = columns(directions.multiply(map(n))).gram().toRowMajor();
            for (int i = 0; i < sum.length; i++) {
                sum[i] += gram[i];
            }
        }
        double scale = form.weightGain() * form.weightGain() / keys.size(0) / (cells.height() * cells.width());
        return Matrix.of(unknowns, unknowns, sum).times(scale);
    }

    /** |dW k| / |W k| over all cells of these keys; cells where W k = 0 do not count. */
    RewriteReport.Interference interference(INDArray weight, Matrix directions, double[][] amounts) {
        Matrix unfolded = CellChange.unfold(weight);
        Matrix change = Matrix.of(amounts).transpose();
        List<Double> shares = new ArrayList<>();
        for (int n = 0; n < keys.size(0); n++) {
            Matrix map = map(n);
            Matrix changed = columns(directions.multiply(map)).multiply(change);
            Matrix usual = columns(map).multiply(unfolded);
            for (CellChange cell : CellChange.between(usual, changed)) {
                if (cell.usual() > 0) {
                    shares.add(cell.share());
                }
            }
        }
        double[] sorted =
                shares.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double mean = Arrays.stream(sorted).average().orElse(0);
        double p99 = sorted.length == 0 ? 0 : sorted[Math.min(sorted.length - 1, (int) (0.99 * sorted.length))];
        return new RewriteReport.Interference(mean, p99, sorted.length);
    }

    /** The key map of a sample [in, height x width]. */
    private Matrix map(int n) {
        try (INDArray map = EditCompiler.sample(keys, n)) {
            return Matrix.of(map.reshape(map.size(0), map.size(1) * map.size(2)));
        }
    }

    /** A map of keys, or of what directions see of them, unfolded at the cells. */
    private Matrix columns(Matrix seen) {
        return LinearColumns.of(
                form.stage(), seen.toRowMajor(), seen.rows(), (int) keys.size(2), (int) keys.size(3), cells);
    }

    /** Frees the keys. */
    @Override
    public void close() {
        keys.close();
    }
}
