package io.github.rewrite4j.samediff.metric;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The pixels that a masked metric looks at, for each picture of a batch; one selection may serve all pictures. */
final class PixelSelection {
    private final boolean[][] planes;

    private PixelSelection(boolean[][] planes) {
        this.planes = planes;
    }

    static PixelSelection everywhere(ImageBatch images) {
        boolean[] all = new boolean[images.planeSize()];
        Arrays.fill(all, true);
        return new PixelSelection(new boolean[][] {all});
    }

    /** @param mask [H,W] for all pictures or [N,H,W], one for each */
    static PixelSelection of(INDArray mask, MaskSide side, ImageBatch images) {
        PixelSelection selection = maybeEmpty(mask, side, images);
        for (int n = 0; n < selection.planes.length; n++) {
            if (selection.isEmpty(n)) {
                throw empty(side, selection.planes.length == 1 ? "mask" : "mask of picture " + n);
            }
        }
        return selection;
    }

    /** As {@link #of}, but a side may have no pixel. */
    private static PixelSelection maybeEmpty(INDArray mask, MaskSide side, ImageBatch images) {
        long[] shape = mask.shape();
        long[] shared = {images.height(), images.width()};
        long[] single = {images.count(), images.height(), images.width()};
        if (!Arrays.equals(shape, shared) && !Arrays.equals(shape, single)) {
            throw new IllegalArgumentException("mask has shape " + Arrays.toString(shape) + ", expected "
                    + Arrays.toString(shared) + " or " + Arrays.toString(single) + " to fit the pictures");
        }
        double[] values = mask.castTo(DataType.DOUBLE).dup('c').data().asDouble();
        boolean[][] planes = new boolean[values.length / images.planeSize()][images.planeSize()];
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException("mask of shape " + Arrays.toString(shape) + " holds " + values[i]
                        + " at element " + i + ", expected finite values: 1 selects a pixel, 0 does not");
            }
            planes[i / images.planeSize()][i % images.planeSize()] = values[i] > 0;
        }
        for (int n = 0; n < planes.length; n++) {
            if (side == MaskSide.OUTSIDE) {
                planes[n] = beyondMargin(planes[n], images.height(), images.width());
            }
        }
        return new PixelSelection(planes);
    }

    /** One boolean for each pixel of a picture, row by row. Shared for speed inside this package: read only. */
    boolean[] plane(int image) {
        return planes[planes.length == 1 ? 0 : image];
    }

    private boolean isEmpty(int image) {
        for (boolean selected : plane(image)) {
            if (selected) {
                return false;
            }
        }
        return true;
    }

    private static NothingToMeasureException empty(MaskSide side, String operand) {
        return new NothingToMeasureException(
                side == MaskSide.INSIDE
                        ? operand + " selects no pixel, expected at least one value greater than 0"
                        : operand + " leaves no pixel farther than " + MaskSide.MARGIN
                                + " pixels from it, so that nothing outside can be measured: use a smaller mask");
    }

    /**
     * The complement of a dilation by a square: rows first, then columns, which together reach every Chebyshev
     * neighbour.
     */
    private static boolean[] beyondMargin(boolean[] inside, int height, int width) {
        boolean[] wide = new boolean[inside.length];
        boolean[] outside = new boolean[inside.length];
        Arrays.fill(outside, true);
        for (int i = 0; i < inside.length; i++) {
            if (inside[i]) {
                int row = i / width * width;
                int from = Math.max(row, i - MaskSide.MARGIN);
                int to = Math.min(row + width, i + MaskSide.MARGIN + 1);
                Arrays.fill(wide, from, to, true);
            }
        }
        for (int i = 0; i < wide.length; i++) {
            if (wide[i]) {
                int y = i / width;
                int last = Math.min(height - 1, y + MaskSide.MARGIN);
                for (int row = Math.max(0, y - MaskSide.MARGIN); row <= last; row++) {
                    outside[row * width + i % width] = false;
                }
            }
        }
        return outside;
    }
}
