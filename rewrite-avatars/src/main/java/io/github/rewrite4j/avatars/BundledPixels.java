package io.github.rewrite4j.avatars;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import io.github.rewrite4j.samediff.generator.training.TrainingPictures;
import io.github.rewrite4j.samediff.perception.StridedDiscriminator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A second world: faces in the style "Pixel Art" by DiceBear (CC0 1.0), 32x32 pixels, with a generator of them that {@link
 * io.github.rewrite4j.samediff.generator.avatar.StyleGanTraining} trained. It never saw glasses or hats. See
 * LICENCE-ASSETS.md beside the files.
 */
public final class BundledPixels {
    /** Pictures in {@link #faces()}. */
    public static final int COUNT = 2048;

    /** What {@link #objects} knows. */
    public static final List<String> OBJECTS = List.of("glasses", "hat");

    private static final String GENERATOR = "pixel-stylegan32.safetensors";
    private static final String DISCRIMINATOR = "pixel-discriminator32.safetensors";
    private static final String FACES = "pixel-faces-2048.png";
    private static final String WORN = "pixel-objects.png";
    private static final int SIDE = 32;
    private static final int PAIRS = 32;

    private BundledPixels() {}

    /**
     * Loads the generator; the caller closes it.
     *
     * @throws io.github.rewrite4j.NoBackendException when ND4J has no backend
     */
    public static Generator load() throws IOException {
        try (InputStream weights = Bundle.open(GENERATOR)) {
            return StyleGan2.load(weights, GENERATOR);
        }
    }

    /** Writes the generator's checkpoint as it is bundled, for programs that want a file. */
    public static void copyTo(Path target) throws IOException {
        Bundle.copy(GENERATOR, target);
    }

    /** The discriminator that it was trained against: a new one at every call, since it can be trained. */
    public static StridedDiscriminator discriminator() throws IOException {
        try (InputStream weights = Bundle.open(DISCRIMINATOR)) {
            return StridedDiscriminator.load(weights, DISCRIMINATOR);
        }
    }

    /** {@value #COUNT} of the faces. */
    public static TrainingPictures faces() throws IOException {
        return atlas(FACES, COUNT);
    }

    private static TrainingPictures atlas(String name, int count) throws IOException {
        try (InputStream file = Bundle.open(name)) {
            return TrainingPictures.atlas(Pixels.read(file, name), SIDE, count);
        }
    }

    /**
     * 32 faces with an object and without it, as exemplars called "hat 0", "hat 1" and so on.
     *
     * @param name one of {@link #OBJECTS}
     */
    public static List<Exemplar> objects(String name) throws IOException {
        Objects.requireNonNull(name, "name");
        int number = OBJECTS.indexOf(name);
        if (number < 0) {
            throw new IllegalArgumentException("There is no object '" + name + "': choose one of " + OBJECTS + ".");
        }
        TrainingPictures all = atlas(WORN, 2 * PAIRS * OBJECTS.size());
        INDArray pictures = all.first(all.count());
        List<Exemplar> exemplars = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            INDArray without = pictures.slice(2L * PAIRS * number + i).dup('c');
            INDArray with = pictures.slice(2L * PAIRS * number + PAIRS + i).dup('c');
            exemplars.add(Exemplar.ofPair(with, without).named(name + " " + i));
        }
        return exemplars;
    }
}
