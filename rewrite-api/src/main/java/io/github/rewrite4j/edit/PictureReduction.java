package io.github.rewrite4j.edit;

import io.github.rewrite4j.image.Pixels;
import org.jspecify.annotations.Nullable;

/**
 * Pictures as people have them, small enough to work with: those of more than 2^22 pixels are reduced by a whole factor,
 * each pixel the mean of a square, colours weighted by coverage.
 */
final class PictureReduction {
    private static final double MOST = 1 << 22;

    private PictureReduction() {}

    /** The factor for a picture, 1 for most. */
    static int factor(Pixels pixels) {
        return (int) Math.ceil(Math.sqrt((double) pixels.height() * pixels.width() / MOST));
    }

    /** The mean of each square; the last ones may be narrower. */
    static Mask reduced(Mask mask, int factor) {
        if (factor == 1) {
            return mask;
        }
        int height = (mask.height() + factor - 1) / factor;
        int width = (mask.width() + factor - 1) / factor;
        float[] sums = new float[height * width];
        int[] counts = new int[height * width];
        for (int y = 0; y < mask.height(); y++) {
            for (int x = 0; x < mask.width(); x++) {
                int at = y / factor * width + x / factor;
                sums[at] += mask.value(y, x);
                counts[at]++;
            }
        }
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Math.min(1f, sums[i] / counts[i]);
        }
        return new Mask(height, width, sums);
    }

    /**
     * The colours in [-1, 1], [3, H, W].
     *
     * @param coverage of the size of the picture: what colours are weighted by where it is not zero; all alike if null
     */
    static Planes colours(Pixels pixels, @Nullable Mask coverage, int factor) {
        if (factor == 1) {
            return stored(pixels);
        }
        int height = (pixels.height() + factor - 1) / factor;
        int width = (pixels.width() + factor - 1) / factor;
        double[] weights = new double[height * width];
        double[] sums = new double[3 * height * width];
        for (int y = 0; y < pixels.height(); y++) {
            for (int x = 0; x < pixels.width(); x++) {
                int at = y / factor * width + x / factor;
                // Where nothing is covered, the plain mean shows through.
                double weight = coverage == null ? 1 : coverage.value(y, x) + 1e-6;
                weights[at] += weight;
                for (int c = 0; c < 3; c++) {
                    sums[c * weights.length + at] += weight * pixels.value(c, y, x);
                }
            }
        }
        float[] values = new float[sums.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (sums[i] / weights[i % weights.length] / 127.5 - 1);
        }
        return new Planes(3, height, width, values);
    }

    private static Planes stored(Pixels pixels) {
        int area = pixels.height() * pixels.width();
        float[] values = new float[3 * area];
        for (int c = 0; c < 3; c++) {
            byte[] channel = pixels.channel(c);
            for (int i = 0; i < area; i++) {
                values[c * area + i] = (float) ((channel[i] & 0xFF) / 127.5 - 1.0);
            }
        }
        return new Planes(3, pixels.height(), pixels.width(), values);
    }
}
