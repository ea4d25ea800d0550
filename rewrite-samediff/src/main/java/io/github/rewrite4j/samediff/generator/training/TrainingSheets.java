package io.github.rewrite4j.samediff.generator.training;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.image.Images;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Pictures that show how far a training is, {@code step-000200.png} and so on in a folder.
 *
 * @param folder made when the first is written
 * @param columns pictures beside one another
 */
public record TrainingSheets(Path folder, int columns) {
    public TrainingSheets {
        Objects.requireNonNull(folder, "folder");
        if (columns < 1) {
            throw new IllegalArgumentException("A sheet has columns from 1, but asked for were " + columns + ".");
        }
    }

    /**
     * Writes what was drawn after a step.
     *
     * @param images [N, 3, H, W], clipped to [-1, 1]
     * @throws RewriteException when it cannot be written
     */
    public void write(long step, INDArray images) {
        Objects.requireNonNull(images, "images");
        Path file = folder.resolve(String.format(java.util.Locale.ROOT, "step-%06d.png", step));
        try {
            Images.writeGrid(images, columns, file);
        } catch (IOException e) {
            throw new RewriteException("The sheet " + file + " could not be written: " + e.getMessage(), e);
        }
    }
}
