package io.github.rewrite4j.image;

import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pictures of what changed between two batches of images, pixel by pixel and channel by channel, amplified by a factor
 * and clipped to [-1, 1]. State the factor in the label.
 */
public final class Difference {
    private Difference() {}

    /**
     * {@code gain * (after - before)}: grey where nothing changed, lighter where a channel rose.
     *
     * @param before [N, 3, H, W] or [3, H, W], or grey with one channel
     * @param after of the same shape
     * @param gain above 0
     * @return float32 array [N, 3, H, W] in [-1, 1]
     */
    public static INDArray signed(INDArray before, INDArray after, double gain) {
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
        return picture(before, after, gain, true);
    }

    /**
     * {@code gain * |after - before| - 1}: black where nothing changed.
     *
     * @param before [N, 3, H, W] or [3, H, W], or grey with one channel
     * @param after of the same shape
     * @param gain above 0
     * @return float32 array [N, 3, H, W] in [-1, 1]
     */
    public static INDArray absolute(INDArray before, INDArray after, double gain) {
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(after, "after");
        return picture(before, after, gain, false);
    }

    private static INDArray picture(INDArray before, INDArray after, double gain, boolean signed) {
        if (!Double.isFinite(gain) || gain <= 0) {
            throw new IllegalArgumentException("The gain is " + gain + ": it must be a finite number above 0.");
        }
        ImageBatch from = ImageBatch.images("images before", before);
        ImageBatch to = ImageBatch.images("images after", after);
        if (from.count() != to.count() || from.height() != to.height() || from.width() != to.width()) {
            throw new IllegalArgumentException("The images before have the shape " + Arrays.toString(before.shape())
                    + ", those after " + Arrays.toString(after.shape()) + ": only equal shapes can be compared.");
        }
        ImageBatch out = ImageBatch.blank(from.count(), from.height(), from.width());
        for (int i = 0; i < out.values().length; i++) {
            double change = gain * ((double) to.values()[i] - from.values()[i]);
            double value = signed ? change : Math.abs(change) - 1.0;
            out.values()[i] = (float) Math.min(Math.max(value, -1.0), 1.0);
        }
        return out.toArray();
    }
}
