package io.github.rewrite4j.edit;

/**
 * A box of cells.
 *
 * @param top first row
 * @param left first column
 * @param bottom row after the last
 * @param right column after the last
 */
public record Box(int top, int left, int bottom, int right) {
    public Box {
        if (bottom <= top || right <= left) {
            throw new IllegalArgumentException("A box of rows " + top + ".." + bottom + " and columns " + left + ".."
                    + right + " holds nothing: bottom and right are exclusive and must be larger.");
        }
    }

    public int height() {
        return bottom - top;
    }

    public int width() {
        return right - left;
    }

    /** The cell in the middle: row (top + bottom) / 2, column (left + right) / 2, rounded down. */
    public Cell centre() {
        return new Cell(Math.floorDiv(top + bottom, 2), Math.floorDiv(left + right, 2));
    }
}
