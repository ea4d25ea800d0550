package io.github.rewrite4j.samediff.closedform;

import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.samediff.linalg.internal.Elements;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Keys that a user has marked in one or more images, with how much of each cell was marked. Immutable. */
public final class SelectedKeys {
    private final Matrix keys;
    private final double[] weights;

    private SelectedKeys(Matrix keys, double[] weights) {
        this.keys = keys;
        this.weights = weights;
    }

    /**
     * Keys from a list.
     *
     * @param keys [n, C_in], one key per row
     * @param weights n positive numbers
     */
    public static SelectedKeys of(Matrix keys, double... weights) {
        Objects.requireNonNull(keys, "keys");
        if (weights.length != keys.rows()) {
            throw new IllegalArgumentException(keys.rows() + " keys need as many weights, not " + weights.length + ".");
        }
        for (double weight : weights) {
            Pairs.requirePositive(weight, "weight of a selected key");
        }
        return new SelectedKeys(keys, weights.clone());
    }

    /**
     * The keys of one image under a mask that was resized to the grid of the keys.
     *
     * @param keyMap [C_in, h, w]
     * @param area [h, w], how much of each cell is selected; cells above 0 are taken
     */
    public static SelectedKeys under(INDArray keyMap, INDArray area) {
        if (keyMap.rank() != 3
                || area.rank() != 2
                || keyMap.size(1) != area.size(0)
                || keyMap.size(2) != area.size(1)) {
            throw new IllegalArgumentException(
                    "A key map [C, h, w] and an area [h, w] of the same grid are needed, got "
                            + Arrays.toString(keyMap.shape()) + " and " + Arrays.toString(area.shape()) + ".");
        }
        int channels = Math.toIntExact(keyMap.size(0));
        double[] all = Elements.of(keyMap);
        double[] mask = Elements.of(area);
        int[] cells =
                IntStream.range(0, mask.length).filter(cell -> mask[cell] > 0).toArray();
        if (cells.length == 0) {
            throw new IllegalArgumentException("The area selects no cell of the " + area.size(0) + " x " + area.size(1)
                    + " grid; mark a larger region.");
        }
        double[] weights = new double[cells.length];
        double[][] keys = new double[cells.length][channels];
        for (int row = 0; row < cells.length; row++) {
            weights[row] = mask[cells[row]];
            for (int c = 0; c < channels; c++) {
                keys[row][c] = all[c * mask.length + cells[row]];
            }
        }
        return of(Matrix.of(keys), weights);
    }

    /** The keys of several images together. */
    public static SelectedKeys join(List<SelectedKeys> selections) {
        if (selections.isEmpty()) {
            throw new IllegalArgumentException("At least one selection is needed.");
        }
        int channels = selections.get(0).channels();
        int total = selections.stream().mapToInt(SelectedKeys::count).sum();
        double[] keys = new double[Math.multiplyExact(total, channels)];
        double[] weights = new double[total];
        int row = 0;
        for (SelectedKeys part : selections) {
            if (part.channels() != channels) {
                throw new IllegalArgumentException("Selections of keys of length " + channels + " and "
                        + part.channels() + " cannot be joined; take all of them at one layer.");
            }
            System.arraycopy(part.keys.toRowMajor(), 0, keys, row * channels, part.count() * channels);
            System.arraycopy(part.weights, 0, weights, row, part.count());
            row += part.count();
        }
        return new SelectedKeys(Matrix.of(total, channels, keys), weights);
    }

    /** Number of keys. */
    public int count() {
        return weights.length;
    }

    /** Length of a key. */
    public int channels() {
        return keys.columns();
    }

    /** The keys as rows, [n, C_in]. */
    public Matrix keys() {
        return keys;
    }

    /** A copy of the weights. */
    public double[] weights() {
        return weights.clone();
    }
}
