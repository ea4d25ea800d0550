package io.github.rewrite4j.avatars;

import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.samediff.perception.PartPictures;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;

/**
 * Which pixels show which part on the first 500 of the {@link RealAvatars}: head, eyes, hair, body, mouth, nose, facial
 * hair, background, as far as each is visible. Derived from "Personas by Draftbit", CC BY 4.0; see LICENCE-ASSETS.md beside them.
 */
public final class AvatarParts implements PartPictures {
    public static final int COUNT = 500;

    /** What the bits of the masks mean, lowest first. */
    private static final List<String> PARTS =
            List.of("head", "eyes", "hair", "body", "mouth", "nose", "facialHair", "background");

    private static final String ATLAS = "parts-500.png";
    private static final int SIZE = 64;
    private static final int COLUMNS = 25;

    private final RealAvatars avatars;
    private final Pixels atlas;

    private AvatarParts(RealAvatars avatars, Pixels atlas) {
        this.avatars = avatars;
        this.atlas = atlas;
    }

    /** Reads the pictures and their masks, which takes about a second. */
    public static AvatarParts load() throws IOException {
        try (InputStream file = Bundle.open(ATLAS)) {
            Pixels atlas = Pixels.read(file.readAllBytes(), ATLAS);
            if (atlas.height() != COUNT / COLUMNS * SIZE || atlas.width() != COLUMNS * SIZE) {
                throw new FileFormatException(ATLAS, "size", atlas + "; expected the masks of " + COUNT + " pictures");
            }
            return new AvatarParts(RealAvatars.load(), atlas);
        }
    }

    @Override
    public int count() {
        return COUNT;
    }

    @Override
    public int size() {
        return SIZE;
    }

    @Override
    public List<String> parts() {
        return PARTS;
    }

    @Override
    public void copyImage(int image, float[] to) {
        Objects.requireNonNull(to, "to");
        requireKnown(image);
        avatars.copyImage(image, to);
    }

    @Override
    public boolean shows(int image, int part, int row, int column) {
        requireKnown(image);
        int bits = atlas.value(Pixels.RED, image / COLUMNS * SIZE + row, image % COLUMNS * SIZE + column);
        return (bits >> part & 1) == 1;
    }

    private static void requireKnown(int image) {
        if (image < 0 || image >= COUNT) {
            throw new IllegalArgumentException("There are the masks 0 to " + (COUNT - 1) + ", but not " + image + ".");
        }
    }
}
