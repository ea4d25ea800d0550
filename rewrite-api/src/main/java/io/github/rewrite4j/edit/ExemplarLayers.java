package io.github.rewrite4j.edit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The pictures that make up an exemplar, all of one size, and where they lie.
 *
 * @param with the picture with the object
 * @param without the same without it, if there is one
 * @param mask above zero where the object is
 * @param alpha how much of each pixel the object covers
 * @param share what the object adds to a picture
 */
record ExemplarLayers(Planes with, @Nullable Planes without, Mask mask, Planes alpha, Planes share) {
    /** Checks pictures against one another and works out what the object adds. */
    static ExemplarLayers of(Planes with, @Nullable Planes without, Mask mask, Mask alpha) {
        if (without != null) {
            requireSize("picture without the object", without.height(), without.width(), with);
        }
        requireSize("mask", mask.height(), mask.width(), with);
        requireSize("alpha", alpha.height(), alpha.width(), with);
        int selected = mask.selectedCells();
        if (selected == 0) {
            throw new EmptyRegionException("The mask of the exemplar selects none of its " + with.size()
                    + " pixels: mark the object with values above zero (with alpha of at least 10/255 in a cut-out).");
        }
        if (selected == with.area()) {
            throw new IllegalArgumentException("The mask of the exemplar selects all of its " + with.size()
                    + " pixels, so that nothing says which part is the object: make the rest of the picture"
                    + " transparent, or give a mask or the same picture without the object.");
        }
        Planes coverage = ExemplarColours.coverage(mask, alpha);
        Planes share = ExemplarColours.share(
                without == null ? EdgeColours.cleaned(with, coverage) : with, without, mask, coverage);
        ExemplarLayers layers = new ExemplarLayers(with, without, mask, coverage, share);
        layers.requireVisible("exemplar");
        return layers;
    }

    static void requireSize(String what, int height, int width, Planes with) {
        requireSize(what, height, width, with.height(), with.width());
    }

    static void requireSize(String what, int height, int width, int wantedHeight, int wantedWidth) {
        if (height != wantedHeight || width != wantedWidth) {
            throw new IllegalArgumentException("The " + what + " has " + width + "x" + height
                    + " pixels (width x height), the picture with the object " + wantedWidth + "x" + wantedHeight
                    + ": scale one of them so that both show the same scene pixel by pixel.");
        }
    }

    private void requireVisible(String name) {
        ExemplarColours.requireVisible(name, with, without != null, alpha, share);
    }

    /** All resized. */
    ExemplarLayers scaled(String name, int newHeight, int newWidth) {
        Mask small = mask.resized(newHeight, newWidth);
        if (small.isEmpty()) {
            throw new EmptyRegionException("The object of " + name + " has " + mask.selectedCells() + " of "
                    + with.size() + " pixels, which leave no trace on " + newWidth + "x" + newHeight
                    + ": crop the picture around the object first.");
        }
        ExemplarLayers scaled = new ExemplarLayers(
                with.resized(newHeight, newWidth),
                without == null ? null : without.resized(newHeight, newWidth),
                small,
                alpha.resized(newHeight, newWidth),
                share.resized(newHeight, newWidth));
        scaled.requireVisible(name);
        return scaled;
    }

    /** These with the centre of the object's box at a pixel, moved only as far as the object stays whole. */
    ExemplarLayers movedTo(int x, int y) {
        int height = with.height();
        int width = with.width();
        if (x < 0 || x >= width || y < 0 || y >= height) {
            throw new IllegalArgumentException("The object cannot be centred at x " + x + ", y " + y
                    + ", outside the picture of " + with.size() + " pixels: give x from 0 to " + (width - 1)
                    + " and y from 0 to " + (height - 1) + "; resize the exemplar before you move it.");
        }
        Box box = mask.boundingBox();
        int down = Math.max(
                -box.top(), Math.min(height - box.bottom(), y - box.centre().row()));
        int right = Math.max(
                -box.left(), Math.min(width - box.right(), x - box.centre().column()));
        return down == 0 && right == 0 ? this : onCanvas(height, width, down, right);
    }

    /** These on a larger or smaller picture; what comes in from outside holds no object and repeats the border. */
    ExemplarLayers onCanvas(int newHeight, int newWidth, int top, int left) {
        return new ExemplarLayers(
                with.extendedOnCanvas(newHeight, newWidth, top, left),
                without == null ? null : without.extendedOnCanvas(newHeight, newWidth, top, left),
                Planes.of(mask).onCanvas(newHeight, newWidth, top, left).toMask(),
                alpha.onCanvas(newHeight, newWidth, top, left),
                share.onCanvas(newHeight, newWidth, top, left));
    }

    /** Pictures with the object put on each. */
    INDArray compositeOn(INDArray images) {
        long[] shape = images.shape();
        boolean fits = shape.length == 4
                && (shape[1] == 3 || shape[1] == 1)
                && shape[2] == with.height()
                && shape[3] == with.width();
        if (!fits) {
            throw new IllegalArgumentException("The pictures have the shape " + Arrays.toString(shape)
                    + ", the exemplar needs [N, 3 or 1, " + with.height() + ", " + with.width()
                    + "]: call resizedTo(height, width) on the exemplar with the size of the pictures.");
        }
        return ExemplarColours.composite(images, alpha, share.withChannels((int) shape[1]));
    }

    @Override
    public String toString() {
        return with.size() + " pixels, object of " + mask.selectedCells()
                + (without == null ? "" : ", with its picture without the object");
    }
}
