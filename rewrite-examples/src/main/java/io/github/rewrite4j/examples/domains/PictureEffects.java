package io.github.rewrite4j.examples.domains;

import io.github.rewrite4j.samediff.expansion.PictureTransform;

/**
 * Ways to draw a face anew, each in a few loops over a picture [3, h, w] in [-1, 1]: what a domain can be taught from
 * without any data.
 */
public final class PictureEffects {
    private static final float[] LUMINANCE = {0.299f, 0.587f, 0.114f};

    /** Brightness of what counts as black. */
    private static final float DARKEST = 0.25f;

    /** Brightness of what counts as white. */
    private static final float LIGHTEST = 0.9f;

    private PictureEffects() {}

    /** Dark lines on paper where neighbours differ, with a little shading. */
    public static PictureTransform pencilSketch() {
        return (picture, height, width) -> {
            float[] light = luminance(picture, height * width);
            float[] result = new float[picture.length];
            for (int i = 0; i < height * width; i++) {
                int row = i / width;
                int column = i % width;
                float edge = 0;
                for (int c = 0; c < 3; c++) {
                    float down = at(picture, c, Math.min(row + 1, height - 1), column, height, width)
                            - at(picture, c, Math.max(row - 1, 0), column, height, width);
                    float across = at(picture, c, row, Math.min(column + 1, width - 1), height, width)
                            - at(picture, c, row, Math.max(column - 1, 0), height, width);
                    edge = Math.max(edge, (float) Math.hypot(down, across));
                }
                float paper = 0.86f + 0.1f * light[i];
                float ink = Math.min(1, 1.1f * edge);
                float v = clip(paper - 1.75f * ink);
                result[i] = v;
                result[height * width + i] = v - 0.02f;
                result[2 * height * width + i] = v - 0.06f;
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
     * The screen of an early handheld: large pixels in four shades of green.
     *
     * @param block side of a pixel
     */
    public static PictureTransform eightBit(int block) {
        float[][] greens = {{0.06f, 0.22f, 0.06f}, {0.19f, 0.38f, 0.19f}, {0.55f, 0.67f, 0.06f}, {0.78f, 0.86f, 0.35f}};
        return (picture, height, width) -> {
            float[] light = luminance(picture, height * width);
            float[] result = new float[picture.length];
            for (int i = 0; i < height * width; i++) {
                int row = Math.floorDiv(i, width);
                float mean = blockMean(light, row - row % block, i % width - i % width % block, block, height, width);
                int shade = Math.min(greens.length - 1, (int) (greens.length * brightness(mean)));
                for (int c = 0; c < 3; c++) {
                    result[c * height * width + i] = 2 * greens[shade][c] - 1;
                }
            }
            return result;
        };
    }

    private static float blockMean(float[] light, int top, int left, int block, int height, int width) {
        int bottom = Math.min(top + block, height);
        int right = Math.min(left + block, width);
        float sum = 0;
        for (int r = top; r < bottom; r++) {
            for (int x = left; x < right; x++) {
                sum += light[r * width + x];
            }
        }
        return sum / ((bottom - top) * (right - left));
    }

    /** From 0 where pictures are darkest to 1 where they are lightest. */
    private static float brightness(float luminance) {
        return Math.min(1, Math.max(0, ((luminance + 1) / 2 - DARKEST) / (LIGHTEST - DARKEST)));
    }

    /** Loud colours by brightness, flat as in a print: violet shadows, hot pink, orange, turquoise lights. */
    public static PictureTransform popArt() {
        float[][] colours = {{0.20f, 0.04f, 0.40f}, {0.90f, 0.10f, 0.55f}, {1.0f, 0.60f, 0.10f}, {0.25f, 0.85f, 0.85f}};
        return (picture, height, width) -> {
            float[] light = luminance(picture, height * width);
            float[] result = new float[picture.length];
            for (int i = 0; i < height * width; i++) {
                float place = Math.min(0.9999f, brightness(light[i])) * (colours.length - 1);
                int lower = (int) place;
                float part = place - lower;
                // Steep between the colours, so that areas are flat as in a print.
                float steep = Math.min(1, Math.max(0, (part - 0.5f) * 2.2f + 0.5f));
                for (int c = 0; c < 3; c++) {
                    float v = (1 - steep) * colours[lower][c] + steep * colours[lower + 1][c];
                    result[c * height * width + i] = 2 * v - 1;
                }
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

    private static float at(float[] picture, int c, int row, int column, int height, int width) {
        return picture[(c * height + row) * width + column];
    }

    private static float clip(float v) {
        return Math.min(1, Math.max(-1, v));
    }
}
