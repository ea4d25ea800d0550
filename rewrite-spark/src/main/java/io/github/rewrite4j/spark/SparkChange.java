package io.github.rewrite4j.spark;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.edit.Mask;
import io.github.rewrite4j.edit.Region;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How far the pictures of a patched generator are from those of its base, over the samples of a cluster: mean absolute change inside
 * and outside (more than 4 pixels from it) of a region, PSNR outside, and the share of samples that change at all. Images are clipped to [-1, 1], PSNR has range 2
 * and is averaged over images, as everywhere in this library.
 */
public final class SparkChange {
    /** Mean |change| of pixels inside the region, or of all where there is none. */
    public static final String INSIDE = "inside";

    /** Mean |change| of pixels outside the region. */
    public static final String OUTSIDE = "outside";

    /** PSNR in dB outside the region; absent for samples that do not change there. */
    public static final String PSNR = "psnr";

    /** 1 for a sample with a pixel that changes by more than half a grey level of 255, else 0. */
    public static final String CHANGED = "changed";

    private static final int BATCH = 16;
    private static final int MARGIN = 4;
    private static final float VISIBLE = 1 / 255f;

    private SparkChange() {}

    /**
     * Compares with and without the patches.
     *
     * @param samples of the patched generator
     * @param generator the same, with its patches
     * @param region where the rule is to act, as an image mask; null for none
     */
    public static Tally measure(SparkSamples samples, SparkGenerator generator, @Nullable Region region) {
        Objects.requireNonNull(samples, "samples");
        Objects.requireNonNull(generator, "generator");
        SparkGenerator base = generator.unpatched();
        float[][] sides = region == null ? null : sides(region, generator.here());
        return samples.aggregate(
                (patched, block) -> {
                    Tally tally = new Tally(INSIDE, OUTSIDE, PSNR, CHANGED);
                    for (int first = 0; first < block.size(); first += BATCH) {
                        int last = Math.min(first + BATCH, block.size());
                        try (Inputs inputs = block.inputs(patched, first, last);
                                INDArray before = base.here().generate(inputs);
                                INDArray after = patched.generate(inputs)) {
                            compare(before, after, sides, tally);
                        }
                    }
                    return tally;
                },
                Tally::plus);
    }

    /** 1 inside, 0 outside, NaN in between, where neither is measured. */
    private static float[][] sides(Region region, Generator generator) {
        int height = generator.spec().imageHeight();
        int width = generator.spec().imageWidth();
        Mask inside = region.requireOnImage(height, width);
        Mask near = inside.dilated(MARGIN);
        float[][] sides = new float[height][width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                sides[y][x] = inside.value(y, x) > 0 ? 1 : near.value(y, x) > 0 ? Float.NaN : 0;
            }
        }
        return sides;
    }

    private static void compare(INDArray before, INDArray after, float @Nullable [][] sides, Tally tally) {
        int channels = (int) before.size(1);
        int plane = (int) (before.size(2) * before.size(3));
        int width = (int) before.size(3);
        float[] old = before.dup('c').data().asFloat();
        float[] now = after.dup('c').data().asFloat();
        for (int n = 0; n < before.size(0); n++) {
            double inside = 0;
            double outside = 0;
            double squares = 0;
            float most = 0;
            int pixelsInside = 0;
            int pixelsOutside = 0;
            for (int p = 0; p < plane; p++) {
                boolean in = sides == null || sides[p / width][p % width] == 1;
                boolean out = sides != null && sides[p / width][p % width] == 0;
                pixelsInside += in ? 1 : 0;
                pixelsOutside += out ? 1 : 0;
                for (int c = 0; c < channels; c++) {
                    int at = (n * channels + c) * plane + p;
                    float change = Math.abs(clip(now[at]) - clip(old[at]));
                    most = Math.max(most, change);
                    inside += in ? change : 0;
                    outside += out ? change : 0;
                    squares += out ? (double) change * change : 0;
                }
            }
            long numbersOutside = (long) pixelsOutside * channels;
            tally.add(
                    pixelsInside == 0 ? Double.NaN : inside / ((double) pixelsInside * channels),
                    numbersOutside == 0 ? Double.NaN : outside / numbersOutside,
                    squares == 0 ? Double.NaN : 10 * Math.log10(4 * numbersOutside / squares),
                    most > VISIBLE ? 1 : 0);
        }
    }

    private static float clip(float value) {
        return Math.max(-1, Math.min(1, value));
    }
}
