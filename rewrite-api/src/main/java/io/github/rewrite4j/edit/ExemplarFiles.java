package io.github.rewrite4j.edit;

import io.github.rewrite4j.image.Pixels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * The files that show an object: a picture, PNG or JPEG of any size and mode ({@link Pixels#read(Path)}), and what marks the
 * object in it. The mask marks it where there is one, else the alpha channel does where there is one, else the difference
 * from the picture without the object ({@link Exemplar#ofPair}). Immutable.
 *
 * <pre>{@code
 * Exemplar hat = ExemplarFiles.of(Path.of("with-hat.png")).without(Path.of("without.png")).read();
 * }</pre>
 */
public final class ExemplarFiles {
    private final Path picture;
    private final Optional<Path> mask;
    private final Optional<Path> without;

    private ExemplarFiles(Path picture, Optional<Path> mask, Optional<Path> without) {
        this.picture = picture;
        this.mask = mask;
        this.without = without;
    }

    /** A picture with the object. */
    public static ExemplarFiles of(Path picture) {
        Objects.requireNonNull(picture, "picture");
        return new ExemplarFiles(picture, Optional.empty(), Optional.empty());
    }

    /** With a PNG or JPEG of the same size, white where the object is ({@link Region#png(Path)}); also used as alpha. */
    public ExemplarFiles mask(Path file) {
        Objects.requireNonNull(file, "file");
        return new ExemplarFiles(picture, Optional.of(file), without);
    }

    /** With the same picture without the object, of the same size. */
    public ExemplarFiles without(Path file) {
        Objects.requireNonNull(file, "file");
        return new ExemplarFiles(picture, mask, Optional.of(file));
    }

    /**
     * Reads the exemplar, which is named like the picture's file. Pictures of more than 2^22 pixels are reduced by a whole
     * factor. What had to be understood, a mask that is not white on black for instance, is said in the {@linkplain
     * Exemplar#notes notes}.
     *
     * @throws IOException if a file cannot be read, is of another kind or is damaged, or nothing marks the object
     * @throws EmptyRegionException if nothing is marked
     * @throws IllegalArgumentException if sizes differ or everything is marked
     */
    public Exemplar read() throws IOException {
        return ExemplarReader.read(picture, mask, without);
    }
}
