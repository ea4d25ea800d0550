package io.github.rewrite4j.samediff.generator;

import java.util.List;
import java.util.Locale;

/**
 * What a checkpoint will need, judged from names and shapes alone.
 *
 * @param architecture human-readable name and size
 * @param latent dimensions of z
 * @param imageSize pixels of a side
 * @param layers editable layers
 * @param parameters number of trained weights
 * @param loadingBytes memory while the file is read: each weight as it comes from the file, as the graph wants it, and
 *     once more on the way
 * @param generatingBytes memory while one batch of images is drawn: weights and the feature maps that SameDiff keeps
 * @param notes sentences about what the checkpoint lacks and what is done about it
 */
public record CheckpointEstimate(
        String architecture,
        int latent,
        int imageSize,
        int layers,
        long parameters,
        long loadingBytes,
        long generatingBytes,
        List<String> notes) {
    /** Measured at 256x256 rather than counted: SameDiff keeps arrays in order to use them again. */
    private static final int MAPS_ALIVE = 40;

    public CheckpointEstimate {
        notes = List.copyOf(notes);
        if (latent < 1 || imageSize < 1 || layers < 1 || parameters < 1) {
            throw new IllegalArgumentException("A generator has latent dimensions, pixels, layers and weights, but got "
                    + latent + ", " + imageSize + ", " + layers + " and " + parameters + ".");
        }
    }

    /**
     * The estimate of a generator.
     *
     * @param largestMap numbers of the largest feature map of one sample
     */
    public static CheckpointEstimate of(
            String architecture, int latent, int imageSize, int layers, long parameters, long largestMap) {
        long weights = parameters * Float.BYTES;
        long map = largestMap * Float.BYTES * GraphModel.samplesAtOnce(largestMap);
        return new CheckpointEstimate(
                architecture,
                latent,
                imageSize,
                layers,
                parameters,
                3 * weights,
                weights + MAPS_ALIVE * map,
                List.of());
    }

    /** The same with notes. */
    public CheckpointEstimate noting(List<String> added) {
        return new CheckpointEstimate(
                architecture, latent, imageSize, layers, parameters, loadingBytes, generatingBytes, added);
    }

    /** One line for people. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: %.1f million parameters, about %d MB to load and %d MB to generate",
                architecture,
                parameters / 1e6,
                loadingBytes >> 20,
                generatingBytes >> 20);
    }
}
