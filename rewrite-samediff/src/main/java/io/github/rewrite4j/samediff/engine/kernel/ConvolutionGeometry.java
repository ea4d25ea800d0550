package io.github.rewrite4j.samediff.engine.kernel;

/**
 * Sizes of a two-dimensional convolution of one map, or of its transpose.
 *
 * <p>Plain: y[o, p, q] = sum x[i, p stride + a - top, q stride + b - left] w[o, i, a, b]. Transposed: each x[i, p, q] adds
 * w[o, i, a, b] x to y[o, p stride + a - top, q stride + b - left]. With as many groups as channels each channel is
 * filtered by itself.
 *
 * @param in channels that are read, zeros included
 * @param h rows that are read
 * @param w columns that are read
 * @param out channels that are written, zeros included
 * @param rows of the kernel
 * @param columns of the kernel
 * @param stride in both directions
 * @param top zeros above the map; for a transposed one, rows that are cut off there
 * @param left the same to the left
 * @param bottom the same below
 * @param right the same to the right
 * @param groups of channels that do not see each other
 * @param transposed whether it goes from small maps to large ones
 */
public record ConvolutionGeometry(
        int in,
        int h,
        int w,
        int out,
        int rows,
        int columns,
        int stride,
        int top,
        int left,
        int bottom,
        int right,
        int groups,
        boolean transposed) {

    /** Stride 1, the grid is kept; for kernels of an odd size. */
    public static ConvolutionGeometry same(int in, int h, int w, int out, int kernel) {
        int around = kernel / 2;
        return new ConvolutionGeometry(in, h, w, out, kernel, kernel, 1, around, around, around, around, 1, false);
    }

    /** Transposed, stride 2. */
    public static ConvolutionGeometry doubling(int in, int h, int w, int out, int kernel, int cut) {
        return new ConvolutionGeometry(in, h, w, out, kernel, kernel, 2, cut, cut, cut, cut, 1, true);
    }

    /** Each channel by itself, stride 1. */
    public static ConvolutionGeometry depthwise(int channels, int h, int w, int kernel, int around) {
        return new ConvolutionGeometry(
                channels, h, w, channels, kernel, kernel, 1, around, around, around, around, channels, false);
    }

    /** Rows of the result. */
    public int height() {
        return transposed ? (h - 1) * stride + rows - top - bottom : (h + top + bottom - rows) / stride + 1;
    }

    /** Columns of the result. */
    public int width() {
        return transposed ? (w - 1) * stride + columns - left - right : (w + left + right - columns) / stride + 1;
    }

    /** Numbers of the weight [out, in / groups, rows, columns]. */
    public int weightLength() {
        return Math.multiplyExact(Math.multiplyExact(out, in / groups), rows * columns);
    }
}
