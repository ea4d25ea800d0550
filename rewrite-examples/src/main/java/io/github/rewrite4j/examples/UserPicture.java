package io.github.rewrite4j.examples;

import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.image.Pixels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A user's picture of any size as a generator could have drawn it: laid on white where it is transparent, cut to the
 * generator's proportions around its centre, reduced to the mean over the area of each pixel or enlarged linearly.
 */
public final class UserPicture {
    private UserPicture() {}

    /**
     * Reads a PNG or JPEG of any size and mode ({@link Pixels#read}).
     *
     * @param notes gets what the user should know, such as that a camera's orientation mark was applied
     * @return [1, 3, H, W] in [-1, 1] of the generator's size
     * @throws IOException if the file cannot be read or is neither
     */
    public static INDArray read(Path file, GeneratorSpec generator, Consumer<String> notes) throws IOException {
        Pixels pixels = Pixels.read(file);
        pixels.notes().forEach(notes);
        int height = generator.imageHeight();
        int width = generator.imageWidth();
        double scale = Math.min((double) pixels.height() / height, (double) pixels.width() / width);
        double top = (pixels.height() - scale * height) / 2;
        double left = (pixels.width() - scale * width) / 2;
        float[] image = new float[3 * height * width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double[] colour = mean(pixels, top + (y + 0.5) * scale, left + (x + 0.5) * scale, scale);
                for (int c = 0; c < 3; c++) {
                    image[(c * height + y) * width + x] = (float) (colour[c] / 127.5 - 1);
                }
            }
        }
        return Nd4j.createFromArray(image).reshape(1, 3, height, width);
    }

    /** Mean colour around a point: over a square of this side, or between the nearest pixels if it is under 1. */
    private static double[] mean(Pixels pixels, double row, double column, double side) {
        double[] sum = new double[3];
        double weights = 0;
        double reach = side > 1 ? side / 2 : 1;
        int bottom = (int) Math.min(pixels.height(), Math.ceil(row + reach));
        int right = (int) Math.min(pixels.width(), Math.ceil(column + reach));
        for (int y = (int) Math.max(0, row - reach); y < bottom; y++) {
            double down = weight(y, row, side);
            for (int x = (int) Math.max(0, column - reach); down > 0 && x < right; x++) {
                double weight = down * weight(x, column, side);
                double alpha = pixels.value(Pixels.ALPHA, y, x) / 255.0;
                for (int c = 0; c < 3; c++) {
                    sum[c] += weight * (alpha * pixels.value(c, y, x) + (1 - alpha) * 255);
                }
                weights += weight;
            }
        }
        for (int c = 0; c < 3; c++) {
            sum[c] /= weights;
        }
        return sum;
    }

    private static double weight(int pixel, double centre, double side) {
        return side > 1
                ? Math.max(0, Math.min(pixel + 1, centre + side / 2) - Math.max(pixel, centre - side / 2))
                : Math.max(0, 1 - Math.abs(pixel + 0.5 - centre));
    }
}
