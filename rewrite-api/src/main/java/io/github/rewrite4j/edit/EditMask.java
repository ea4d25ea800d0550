package io.github.rewrite4j.edit;

import java.util.Objects;

/**
 * Where an edit should be seen: 1, and 0 elsewhere. What is known of a picture is a {@link ValidityMask}, the other way round.
 *
 * @param mask at the size of the picture
 */
public record EditMask(Mask mask) {
    public EditMask {
        Objects.requireNonNull(mask, "mask");
    }

    /** A region of a picture. */
    public static EditMask of(Region region, int height, int width) {
        return new EditMask(region.onImage(height, width));
    }

    /**
     * What of an edit an inpainter can show: it paints inside of holes alone.
     *
     * @throws IllegalArgumentException when the sizes differ
     */
    public EditMask visibleIn(ValidityMask picture) {
        Objects.requireNonNull(picture, "picture");
        if (mask.height() != picture.height() || mask.width() != picture.width()) {
            throw new IllegalArgumentException(
                    "The edit's mask has " + mask.height() + " x " + mask.width() + " pixels and the picture "
                            + picture.height() + " x " + picture.width() + ": give both at one size.");
        }
        float[][] rows = mask.toRows();
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < rows[y].length; x++) {
                rows[y][x] = picture.isKnown(y, x) ? 0 : rows[y][x];
            }
        }
        return new EditMask(Mask.of(rows));
    }

    /** Pixels where it is not zero. */
    public int pixels() {
        return mask.selectedCells();
    }
}
