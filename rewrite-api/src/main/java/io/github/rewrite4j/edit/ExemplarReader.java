package io.github.rewrite4j.edit;

import io.github.rewrite4j.image.Pixels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Finds out what marks the object in the files that a user has; see {@link Exemplar#read(Path, Optional, Optional)}. */
final class ExemplarReader {
    private ExemplarReader() {}

    static Exemplar read(Path picture, Optional<Path> mask, Optional<Path> without) throws IOException {
        Pixels pixels = Pixels.readPicture(picture);
        INDArray with = pixels.toArray();
        INDArray background = without.isPresent() ? background(without.get()) : null;
        return exemplar(picture, pixels, with, mask, background).named(String.valueOf(picture.getFileName()));
    }

    private static INDArray background(Path file) throws IOException {
        return Pixels.readPicture(file).toArray();
    }

    private static Exemplar exemplar(
            Path picture, Pixels pixels, INDArray with, Optional<Path> maskFile, @Nullable INDArray background)
            throws IOException {
        if (maskFile.isPresent()) {
            Mask mask = Mask.of(Pixels.read(maskFile.get()), Pixels.RED);
            return Exemplar.create(with, background, mask, mask);
        }
        // An opaque alpha channel says nothing where there is a second picture to compare with.
        if (background != null && pixels.isOpaque()) {
            return Exemplar.ofPair(with, background);
        }
        if (!pixels.hasAlpha()) {
            throw new IOException(picture + " has no alpha channel that could mark the object: save it as a PNG whose"
                    + " other parts are transparent, or give a mask or the same picture without the object.");
        }
        Mask alpha = Mask.of(pixels, Pixels.ALPHA);
        return Exemplar.create(with, background, Exemplar.visible(alpha), alpha);
    }
}
