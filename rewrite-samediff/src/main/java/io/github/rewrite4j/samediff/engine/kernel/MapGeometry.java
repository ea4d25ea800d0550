package io.github.rewrite4j.samediff.engine.kernel;

/**
 * Sizes of a convolution of several maps: y[n, o, p, q] = sum x[n, i, p strideY + a dilationY - top, q strideX + b dilationX -
 * left] w[o, i, a, b], over the inputs of o's group.
 *
 * @param n maps
 * @param in channels that are read
 * @param h rows that are read
 * @param w columns that are read
 * @param out channels that are written
 * @param rows of the kernel
 * @param columns of the kernel
 * @param strideY rows per row of the result
 * @param strideX columns per column of the result
 * @param dilationY rows from tap to tap
 * @param dilationX columns from tap to tap
 * @param top zeros above
 * @param left zeros to the left
 * @param height rows that are written
 * @param width columns that are written
 * @param groups of channels that do not see each other
 */
public record MapGeometry(
        int n,
        int in,
        int h,
        int w,
        int out,
        int rows,
        int columns,
        int strideY,
        int strideX,
        int dilationY,
        int dilationX,
        int top,
        int left,
        int height,
        int width,
        int groups) {

    public MapGeometry {
        if (n < 1 || in < 1 || out < 1 || height < 1 || width < 1 || groups < 1 || in % groups + out % groups != 0) {
            throw new IllegalArgumentException("A convolution of " + n + " maps [" + in + ", " + h + ", " + w + "] to ["
                    + out + ", " + height + ", " + width + "] in " + groups + " groups is none.");
        }
    }

    /** The same of one map. */
    MapGeometry alone() {
        return new MapGeometry(
                1, in, h, w, out, rows, columns, strideY, strideX, dilationY, dilationX, top, left, height, width,
                groups);
    }

    /** Zeros below; negative where rows are left over. */
    int bottom() {
        return (height - 1) * strideY + (rows - 1) * dilationY + 1 - h - top;
    }

    /** Zeros to the right; negative where columns are left over. */
    int right() {
        return (width - 1) * strideX + (columns - 1) * dilationX + 1 - w - left;
    }

    int taps() {
        return rows * columns;
    }

    /** Numbers of the weight. */
    public int weightLength() {
        return Math.multiplyExact(taps(), Math.multiplyExact(in / groups, out));
    }

    /** So many of these side by side, each on channels of its own. */
    public MapGeometry inGroups(int count) {
        return new MapGeometry(
                n,
                count * in,
                h,
                w,
                count * out,
                rows,
                columns,
                strideY,
                strideX,
                dilationY,
                dilationX,
                top,
                left,
                height,
                width,
                count * groups);
    }

    /** Whether the adjoint is a convolution of stride 1 with the kernel turned around. */
    boolean turns() {
        return strideY == 1
                && strideX == 1
                && top <= (rows - 1) * dilationY
                && left <= (columns - 1) * dilationX
                && bottom() <= (rows - 1) * dilationY
                && right() <= (columns - 1) * dilationX;
    }

    /** That convolution. */
    MapGeometry turned() {
        return new MapGeometry(
                n,
                out,
                height,
                width,
                in,
                rows,
                columns,
                1,
                1,
                dilationY,
                dilationX,
                (rows - 1) * dilationY - top,
                (columns - 1) * dilationX - left,
                h,
                w,
                groups);
    }
}
