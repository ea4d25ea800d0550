package io.github.rewrite4j;

/**
 * Shape of one sample's keys or values.
 *
 * @param channels numbers per cell
 * @param height rows of cells
 * @param width columns of cells
 */
public record FeatureShape(int channels, int height, int width) {
    public FeatureShape {
        if (channels < 1 || height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "A shape has positive sizes, but got " + channels + " x " + height + " x " + width + ".");
        }
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
