package io.github.rewrite4j.spark;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.image.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Draws samples into a folder that all executors see, a PNG file each. Files appear whole or not at all, so that tasks which are
 * tried again, or run twice at once, do no harm.
 */
public final class SparkPictures {
    private static final int BATCH = 16;

    private SparkPictures() {}

    /**
     * Draws every sample as {@code SEED-INDEX.png}; a picture that is there is not drawn again.
     *
     * @param folder on a file system that driver and executors share; made where it is missing
     * @return number of pictures that are there now
     */
    public static long write(SparkSamples samples, Path folder) {
        Objects.requireNonNull(samples, "samples");
        String name = Objects.requireNonNull(folder, "folder").toString();
        return samples.aggregate((generator, block) -> write(generator, block, Path.of(name)), Long::sum);
    }

    /**
     * Draws every picture of a folder again, as the generator with its patches draws what the picture was inverted to: {@code
     * NAME.png} for each, whatever its kind; a picture that is there is not drawn again.
     *
     * @param folder on a file system that driver and executors share, another than that of the pictures; made where it is missing
     * @return number of pictures that are there now
     * @throws IllegalArgumentException if it is the folder of the pictures
     */
    public static long write(SparkFolder pictures, Path folder) {
        Objects.requireNonNull(pictures, "pictures");
        Path to = folder.toAbsolutePath().normalize();
        if (to.equals(pictures.folder())) {
            throw new IllegalArgumentException(
                    "The pictures of " + folder + " would be written over: name another folder.");
        }
        String name = to.toString();
        return pictures.aggregate((generator, block) -> redraw(generator, block, Path.of(name)), Long::sum);
    }

    private static Long redraw(Generator generator, PictureBlock block, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < block.names().size(); i++) {
            String name = block.names().get(i);
            Path file = folder.resolve(name.substring(0, name.lastIndexOf('.')) + ".png");
            if (!Files.exists(file)) {
                try (Inputs inputs = block.inverted(generator, i).inputs();
                        INDArray image = generator.generate(inputs)) {
                    Images.write(image.get(NDArrayIndex.point(0)), file);
                }
            }
        }
        return (long) block.names().size();
    }

    private static Long write(Generator generator, SampleBlock block, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (int first = 0; first < block.size(); first += BATCH) {
            int last = Math.min(first + BATCH, block.size());
            if (allThere(block, first, last, folder)) {
                continue;
            }
            try (Inputs inputs = block.inputs(generator, first, last);
                    INDArray images = generator.generate(inputs)) {
                for (int i = first; i < last; i++) {
                    Images.write(images.get(NDArrayIndex.point(i - first)), file(block, i, folder));
                }
            }
        }
        return (long) block.size();
    }

    private static boolean allThere(SampleBlock block, int first, int last, Path folder) {
        for (int i = first; i < last; i++) {
            if (!Files.exists(file(block, i, folder))) {
                return false;
            }
        }
        return true;
    }

    private static Path file(SampleBlock block, int place, Path folder) {
        return folder.resolve(String.format(Locale.ROOT, "%d-%08d.png", block.seed(), block.from() + place));
    }
}
