package io.github.rewrite4j.examples;

import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.image.Pixels;
import java.io.IOException;
import java.nio.file.Path;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A user's picture of any size as a generator could have drawn it: laid on white where it is transparent, cut to the
 * generator's proportions around its centre, resized with antialiasing.
 */
public final class UserPicture {
    private UserPicture() {}

    /**
     * Reads a PNG: colour, grey or palette, 1 to 16 bits, with or without alpha.
     *
     * @return [1, 3, H, W] in [-1, 1] of the generator's size
     * @throws IOException if the file cannot be read or is not a PNG
     */
    public static INDArray read(Path file, GeneratorSpec generator) throws IOException {
        Pixels pixels = Pixels.read(file);
        int height = generator.imageHeight();
        int width = generator.imageWidth();
        double scale = Math.min((double) pixels.height() / height, (double) pixels.width() / width);
        double top = (pixels.height() - scale * height) / 2;
        double left = (pixels.width() - scale * width) / 2;
        float[] image = new float[3 * height * width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double[] colour = mean(pixels, top + (y + 0.5) * scale, left + (x + 0.5) * scale, Math.max(scale, 1));
                for (int c = 0; c < 3; c++) {
                    image[(c * height + y) * width + x] = (float) (colour[c] / 127.5 - 1);
                }
            }
        }
        return Nd4j.createFromArray(image).reshape(1, 3, height, width);
    }

    /** Mean colour under a triangle around a point. */
    private static double[] mean(Pixels pixels, double row, double column, double reach) {
        double[] sum = new double[3];
        double weights = 0;
        int bottom = (int) Math.min(pixels.height(), Math.ceil(row + reach));
        int right = (int) Math.min(pixels.width(), Math.ceil(column + reach));
        for (int y = (int) Math.max(0, row - reach); y < bottom; y++) {
            double down = Math.max(0, 1 - Math.abs(y + 0.5 - row) / reach);
            for (int x = (int) Math.max(0, column - reach); down > 0 && x < right; x++) {
                double weight = down * Math.max(0, 1 - Math.abs(x + 0.5 - column) / reach);
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
}
