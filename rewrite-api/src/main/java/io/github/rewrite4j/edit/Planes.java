package io.github.rewrite4j.edit;

import io.github.rewrite4j.image.AreaFilter;
import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Channels of a picture in plain Java floats, [channels, height, width]; never changed once made. */
final class Planes {
    /** How far a value may lie beyond [-1, 1] and still be a rounding error. */
    private static final float SLACK = 1e-3f;

    private final int channels;
    private final int height;
    private final int width;
    private final float[] values;

    /** Takes ownership of the values. */
    Planes(int channels, int height, int width, float[] values) {
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.values = values;
    }

    /** A picture [3, H, W] or [1, 3, H, W] in [-1, 1], or grey [1, H, W] or [1, 1, H, W]; copied, checked and clipped. */
    static Planes picture(String what, INDArray array) {
        long[] shape = array.shape();
        int lead = shape.length - 3;
        if (array.isEmpty()
                || lead < 0
                || lead > 1
                || (shape[lead] != 3 && shape[lead] != 1)
                || (lead == 1 && shape[0] != 1)) {
            throw new IllegalArgumentException("The picture " + what + " has the shape " + Arrays.toString(shape)
                    + ": it must be [3, height, width], or [1, height, width] if grey, with at least one pixel.");
        }
        int height = Math.toIntExact(shape[lead + 1]);
        int width = Math.toIntExact(shape[lead + 2]);
        if (array.length() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("The picture " + what + " has " + width + "x" + height
                    + " pixels (width x height), more than fit in one Java array: reduce it first.");
        }
        // dup('c') also turns views and Fortran order into plain rows.
        float[] values = array.castTo(DataType.FLOAT).dup('c').data().asFloat();
        for (int i = 0; i < values.length; i++) {
            if (!(Math.abs(values[i]) <= 1 + SLACK)) {
                throw new IllegalArgumentException("The picture " + what + " holds " + values[i] + " in channel "
                        + i / (height * width) + ", row " + i / width % height + ", column " + i % width
                        + ": values lie in [-1, 1]; divide 8-bit values by 127.5 and subtract 1.");
            }
            values[i] = Math.max(-1f, Math.min(1f, values[i]));
        }
        return new Planes(3, height, width, shape[lead] == 3 ? values : coloured(values));
    }

    private static float[] coloured(float[] grey) {
        float[] values = new float[3 * grey.length];
        for (int c = 0; c < 3; c++) {
            System.arraycopy(grey, 0, values, c * grey.length, grey.length);
        }
        return values;
    }

    /**
     * These channels as a picture of so many: themselves, or of three colours one grey, their luma (ITU-R BT.601).
     *
     * @throws IllegalArgumentException if it has to be another number
     */
    Planes withChannels(int wanted) {
        if (wanted == channels) {
            return this;
        }
        if (wanted != 1 || channels != 3) {
            throw new IllegalArgumentException("Pictures have 3 channels (colours) or 1 (grey), but here are wanted "
                    + wanted + ": exemplars go into RGB and grey pictures only.");
        }
        float[] grey = new float[area()];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = 0.299f * value(0, i) + 0.587f * value(1, i) + 0.114f * value(2, i);
        }
        return new Planes(1, height, width, grey);
    }

    static Planes of(Mask mask) {
        float[] values = new float[mask.height() * mask.width()];
        for (int i = 0; i < values.length; i++) {
            values[i] = mask.value(i / mask.width(), i % mask.width());
        }
        return new Planes(1, mask.height(), mask.width(), values);
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** Pixels of one channel. */
    int area() {
        return height * width;
    }

    /** The value at a pixel, counted row by row. */
    float value(int channel, int pixel) {
        return values[channel * area() + pixel];
    }

    /** Resampled by the {@link AreaFilter}. */
    Planes resized(int newHeight, int newWidth) {
        if (newHeight == height && newWidth == width) {
            return this;
        }
        Checks.cells(Checks.cells(newHeight, newWidth), channels);
        float[] scaled = AreaFilter.resize(
                this::row, channels, AreaFilter.Axis.of(height, newHeight), AreaFilter.Axis.of(width, newWidth));
        return new Planes(channels, newHeight, newWidth, scaled);
    }

    private void row(int y, float[][] into) {
        for (int c = 0; c < channels; c++) {
            System.arraycopy(values, (c * height + y) * width, into[c], 0, width);
        }
    }

    /** Laid on a canvas of another size with its upper left corner at (top, left); zero where it does not reach. */
    Planes onCanvas(int newHeight, int newWidth, int top, int left) {
        float[] canvas = new float[Checks.cells(Checks.cells(newHeight, newWidth), channels)];
        int from = Math.max(0, left);
        int length = Math.min(newWidth, left + width) - from;
        for (int c = 0; c < channels && length > 0; c++) {
            for (int y = Math.max(0, top); y < Math.min(newHeight, top + height); y++) {
                int source = (c * height + y - top) * width + from - left;
                System.arraycopy(values, source, canvas, (c * newHeight + y) * newWidth + from, length);
            }
        }
        return new Planes(channels, newHeight, newWidth, canvas);
    }

    /** As {@link #onCanvas}, the border pixels repeated outwards where it does not reach. */
    Planes extendedOnCanvas(int newHeight, int newWidth, int top, int left) {
        float[] canvas = new float[Checks.cells(Checks.cells(newHeight, newWidth), channels)];
        for (int i = 0; i < canvas.length; i++) {
            int y = Math.max(0, Math.min(height - 1, i / newWidth % newHeight - top));
            int x = Math.max(0, Math.min(width - 1, i % newWidth - left));
            canvas[i] = values[(i / newWidth / newHeight * height + y) * width + x];
        }
        return new Planes(channels, newHeight, newWidth, canvas);
    }

    /** The only channel as a mask. */
    Mask toMask() {
        float[] clipped = values.clone();
        for (int i = 0; i < clipped.length; i++) {
            clipped[i] = Math.max(0f, Math.min(1f, clipped[i]));
        }
        return new Mask(height, width, clipped);
    }

    /** A new float32 array [channels, height, width]. */
    INDArray toArray() {
        return Nd4j.create(values.clone(), new long[] {channels, height, width}, 'c');
    }

    String size() {
        return width + "x" + height;
    }
}
