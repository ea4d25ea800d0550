package io.github.rewrite4j.samediff.generator;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.SafeTensors;
import io.github.rewrite4j.samediff.Differences;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Checkpoints and what the authors' own code computed with them; random weights, see the README beside them. */
public final class FamilyFiles implements AutoCloseable {
    private static final double CLOSE = 1e-4;

    private final SafeTensors golden;

    private FamilyFiles(SafeTensors golden) {
        this.golden = golden;
    }

    public static FamilyFiles golden(String file) throws IOException {
        InputStream in = Objects.requireNonNull(FamilyFiles.class.getResourceAsStream("/families/" + file));
        return new FamilyFiles(SafeTensors.read(in, file));
    }

    /** A copy of a file of the fixtures. */
    public static Path copy(String file, Path into) throws IOException {
        Path copy = into.resolve(file);
        if (!Files.exists(copy)) {
            try (InputStream in = Objects.requireNonNull(FamilyFiles.class.getResourceAsStream("/families/" + file))) {
                Files.copy(in, copy);
            }
        }
        return copy;
    }

    /** Random pictures as PNG files. */
    public static Path pictures(Path folder, int count, int side) throws IOException {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (int i = 0; i < count; i++) {
            INDArray picture =
                    Nd4j.rand(-1.0, 1.0, Nd4j.getRandomFactory().getNewRandomInstance(i + 7L), 3, side, side);
            Images.write(picture, pictures.resolve(i + ".png"));
        }
        return pictures;
    }

    public INDArray get(String tensor) throws IOException {
        return golden.load(tensor);
    }

    /** Holds numbers to those of the authors' code: within 1e-4 of the largest of them, or of one. */
    public void check(String tensor, INDArray found) throws IOException {
        INDArray expected = get(tensor);
        assertThat(Differences.largest(found.reshape(expected.shape()), expected))
                .as(tensor)
                .isLessThan(CLOSE * Math.max(1, Differences.magnitude(expected)));
    }

    @Override
    public void close() throws IOException {
        golden.close();
    }
}
