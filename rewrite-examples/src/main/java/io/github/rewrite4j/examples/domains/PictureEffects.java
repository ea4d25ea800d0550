package io.github.rewrite4j.examples.domains;

import io.github.rewrite4j.samediff.expansion.PictureTransform;

/**
 * Ways to draw a face anew, each in a few loops over a picture [3, h, w] in [-1, 1]: what a domain can be taught from
 * without any data.
 */
public final class PictureEffects {
    private static final int[][] NEIGHBOURS = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
    private static final float[] LUMINANCE = {0.299f, 0.587f, 0.114f};

    /** Brightness of what counts as black. */
    private static final float DARKEST = 0.15f;

    /** Brightness of what counts as white. */
    private static final float LIGHTEST = 0.85f;

    private static final float[][] GREENS = {
        {0.06f, 0.22f, 0.06f}, {0.19f, 0.38f, 0.19f}, {0.55f, 0.67f, 0.06f}, {0.78f, 0.86f, 0.35f}
    };

    /** What is left of the light between large pixels. */
    private static final float GAP = 0.8f;

    /** Of colours in a print. */
    private static final float SATURATION = 2;

    private static final float CONTRAST = 1.4f;

    private PictureEffects() {}

    /** Thin lines on paper, on the darker side of where neighbours differ, and what is dark filled in. */
    public static PictureTransform pencilSketch() {
        return (picture, height, width) -> {
            int plane = height * width;
            float[] light = luminance(picture, plane);
            float[] result = new float[picture.length];
            for (int i = 0; i < plane; i++) {
                float edge = 0;
                for (int[] step : NEIGHBOURS) {
                    int row = Math.min(height - 1, Math.max(0, i / width + step[0]));
                    int column = Math.min(width - 1, Math.max(0, i % width + step[1]));
                    int beside = row * width + column;
                    for (int c = 0; c < 3 && light[beside] > light[i]; c++) {
                        edge = Math.max(edge, Math.abs(picture[c * plane + beside] - picture[c * plane + i]));
                    }
                }
                float line = Math.min(1, 2 * edge);
                float filled = Math.min(1, Math.max(0, -0.1f - light[i]) / 0.5f);
                float v = clip(0.9f - Math.max(1.5f * line, 1.45f * filled));
                result[i] = v;
                result[plane + i] = v - 0.02f;
                result[2 * plane + i] = v - 0.06f;
            }
            return result;
        };
    }

    /** Moonlight: dark, blue, brighter in the middle. */
    public static PictureTransform night() {
        return (picture, height, width) -> {
            float[] light = luminance(picture, height * width);
            float[] result = new float[picture.length];
            float[] tint = {0.40f, 0.54f, 0.95f};
            for (int c = 0; c < 3; c++) {
                for (int i = 0; i < height * width; i++) {
                    double row = Math.floorDiv(i, width);
                    double y = (row - 0.45 * height) / height;
                    double x = (i % width - 0.5 * width) / width;
                    float glow = (float) (1.15 - 2.6 * Math.min(0.5, x * x + y * y));
                    float own = (picture[c * height * width + i] + 1) / 2;
                    float grey = (light[i] + 1) / 2;
                    float lit = (0.45f * own + 0.55f * grey) * tint[c] * Math.max(0.25f, glow);
                    result[c * height * width + i] = clip(2 * lit - 1);
                }
            }
            return result;
        };
    }

    /**
     * The screen of an early handheld: large pixels from dark to light green, with dark gaps between them.
     *
     * @param block side of a pixel, the gap included
     */
    public static PictureTransform eightBit(int block) {
        return (picture, height, width) -> {
            float[] light = luminance(picture, height * width);
            float[] result = new float[picture.length];
            for (int i = 0; i < height * width; i++) {
                int row = Math.floorDiv(i, width);
                int column = i % width;
                float shade = blockShade(light, row - row % block, column - column % block, block, height, width);
                boolean gap = row % block == block - 1 || column % block == block - 1;
                for (int c = 0; c < 3; c++) {
                    float v = green(brightness(shade), c) * (gap ? GAP : 1);
                    result[c * height * width + i] = 2 * v - 1;
                }
            }
            return result;
        };
    }

    /** Between the mean of a block and its darkest point, so that eyes and mouths stay. */
    private static float blockShade(float[] light, int top, int left, int block, int height, int width) {
        int bottom = Math.min(top + block, height);
        int right = Math.min(left + block, width);
        float sum = 0;
        float least = Float.POSITIVE_INFINITY;
        for (int r = top; r < bottom; r++) {
            for (int x = left; x < right; x++) {
                sum += light[r * width + x];
                least = Math.min(least, light[r * width + x]);
            }
        }
        return 0.35f * sum / ((bottom - top) * (right - left)) + 0.65f * least;
    }

    /** From 0 where pictures are darkest to 1 where they are lightest. */
    private static float brightness(float luminance) {
        return Math.min(1, Math.max(0, ((luminance + 1) / 2 - DARKEST) / (LIGHTEST - DARKEST)));
    }

    /** Loud colours as in a print: more of every colour, more contrast, blue never pure. */
    public static PictureTransform popArt() {
        return (picture, height, width) -> {
            float[] light = luminance(picture, height * width);
            float[] result = new float[picture.length];
            for (int i = 0; i < result.length; i++) {
                float grey = light[i % (height * width)];
                float colour = (grey + SATURATION * (picture[i] - grey) + 1) / 2;
                float v = Math.min(1, Math.max(0, 0.5f + CONTRAST * (colour - 0.6f)));
                boolean blue = i >= 2 * height * width;
                result[i] = 2 * (blue ? 0.15f + 0.7f * v : v) - 1;
            }
            return result;
        };
    }

    private static float[] luminance(float[] picture, int plane) {
        float[] light = new float[plane];
        for (int i = 0; i < plane; i++) {
            for (int c = 0; c < 3; c++) {
                light[i] += LUMINANCE[c] * picture[c * plane + i];
            }
        }
        return light;
    }

    /** A colour of {@link #GREENS}, evenly between neighbours; the place is 0 to 1. */
    private static float green(float place, int channel) {
        float at = Math.min(0.9999f, place) * (GREENS.length - 1);
        int lower = (int) at;
        return (lower + 1 - at) * GREENS[lower][channel] + (at - lower) * GREENS[lower + 1][channel];
    }

    private static float clip(float v) {
        return Math.min(1, Math.max(-1, v));
    }
}
