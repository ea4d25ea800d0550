package io.github.rewrite4j;

/**
 * Shape of one sample's keys or values.
 *
 * @param channels numbers per cell
 * @param height rows of cells
 * @param width columns of cells
 * @param margin of these, rows and columns at each side that lie outside of the picture, as those of StyleGAN3 do; what is
 *     selected in the picture never reaches them
 */
public record FeatureShape(int channels, int height, int width, int margin) {
    public FeatureShape {
        if (margin < 0 || 2 * margin >= Math.min(height, width)) {
            throw new IllegalArgumentException("A margin leaves cells of the picture, but one of " + margin
                    + " leaves none of " + height + " x " + width + ".");
        }
        if (channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "A shape has positive sizes, but got " + channels + " x " + height + " x " + width + ".");
        }
    }

    /** Maps that cover the picture and nothing else. */
    public FeatureShape(int channels, int height, int width) {
        this(channels, height, width, 0);
    }

    /** Cells per map. */
    public int cells() {
        return height * width;
    }

    /** Whether an array shape is [N, channels, height, width]. */
    public boolean matches(long... batchShape) {
        return batchShape.length == 4 && batchShape[1] == channels && batchShape[2] == height && batchShape[3] == width;
    }

    @Override
    public String toString() {
        return channels + " x " + height + " x " + width;
    }
}
