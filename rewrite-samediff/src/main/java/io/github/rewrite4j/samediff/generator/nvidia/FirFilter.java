package io.github.rewrite4j.samediff.generator.nvidia;

import org.nd4j.autodiff.samediff.SDIndex;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.DeConv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A finite filter that each channel of square maps goes through by itself while they are enlarged or reduced: true
 * convolutions with a filter [taps] along both axes, or with one [taps, taps] that is no product of two.
 *
 * @param taps the filter as stored
 */
record FirFilter(INDArray taps) {
    boolean isSeparable() {
        return taps.rank() == 1;
    }

    int length() {
        return Math.toIntExact(taps.size(0));
    }

    /**
     * How maps are enlarged: {@code factor - 1} zeros behind each cell, then zeros around or, where negative, cells cut off.
     *
     * @param factor times that the grid becomes larger
     * @param before zeros before the first cell
     * @param after zeros after the last, counted from the zeros behind it
     */
    record Enlargement(int factor, int before, int after) {
        /** Cells of a side of the result. */
        int result(int size, int taps) {
            return size * factor + before + after - taps + 1;
        }

        /** What a transposed convolution makes too much before the result. */
        private int tooMuchBefore(int taps) {
            return taps - 1 - before;
        }

        private int tooMuchAfter(int taps) {
            return taps - factor - after;
        }

        /**
         * Whether a transposed convolution can do it: no zeros beyond what the filter reaches, and of an odd number of
         * paddings the odd one in front.
         */
        boolean fits(int size, int taps) {
            int odd = tooMuchAfter(taps) - tooMuchBefore(taps);
            return tooMuchBefore(taps) >= 0
                    && (odd == 0 || odd == 1)
                    && size > 2 * unread(taps)
                    && result(size, taps) > 0;
        }

        /** Cells at each side that reach nothing of the result. */
        private int unread(int taps) {
            int start = tooMuchBefore(taps);
            return start >= taps ? (start - taps) / factor + 1 : 0;
        }
    }

    /**
     * Enlarges, with the gain {@code factor^2} in all, as far as the filter lies within; a transposed convolution along each
     * axis.
     *
     * @param maps [N, channels, size, size]
     */
    SDVariable enlarge(SameDiff graph, String name, SDVariable maps, int channels, int size, Enlargement how) {
        int taps = length();
        if (!isSeparable() || !how.fits(size, taps)) {
            throw new IllegalArgumentException("A filter of " + taps + " taps does not enlarge like " + how + ".");
        }
        int unread = how.unread(taps);
        SDVariable inner = unread == 0 ? maps : part(maps, unread, size - unread);
        int margin = how.tooMuchBefore(taps) - unread * how.factor();
        int side = size - 2 * unread;
        INDArray scaled = this.taps.mul(how.factor());
        SDVariable rows = graph.constant(name + ".up.rows", scaled.reshape(taps, 1, 1, 1));
        SDVariable columns = graph.constant(name + ".up.columns", scaled.reshape(1, taps, 1, 1));
        SDVariable each = graph.reshape(inner, -1, 1, side, side);
        SDVariable tall = graph.cnn.deconv2d(each, rows, transposed(taps, 1, how.factor(), 1, margin, 0));
        SDVariable wide = graph.cnn.deconv2d(tall, columns, transposed(1, taps, 1, how.factor(), 0, margin));
        int result = how.result(size, taps);
        boolean odd = how.tooMuchAfter(taps) > how.tooMuchBefore(taps);
        return graph.reshape(odd ? part(wide, 0, result) : wide, -1, channels, result, result);
    }

    private static SDVariable part(SDVariable maps, int from, int to) {
        SDIndex inside = SDIndex.interval((long) from, (long) to);
        return maps.get(SDIndex.all(), SDIndex.all(), inside, inside);
    }

    private static DeConv2DConfig transposed(int height, int width, int down, int across, int top, int left) {
        return DeConv2DConfig.builder()
                .kH(height)
                .kW(width)
                .sH(down)
                .sW(across)
                .pH(top)
                .pW(left)
                .isSameMode(false)
                .dataFormat("NCHW")
                .build();
    }

    /** Cells of a side that are left of {@code size}; 0 or less if the filter does not fit. */
    int reduced(int size, int factor) {
        return Math.floorDiv(size - length(), factor) + 1;
    }

    /**
     * Reduces: gain 1, where the filter lies within, every {@code factor}-th cell kept.
     *
     * @param maps [N, channels, size, size]
     * @param result name of the result
     */
    SDVariable reduce(SameDiff graph, String name, SDVariable maps, int channels, int size, int factor, String result) {
        int n = length();
        SDVariable each = graph.reshape(maps, -1, 1, size, size);
        SDVariable reduced;
        if (isSeparable()) {
            SDVariable rows = graph.constant(name + ".down.rows", flipped().reshape(n, 1, 1, 1));
            SDVariable columns =
                    graph.constant(name + ".down.columns", flipped().reshape(1, n, 1, 1));
            SDVariable low = graph.cnn.conv2d(each, rows, within(n, 1, factor, 1));
            reduced = graph.cnn.conv2d(low, columns, within(1, n, 1, factor));
        } else {
            SDVariable both = graph.constant(name + ".down", flipped().reshape(n, n, 1, 1));
            reduced = graph.cnn.conv2d(each, both, within(n, n, factor, factor));
        }
        int side = reduced(size, factor);
        return graph.reshape(reduced, -1, channels, side, side).rename(result);
    }

    private static Conv2DConfig within(int height, int width, int down, int across) {
        return Conv2DConfig.builder()
                .kH(height)
                .kW(width)
                .sH(down)
                .sW(across)
                .paddingMode(PaddingMode.VALID)
                .dataFormat("NCHW")
                .build();
    }

    /** The filter as cross-correlation wants it. */
    private INDArray flipped() {
        INDArray flipped = Nd4j.create(DataType.FLOAT, taps.shape());
        int n = length();
        for (int i = 0; i < n; i++) {
            if (isSeparable()) {
                flipped.putScalar(i, taps.getFloat(n - 1 - i));
            } else {
                for (int j = 0; j < n; j++) {
                    flipped.putScalar(i, j, taps.getFloat(n - 1 - i, n - 1 - j));
                }
            }
        }
        return flipped;
    }
}
