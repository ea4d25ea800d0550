package io.github.rewrite4j;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Filters around an activation that keep it from making what the grid cannot show (Karras et al. 2021): each map is enlarged
 * by {@code enlargement} (zeros between the cells, then {@code before} and {@code after} zeros, or cells cut off where
 * negative), convolved with {@code up} along both axes, activated, convolved with {@code down}, and of the result every
 * {@code reduction}-th cell is kept. Convolutions are true ones, where the filter lies within.
 *
 * @param up enlarging filter [taps], its gain included: the sum is {@code enlargement} for a filter that keeps the mean
 * @param enlargement times that the grid becomes larger
 * @param before zeros before the first cell
 * @param after zeros after the last cell and the zeros behind it
 * @param down reducing filter, [taps] along both axes or [taps, taps]
 * @param reduction times that the grid becomes smaller
 */
public record ActivationFilters(INDArray up, int enlargement, int before, int after, INDArray down, int reduction) {
    public ActivationFilters {
        if (up.rank() != 1 || down.rank() < 1 || down.rank() > 2 || enlargement < 1 || reduction < 1) {
            throw new IllegalArgumentException(
                    "Expected are an enlarging filter [taps], a reducing filter [taps] or [taps, taps] and positive factors, but got "
                            + up.shapeInfoToString() + ", " + down.shapeInfoToString() + ", " + enlargement + " and "
                            + reduction + ".");
        }
        up = up.dup('c');
        down = down.dup('c');
    }

    /** A copy of the enlarging filter. */
    @Override
    public INDArray up() {
        return up.dup('c');
    }

    /** A copy of the reducing filter. */
    @Override
    public INDArray down() {
        return down.dup('c');
    }

    /** Cells of a side that the activation sees, for so many that the linear stage gives. */
    public int activatedCells(int cells) {
        return Math.toIntExact(cells * (long) enlargement + before + after - up.length() + 1);
    }

    /** Cells of a side that are left. */
    public int outputCells(int cells) {
        return Math.toIntExact((activatedCells(cells) - down.size(0)) / reduction + 1);
    }
}
