package io.github.rewrite4j.edit;

import io.github.rewrite4j.image.Pixels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out what marks the object in the pictures that a user has; see {@link ExemplarFiles}. */
final class ExemplarReader {
    private final Given given;
    private final Pixels picture;
    private final int factor;
    private final List<String> notes = new ArrayList<>();

    /**
     * A picture and what it is called.
     *
     * @param label in messages
     * @param name in reports
     */
    record Given(Pixels pixels, String label, String name) {
        static Given of(Path file) throws IOException {
            return new Given(Pixels.read(file), file.toString(), String.valueOf(file.getFileName()));
        }

        static Given of(Pixels pixels, String name) {
            return new Given(pixels, name, name);
        }
    }

    private ExemplarReader(Given given) {
        this.given = given;
        this.picture = given.pixels();
        this.factor = PictureReduction.factor(picture);
        notes.addAll(picture.notes());
    }

    static Exemplar read(Path picture, Optional<Path> mask, Optional<Path> without) throws IOException {
        Given given = Given.of(picture);
        Optional<Given> second = without.isPresent() ? Optional.of(Given.of(without.get())) : Optional.empty();
        Optional<Given> marked = mask.isPresent() ? Optional.of(Given.of(mask.get())) : Optional.empty();
        return read(given, marked, second);
    }

    static Exemplar read(Given picture, Optional<Given> mask, Optional<Given> without) throws IOException {
        ExemplarReader reader = new ExemplarReader(picture);
        Exemplar exemplar = reader.exemplar(mask, without);
        return exemplar.named(picture.name()).noting(reader.notes);
    }

    private Exemplar exemplar(Optional<Given> markedBy, Optional<Given> without) throws IOException {
        Planes background = null;
        if (without.isPresent()) {
            Pixels pixels = partner("picture without the object", without.get());
            background = PictureReduction.colours(pixels, null, factor);
        }
        if (markedBy.isPresent()) {
            Pixels pixels = partner("mask", markedBy.get());
            MaskPicture mask = MaskPicture.brush(pixels, markedBy.get().name());
            Mask selected = reduced(mask.mask());
            notes.removeAll(pixels.notes());
            notes.addAll(mask.notes());
            return Exemplar.create(colours(background, mask.mask()), background, selected, selected);
        }
        // An opaque alpha channel says nothing where there is a second picture to compare with.
        if (background != null && picture.isOpaque()) {
            return Exemplar.ofPair(colours(background, null), background);
        }
        if (!picture.hasAlpha()) {
            throw new IOException(given.label()
                    + " has no alpha channel that could mark the object: save it as a PNG whose"
                    + " other parts are transparent, or give a mask or the same picture without the object.");
        }
        MaskPicture cutOut = MaskPicture.cutOut(picture, given.name());
        notes.removeAll(picture.notes());
        notes.addAll(cutOut.notes());
        Mask alpha = reduced(cutOut.mask());
        return Exemplar.create(colours(background, cutOut.mask()), background, Exemplar.visible(alpha), alpha);
    }

    private Mask reduced(Mask mask) {
        return PictureReduction.reduced(mask, factor);
    }

    /** Beside a picture without the object colours are compared with it, not weighted by what the object covers. */
    private Planes colours(@Nullable Planes background, @Nullable Mask coverage) {
        return PictureReduction.colours(picture, background == null ? coverage : null, factor);
    }

    private Pixels partner(String what, Given partner) {
        Pixels pixels = partner.pixels();
        ExemplarLayers.requireSize(what, pixels.height(), pixels.width(), picture.height(), picture.width());
        notes.addAll(pixels.notes());
        return pixels;
    }
}
