package io.github.rewrite4j.family;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a generator will need, judged before anything is loaded.
 *
 * @param architecture human-readable name and size
 * @param inputs a phrase for each input, such as {@code z [N, 512]}; those of inputs that samples do not have end in
 *     "which may be left out"
 * @param imageHeight pixels; 0 where the file leaves it free
 * @param imageWidth pixels; 0 where the file leaves it free
 * @param layers layers with weights of their own; of a graph that somebody else built some may not be editable
 * @param parameters number of weights
 * @param loadingBytes memory while the file is read, most of it outside the Java heap
 * @param generatingBytes memory while one batch of images is drawn
 * @param notes sentences about what the file lacks and what is done about it
 */
public record GeneratorEstimate(
        String architecture,
        List<String> inputs,
        int imageHeight,
        int imageWidth,
        int layers,
        long parameters,
        long loadingBytes,
        long generatingBytes,
        List<String> notes) {
    public GeneratorEstimate {
        Objects.requireNonNull(architecture, "architecture");
        Objects.requireNonNull(inputs, "inputs");
        Objects.requireNonNull(notes, "notes");
        inputs = List.copyOf(inputs);
        notes = List.copyOf(notes);
        if (imageHeight < 0 || imageWidth < 0 || layers < 0 || parameters < 0) {
            throw new IllegalArgumentException(
                    "Sizes and counts of a generator are not negative, but got " + imageHeight + " x " + imageWidth
                            + " pixels, " + layers + " layers and " + parameters + " weights.");
        }
        if (loadingBytes < 0 || generatingBytes < 0) {
            throw new IllegalArgumentException("Memory is not negative, but got " + loadingBytes + " bytes to load and "
                    + generatingBytes + " to generate.");
        }
    }

    /** The same with more notes. */
    public GeneratorEstimate noting(List<String> more) {
        Objects.requireNonNull(more, "more");
        List<String> all = new ArrayList<>(notes);
        all.addAll(more);
        return new GeneratorEstimate(
                architecture, inputs, imageHeight, imageWidth, layers, parameters, loadingBytes, generatingBytes, all);
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
