package io.github.rewrite4j.samediff.inversion;

import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pictures that a generator is to draw.
 *
 * <p>Holds [k, C, H, W] row-major; not to be changed.
 */
final class Wanted {
    private final float[] pixels;
    private final int row;

    private Wanted(float[] pixels, int row) {
        this.pixels = pixels;
        this.row = row;
    }

    /**
     * Looks at pictures.
     *
     * @throws IllegalArgumentException unless they are [k, C, H, W] of the generator's channels and size, k from 1, and finite
     */
    static Wanted of(INDArray pictures, GeneratorSpec generator) {
        int channels = generator.imageChannels();
        int height = generator.imageHeight();
        int width = generator.imageWidth();
        if (pictures.isEmpty() || pictures.rank() != 4 || pictures.size(1) != channels) {
            throw new IllegalArgumentException("The pictures to be inverted have the shape "
                    + Arrays.toString(pictures.shape()) + ", but expected was [k, " + channels
                    + ", H, W] with k from 1, values in [-1, 1].");
        }
        if (pictures.size(2) != height || pictures.size(3) != width) {
            throw new IllegalArgumentException("The pictures have the shape " + Arrays.toString(pictures.shape())
                    + ", but the generator draws " + height + "x" + width + ": resize them first.");
        }
        float[] pixels = HostArrays.of(pictures);
        for (float pixel : pixels) {
            if (!Float.isFinite(pixel)) {
                throw new IllegalArgumentException(
                        "The pictures to be inverted hold " + pixel + ": they must be finite numbers.");
            }
        }
        return new Wanted(pixels, channels * height * width);
    }

    int size() {
        return pixels.length / row();
    }

    /** Numbers of one picture. */
    int row() {
        return row;
    }

    float[] picture(int k) {
        return Arrays.copyOfRange(pixels, k * row(), (k + 1) * row());
    }

    /** mean (G - x)^2 of a picture. */
    double squares(int k, float[] images) {
        double sum = 0;
        for (int i = k * row(); i < (k + 1) * row(); i++) {
            double d = (double) images[i] - pixels[i];
            sum += d * d;
        }
        return sum / row();
    }
}
