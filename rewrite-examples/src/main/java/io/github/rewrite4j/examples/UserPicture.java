package io.github.rewrite4j.examples;

import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.image.AreaFilter;
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
        AreaFilter.Axis down = centred(pixels.height(), scale * height, height);
        AreaFilter.Axis across = centred(pixels.width(), scale * width, width);
        float[] image = AreaFilter.resize((y, into) -> onWhite(pixels, y, into), 3, down, across);
        for (int i = 0; i < image.length; i++) {
            image[i] = (float) (image[i] / 127.5 - 1);
        }
        return Nd4j.createFromArray(image).reshape(1, 3, height, width);
    }

    private static AreaFilter.Axis centred(int inputs, double length, int outputs) {
        return new AreaFilter.Axis(inputs, (inputs - length) / 2, length, outputs);
    }

    private static void onWhite(Pixels pixels, int y, float[][] into) {
        for (int x = 0; x < pixels.width(); x++) {
            double alpha = pixels.value(Pixels.ALPHA, y, x) / 255.0;
            for (int c = 0; c < 3; c++) {
                into[c][x] = (float) (alpha * pixels.value(c, y, x) + (1 - alpha) * 255);
            }
        }
    }
}
