package io.github.rewrite4j.avatars;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.samediff.generator.PictureSampler;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** 64 drawn faces of 64x64 pixels, derived from "Personas by Draftbit", CC BY 4.0; see LICENCES.md. */
public final class AvatarPictures {
    public static final int COUNT = 64;

    private static final String ATLAS = "avatars-64.png";
    private static final int SIZE = 64;
    private static final int COLUMNS = 8;

    private final Pixels atlas;

    private AvatarPictures(Pixels atlas) {
        this.atlas = atlas;
    }

    /** Reads the pictures. */
    public static AvatarPictures load() throws IOException {
        try (InputStream file = Bundle.open(ATLAS)) {
            return new AvatarPictures(Pixels.read(file.readAllBytes(), ATLAS));
        }
    }

    /** Picture {@code number} [3, 64, 64] in [-1, 1]. */
    public INDArray picture(int number) {
        if (number < 0 || number >= COUNT) {
            throw new IllegalArgumentException(
                    "There are the pictures 0 to " + (COUNT - 1) + ", but not " + number + ".");
        }
        float[] values = new float[3 * SIZE * SIZE];
        int top = number / COLUMNS * SIZE;
        int left = number % COLUMNS * SIZE;
        for (int i = 0; i < values.length; i++) {
            int channel = i / (SIZE * SIZE);
            int row = top + i / SIZE % SIZE;
            values[i] = atlas.value(channel, row, left + i % SIZE) / 127.5f - 1;
        }
        return Nd4j.create(values, new long[] {3, SIZE, SIZE}, 'c');
    }

    /** All of them as inputs. */
    public InputSampler sampler(String input) {
        Objects.requireNonNull(input, "input");
        return new PictureSampler(input, COUNT, this::picture, "avatar-pictures-64");
    }
}
