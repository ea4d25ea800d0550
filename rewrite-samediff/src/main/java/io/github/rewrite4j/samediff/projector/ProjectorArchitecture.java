package io.github.rewrite4j.samediff.projector;

import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Size of a projector: an encoder that halves the image down to the grid of the values, then residual blocks.
 *
 * @param name in files
 * @param stemChannels channels at full resolution; they double with each halving up to those of the values
 * @param residualBlocks at the grid of the values
 */
public record ProjectorArchitecture(String name, int stemChannels, int residualBlocks) {
    /** For images up to 64 pixels, on a CPU. */
    public static final ProjectorArchitecture TINY = new ProjectorArchitecture("tiny", 32, 2);

    /** For images up to 256 pixels. */
    public static final ProjectorArchitecture BASE = new ProjectorArchitecture("base", 64, 4);

    /** For larger images. */
    public static final ProjectorArchitecture LARGE = new ProjectorArchitecture("large", 64, 6);

    private static final int SMALL_IMAGE = 64;
    private static final int MEDIUM_IMAGE = 256;

    public ProjectorArchitecture {
        Objects.requireNonNull(name, "name");
        if (stemChannels < 1 || residualBlocks < 0) {
            throw new IllegalArgumentException("A projector has at least one stem channel and no negative number of"
                    + " residual blocks, but got " + stemChannels + " and " + residualBlocks + ".");
        }
    }

    /** The preset for images of a size. */
    public static ProjectorArchitecture forImages(int side) {
        return side <= SMALL_IMAGE ? TINY : side <= MEDIUM_IMAGE ? BASE : LARGE;
    }

    /** The preset of a name, in any case. */
    public static ProjectorArchitecture named(String name) {
        return Stream.of(TINY, BASE, LARGE)
                .filter(preset -> preset.name.equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "There is no projector architecture '" + name + "': choose tiny, base or large."));
    }

    @Override
    public String toString() {
        return name + " (" + stemChannels + " stem channels, " + residualBlocks + " residual blocks)";
    }
}
