package io.github.rewrite4j.samediff.metric;

import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalDouble;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How much of the finest detail inside a mask is drawn wrong: stripes and other textures that a generator smears although
 * their colours are right. With D the discrete Laplacian of images clipped to [-1, 1], it is the sum of |D(edited) - D(goal)|
 * over the sum of |D(goal)|, over selected pixels off the edge of the image: 0 for the goal itself, 1 for an even surface.
 */
public final class FineDetail {
    private FineDetail() {}

    /**
     * The share of the goal's detail.
     *
     * @param edited [N, C, H, W]
     * @param goal of the same shape
     * @param masks [N, H, W], a pixel counts where it is above 0
     * @return empty where the goal has no detail
     */
    public static OptionalDouble error(INDArray edited, INDArray goal, INDArray masks) {
        Objects.requireNonNull(edited, "edited");
        Objects.requireNonNull(goal, "goal");
        Objects.requireNonNull(masks, "masks");
        if (edited.rank() != 4 || !Arrays.equals(edited.shape(), goal.shape())) {
            throw new IllegalArgumentException("Images and goals are [N, C, H, W] of one size, but have the shapes "
                    + Arrays.toString(edited.shape()) + " and " + Arrays.toString(goal.shape()) + ".");
        }
        int channels = Math.toIntExact(goal.size(1));
        int height = Math.toIntExact(goal.size(2));
        int width = Math.toIntExact(goal.size(3));
        int plane = height * width;
        if (masks.length() != goal.size(0) * plane) {
            throw new IllegalArgumentException("Masks are [N, " + height + ", " + width + "], but have the shape "
                    + Arrays.toString(masks.shape()) + ".");
        }
        float[] a = floats(edited);
        float[] b = floats(goal);
        float[] mask = floats(masks);
        double wrong = 0;
        double all = 0;
        for (int map = 0; map < a.length / plane; map++) {
            for (int y = 1; y < height - 1; y++) {
                for (int x = 1; x < width - 1; x++) {
                    if (mask[map / channels * plane + y * width + x] > 0) {
                        double wanted = laplacian(b, map * plane + y * width + x, width);
                        wrong += Math.abs(laplacian(a, map * plane + y * width + x, width) - wanted);
                        all += Math.abs(wanted);
                    }
                }
            }
        }
        return all == 0 ? OptionalDouble.empty() : OptionalDouble.of(wrong / all);
    }

    private static double laplacian(float[] values, int at, int width) {
        return 4 * clipped(values[at])
                - clipped(values[at - 1])
                - clipped(values[at + 1])
                - clipped(values[at - width])
                - clipped(values[at + width]);
    }

    private static double clipped(float value) {
        return Math.max(-1, Math.min(1, value));
    }

    private static float[] floats(INDArray array) {
        return array.castTo(DataType.FLOAT).dup('c').data().asFloat();
    }
}
