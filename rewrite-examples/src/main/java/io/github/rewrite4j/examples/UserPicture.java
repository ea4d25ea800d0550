package io.github.rewrite4j.examples;

import io.github.rewrite4j.GeneratorSpec;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.image.Pixels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A user's picture of any size as a generator could have drawn it; see {@link Images#fitted}. */
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
        return Images.fitted(pixels, generator.imageHeight(), generator.imageWidth());
    }
}
