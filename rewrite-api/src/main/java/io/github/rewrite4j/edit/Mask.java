package io.github.rewrite4j.edit;

import io.github.rewrite4j.FeatureShape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An immutable grid of values in [0, 1]: how much of each cell is selected.
 *
 * <p>A cell counts as selected when its value is above zero.
 */
public final class Mask {
    private final int height;
    private final int width;
    private final float[] values;

    /** Kept once it is asked for. */
    private volatile @Nullable Box box;

    /** Takes ownership of the values, which the caller has checked. */
    Mask(int height, int width, float[] values) {
        this.height = height;
        this.width = width;
        this.values = values;
    }

    /**
     * A mask from its rows.
     *
     * @throws IllegalArgumentException if there is no cell, rows differ in length, or a value is not in [0, 1]
     */
    public static Mask of(float[][] rows) {
        if (rows.length == 0 || rows[0].length == 0) {
            throw new IllegalArgumentException("The mask has no cells: give at least one row of at least one value.");
        }
        int width = rows[0].length;
        float[] values = new float[Checks.cells(rows.length, width)];
        for (int y = 0; y < rows.length; y++) {
            if (rows[y].length != width) {
                throw new IllegalArgumentException("Row " + y + " of the mask has " + rows[y].length
                        + " values, row 0 has " + width + ": all rows must be equally long.");
            }
            System.arraycopy(rows[y], 0, values, y * width, width);
        }
        return checked(rows.length, width, values);
    }

    /**
     * A mask from an array [height, width] of any real type.
     *
     * @throws IllegalArgumentException if it has another rank, no cell, or a value that is not in [0, 1]
     */
    public static Mask of(INDArray array) {
        if (array.isEmpty() || array.rank() != 2) {
            throw new IllegalArgumentException("The mask has the shape " + Arrays.toString(array.shape())
                    + ": it must be [height, width] with at least one cell.");
        }
        int height = Math.toIntExact(array.size(0));
        int width = Math.toIntExact(array.size(1));
        Checks.cells(height, width);
        // dup('c') also turns views and Fortran order into plain rows.
        float[] values = array.castTo(DataType.FLOAT).dup('c').data().asFloat();
        return checked(height, width, values);
    }

    private static Mask checked(int height, int width, float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (!(values[i] >= 0f && values[i] <= 1f)) {
                throw new IllegalArgumentException("The mask holds " + values[i] + " at row " + i / width + ", column "
                        + i % width + ": values lie in [0, 1], 1 = selected. Divide 8-bit masks by 255.");
            }
        }
        return new Mask(height, width, values);
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /** The value of a cell, in [0, 1]. */
    public float value(int row, int column) {
        if (row < 0 || row >= height || column < 0 || column >= width) {
            throw new IllegalArgumentException("There is no cell (" + row + ", " + column + ") in a mask of " + height
                    + " rows and " + width + " columns.");
        }
        return values[row * width + column];
    }

    /** How many cells have a value above zero. */
    public int selectedCells() {
        int count = 0;
        for (float value : values) {
            count += value > 0f ? 1 : 0;
        }
        return count;
    }

    public boolean isEmpty() {
        return selectedCells() == 0;
    }

    /** The sum of all values: the selected area in cells. */
    public double sum() {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return sum;
    }

    /**
     * The smallest box that holds every selected cell.
     *
     * @throws EmptyRegionException if no cell is selected
     */
    public Box boundingBox() {
        Box found = box;
        if (found == null) {
            found = findBox();
            box = found;
        }
        return found;
    }

    private Box findBox() {
        int top = height;
        int left = width;
        int bottom = 0;
        int right = 0;
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++, i++) {
                if (values[i] > 0f) {
                    top = Math.min(top, y);
                    left = Math.min(left, x);
                    bottom = y + 1;
                    right = Math.max(right, x + 1);
                }
            }
        }
        if (bottom == 0) {
            throw new EmptyRegionException("The mask of " + height + " rows and " + width
                    + " columns selects no cell, so it has no bounding box and no centre: ask isEmpty() first.");
        }
        return new Box(top, left, bottom, right);
    }

    /**
     * The cell in the middle of the bounding box, where a pasted object is centred.
     *
     * @throws EmptyRegionException if no cell is selected
     */
    public Cell centre() {
        return boundingBox().centre();
    }

    /** The same selection with values 0 and 1 only: 1 where the value is above zero. */
    public Mask hard() {
        return atLeast(Float.MIN_VALUE);
    }

    /** Values 0 and 1 only: 1 where the value is at least a threshold. */
    Mask atLeast(float threshold) {
        float[] hard = new float[values.length];
        for (int i = 0; i < hard.length; i++) {
            hard[i] = values[i] >= threshold ? 1f : 0f;
        }
        return new Mask(height, width, hard);
    }

    /**
     * Each cell becomes the largest value at a Chebyshev distance of at most {@code px} cells.
     *
     * @param px 0 or more
     */
    public Mask dilated(int px) {
        if (px < 0) {
            throw new IllegalArgumentException("The mask cannot be dilated by " + px + " cells: give 0 or more.");
        }
        Window all = Window.of(height, width);
        return new Mask(height, width, Dilation.of(values, all, all, px));
    }

    /**
     * The mask on another grid, as the published rewriting interface resizes brush masks: an antialiased triangle
     * filter whose support grows with the reduction, on values rounded to 8 bits. At equal size nothing is rounded.
     *
     * @param newHeight at least 1
     * @param newWidth at least 1
     */
    public Mask resized(int newHeight, int newWidth) {
        Checks.size("mask", newHeight, newWidth);
        if (newHeight == height && newWidth == width) {
            return this;
        }
        Checks.cells(newHeight, width);
        Checks.cells(height, newWidth);
        int[] bytes = new int[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = Math.round(values[i] * 255f);
        }
        int[] filtered = TriangleFilter.resize(bytes, height, width, newHeight, newWidth);
        float[] scaled = new float[filtered.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = filtered[i] / 255f;
        }
        return new Mask(newHeight, newWidth, scaled);
    }

    /**
     * The mask on the grid of a layer, of which the margin lies outside of the picture and is not selected.
     *
     * @see #resized
     */
    public Mask onGrid(FeatureShape grid) {
        int margin = grid.margin();
        Mask inside = resized(grid.height() - 2 * margin, grid.width() - 2 * margin);
        if (margin == 0) {
            return inside;
        }
        float[] framed = new float[Checks.cells(grid.height(), grid.width())];
        for (int y = 0; y < inside.height; y++) {
            System.arraycopy(
                    inside.values, y * inside.width, framed, (y + margin) * grid.width() + margin, inside.width);
        }
        return new Mask(grid.height(), grid.width(), framed);
    }

    /** A new float32 array [height, width]. */
    public INDArray toArray() {
        return Nd4j.create(values.clone(), new long[] {height, width}, 'c');
    }

    /** The values in rows; the caller may change them. */
    public float[][] toRows() {
        return rows().mapToObj(y -> Arrays.copyOfRange(values, y * width, (y + 1) * width))
                .toArray(float[][]::new);
    }

    private IntStream rows() {
        return IntStream.range(0, height);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Mask mask
                && height == mask.height
                && width == mask.width
                && Arrays.equals(values, mask.values);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * height + width) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "mask of " + height + " rows and " + width + " columns, " + selectedCells() + " selected";
    }
}
