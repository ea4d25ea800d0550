package io.github.rewrite4j.edit;

import io.github.rewrite4j.image.Pixels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out what marks the object in the files that a user has; see {@link Exemplar#read(Path, Optional, Optional)}. */
final class ExemplarReader {
    private final Path file;
    private final Pixels picture;
    private final int factor;
    private final List<String> notes = new ArrayList<>();

    private ExemplarReader(Path file) throws IOException {
        this.file = file;
        this.picture = Pixels.readPicture(file);
        this.factor = PictureReduction.factor(picture);
        notes.addAll(picture.notes());
    }

    static Exemplar read(Path picture, Optional<Path> mask, Optional<Path> without) throws IOException {
        ExemplarReader reader = new ExemplarReader(picture);
        Exemplar exemplar = reader.exemplar(mask, without);
        return exemplar.named(String.valueOf(picture.getFileName())).noting(reader.notes);
    }

    private Exemplar exemplar(Optional<Path> maskFile, Optional<Path> without) throws IOException {
        Planes background = null;
        if (without.isPresent()) {
            Pixels pixels = partner("picture without the object", without.get());
            background = PictureReduction.colours(pixels, null, factor);
        }
        if (maskFile.isPresent()) {
            Pixels pixels = partner("mask", maskFile.get());
            MaskPicture mask =
                    MaskPicture.brush(pixels, String.valueOf(maskFile.get().getFileName()));
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
            throw new IOException(file + " has no alpha channel that could mark the object: save it as a PNG whose"
                    + " other parts are transparent, or give a mask or the same picture without the object.");
        }
        MaskPicture cutOut = MaskPicture.cutOut(picture, String.valueOf(file.getFileName()));
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

    private Pixels partner(String what, Path partner) throws IOException {
        Pixels pixels = Pixels.readPicture(partner);
        Exemplar.requireSize(what, pixels.height(), pixels.width(), picture.height(), picture.width());
        notes.addAll(pixels.notes());
        return pixels;
    }
}
