package io.github.rewrite4j.samediff.metric;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Pictures copied once out of an array, checked and clipped to their range: what the pixel metrics loop over. */
final class ImageBatch {
    private final long[] shape;
    private final float[] values;

    private ImageBatch(long[] shape, float[] values) {
        this.shape = shape;
        this.values = values;
    }

    static ImageBatch of(String operand, INDArray images, ImageRange range) {
        long[] shape = images.shape();
        if (shape.length != 4 || images.isEmpty()) {
            throw new IllegalArgumentException(operand + " has shape " + Arrays.toString(shape)
                    + ", expected non-empty pictures [N, C, H, W]: add the missing axes with reshape");
        }
        if (!images.dataType().isFPType()) {
            throw new IllegalArgumentException(operand + " has data type " + images.dataType()
                    + ", expected floating point values in " + range + ": convert and rescale the pictures first");
        }
        float[] values = copyOf(images);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new IllegalArgumentException(operand + " of shape " + Arrays.toString(shape) + " holds "
                        + values[i] + " in picture " + i / (values.length / shape[0])
                        + ", expected finite values: look for a diverged training or an overflow before measuring");
            }
            values[i] = range.clip(values[i]);
        }
        return new ImageBatch(shape, values);
    }

    /** The same, and refused unless it has the shape of the pictures that it is compared with. */
    static ImageBatch of(String operand, INDArray images, ImageRange range, String other, ImageBatch like) {
        if (!Arrays.equals(images.shape(), like.shape)) {
            throw new IllegalArgumentException(operand + " has shape " + Arrays.toString(images.shape()) + ", expected "
                    + Arrays.toString(like.shape) + " like " + other);
        }
        return of(operand, images, range);
    }

    int count() {
        return (int) shape[0];
    }

    int channels() {
        return (int) shape[1];
    }

    int height() {
        return (int) shape[2];
    }

    int width() {
        return (int) shape[3];
    }

    int planeSize() {
        return height() * width();
    }

    /** Where the plane of one channel of one picture starts in {@link #values()}. */
    int offset(int image, int channel) {
        return (image * channels() + channel) * planeSize();
    }

    /** All values in C order. Shared for speed inside this package: read only. */
    float[] values() {
        return values;
    }

    /** In C order, whatever the order, strides and type of the array. */
    private static float[] copyOf(INDArray array) {
        INDArray floats = array.dataType() == DataType.FLOAT ? array : array.castTo(DataType.FLOAT);
        try (INDArray packed = floats.dup('c')) {
            return packed.data().asFloat();
        }
    }
}
