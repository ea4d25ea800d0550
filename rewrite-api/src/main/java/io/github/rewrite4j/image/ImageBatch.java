package io.github.rewrite4j.image;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Images or maps copied out of an array and checked: count x channels x height x width finite values. */
final class ImageBatch {
    private final int count;
    private final int channels;
    private final int height;
    private final int width;
    private final float[] values;

    private ImageBatch(int count, int channels, int height, int width, float[] values) {
        this.count = count;
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.values = values;
    }

    /** Images [N, 3, H, W] or [3, H, W], or grey ones [N, 1, H, W] or [1, H, W], whose three colours are equal here. */
    static ImageBatch images(String name, INDArray array) {
        long[] shape = array.shape();
        boolean one = shape.length == 3;
        long channels = shape.length < 3 ? 0 : shape[shape.length - 3];
        if (array.isEmpty() || (shape.length != 4 && !one) || (channels != 3 && channels != 1)) {
            throw wrongShape(
                    name, shape, "[N, 3, height, width] or [3, height, width], or with 1 in place of 3 if grey");
        }
        ImageBatch batch = copy(name, array, one ? 1 : shape[0], (int) channels);
        return channels == 3 ? batch : batch.coloured();
    }

    private ImageBatch coloured() {
        ImageBatch all = blank(count, height, width);
        int area = height * width;
        for (int plane = 0; plane < 3 * count; plane++) {
            System.arraycopy(values, plane / 3 * area, all.values, plane * area, area);
        }
        return all;
    }

    /** Maps [N, h, w] or [h, w]. */
    static ImageBatch maps(String name, INDArray array) {
        long[] shape = array.shape();
        if (array.isEmpty() || (shape.length != 3 && shape.length != 2)) {
            throw wrongShape(name, shape, "[N, height, width] or [height, width]");
        }
        return copy(name, array, shape.length == 2 ? 1 : shape[0], 1);
    }

    static ImageBatch blank(int count, int height, int width) {
        return new ImageBatch(count, 3, height, width, new float[Math.toIntExact(3L * count * height * width)]);
    }

    private static IllegalArgumentException wrongShape(String name, long[] shape, String expected) {
        return new IllegalArgumentException("The array of " + name + " has the shape " + Arrays.toString(shape)
                + ": it must be " + expected + " with at least one element.");
    }

    private static ImageBatch copy(String name, INDArray array, long count, int channels) {
        long[] shape = array.shape();
        if (array.length() > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException("The array of " + name + " has " + array.length()
                    + " elements, more than fit in one Java array: pass fewer images at a time.");
        }
        int height = (int) shape[shape.length - 2];
        int width = (int) shape[shape.length - 1];
        // dup('c') also turns views and Fortran order into plain rows.
        float[] values = array.castTo(DataType.FLOAT).dup('c').data().asFloat();
        ImageBatch batch = new ImageBatch((int) count, channels, height, width, values);
        batch.requireFinite(name);
        return batch;
    }

    private void requireFinite(String name) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                int area = height * width;
                throw new IllegalArgumentException("The array of " + name + " holds " + values[i] + " in number "
                        + i / (area * channels) + ", channel " + i / area % channels + ", row " + i / width % height
                        + ", column " + i % width + ": find out where it comes from, it has no colour.");
            }
        }
    }

    int count() {
        return count;
    }

    int height() {
        return height;
    }

    int width() {
        return width;
    }

    /** All values in order; changing them changes the batch. */
    float[] values() {
        return values;
    }

    float value(int image, int channel, int row, int column) {
        return values[index(image, channel, row, column)];
    }

    void set(int image, int channel, int row, int column, float value) {
        values[index(image, channel, row, column)] = value;
    }

    /** The colour of a pixel as 0xRRGGBB. */
    int rgb(int image, int row, int column) {
        return pixel(value(image, 0, row, column)) << 16
                | pixel(value(image, 1, row, column)) << 8
                | pixel(value(image, 2, row, column));
    }

    private static int pixel(float value) {
        return (int) Math.min(Math.max(Math.rint((value + 1.0) * 127.5), 0), 255);
    }

    INDArray toArray() {
        return Nd4j.create(values, new long[] {count, channels, height, width}, 'c');
    }

    private int index(int image, int channel, int row, int column) {
        return ((image * channels + channel) * height + row) * width + column;
    }
}
