package io.github.rewrite4j.edit;

import io.github.rewrite4j.image.AreaFilter;
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
        AreaFilter.Axis down = AreaFilter.Axis.reducedBy(factor, mask.height());
        AreaFilter.Axis across = AreaFilter.Axis.reducedBy(factor, mask.width());
        float[] means = AreaFilter.resize((y, into) -> weights(mask, y, into[0]), 1, down, across);
        for (int i = 0; i < means.length; i++) {
            means[i] = Math.min(1f, means[i]);
        }
        return new Mask(down.outputs(), across.outputs(), means);
    }

    private static void weights(Mask mask, int y, float[] into) {
        for (int x = 0; x < into.length; x++) {
            into[x] = mask.value(y, x);
        }
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
        AreaFilter.Axis down = AreaFilter.Axis.reducedBy(factor, pixels.height());
        AreaFilter.Axis across = AreaFilter.Axis.reducedBy(factor, pixels.width());
        float[] means = AreaFilter.resize((y, into) -> weighted(pixels, coverage, y, into), 4, down, across);
        int area = down.outputs() * across.outputs();
        float[] values = new float[3 * area];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((double) means[i] / means[3 * area + i % area] / 127.5 - 1);
        }
        return new Planes(3, down.outputs(), across.outputs(), values);
    }

    /** Colours times weights, then weights. */
    private static void weighted(Pixels pixels, @Nullable Mask coverage, int y, float[][] into) {
        for (int x = 0; x < pixels.width(); x++) {
            // Where nothing is covered, the plain mean shows through.
            float weight = coverage == null ? 1 : coverage.value(y, x) + 1e-6f;
            for (int c = 0; c < 3; c++) {
                into[c][x] = weight * pixels.value(c, y, x);
            }
            into[3][x] = weight;
        }
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
