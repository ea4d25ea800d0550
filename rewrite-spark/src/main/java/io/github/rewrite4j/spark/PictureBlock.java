package io.github.rewrite4j.spark;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.samediff.inversion.Inversion;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pictures of one task.
 *
 * @param folder they lie in
 * @param from place of the first in the whole folder
 * @param names of the files
 * @param steps of each picture's inversion
 */
public record PictureBlock(String folder, int from, List<String> names, int steps) implements Serializable {
    /** Weight of the pull of inversions to the mean. */
    private static final double PULL = 0.001;

    private static final long SEED = 1;

    public PictureBlock {
        Objects.requireNonNull(folder, "folder");
        names = new ArrayList<>(names);
        if (names.isEmpty() || from < 0) {
            throw new IllegalArgumentException(
                    "A block has at least one picture, from place 0 on, but has " + names + " from " + from + ".");
        }
    }

    /** Inputs that draw the pictures, called like the files. */
    public List<OwnInputs> inverted(Generator generator) throws IOException {
        Objects.requireNonNull(generator, "generator");
        List<OwnInputs> all = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            all.add(inverted(generator, i));
        }
        return all;
    }

    /** One of them. */
    OwnInputs inverted(Generator generator, int place) throws IOException {
        String name = names.get(place);
        Pixels pixels = Pixels.read(Path.of(folder, name));
        Inversion inversion =
                Inversion.defaults().iterations(steps).pull(PULL).seed(SEED).perLayer();
        try (INDArray picture = Images.fitted(
                pixels, generator.spec().imageHeight(), generator.spec().imageWidth())) {
            return inversion.invert(generator, picture).subjects(name).get(0).named(name);
        }
    }
}
