package io.github.rewrite4j.edit;

import java.util.List;

/**
 * How large the object of an exemplar is drawn; see {@link Exemplar#resizedTo(int, int, int)}.
 *
 * @param box of the object in its picture
 */
record ObjectSize(Exemplar exemplar, Box box) {
    static ObjectSize of(Exemplar exemplar) {
        return new ObjectSize(exemplar, exemplar.mask().boundingBox());
    }

    /** Whether the box covers more than nine tenths of the picture. */
    boolean fillsPicture() {
        return 10L * box.height() * box.width() > 9L * exemplar.height() * exemplar.width();
    }

    Exemplar halfAsWide(int height, int width) {
        int wide = Math.max(1, Math.min(width / 2, widest(height, width)));
        return wide(wide, height, width)
                .noting(List.of(exemplar.name() + " is a tight cut-out: its object fills its picture, so it is drawn "
                        + wide + " pixels wide in the middle of an image of " + width + "x" + height
                        + ". Say how large it should be with --size (resizedTo(height, width, objectWidth)), and where"
                        + " with --at (movedTo)."));
    }

    Exemplar wide(int objectWidth, int height, int width) {
        double scale = (double) objectWidth / box.width();
        if (objectWidth < 1 || objectWidth > width || Math.round(box.height() * scale) > height) {
            throw new IllegalArgumentException("The object of " + exemplar.name() + " cannot be " + objectWidth
                    + " pixels wide on a picture of " + width + "x" + height + ": it is " + box.width() + "x"
                    + box.height() + " pixels large (width x height), so give a width from 1 to "
                    + widest(height, width) + ".");
        }
        int margin = Math.max(2, Math.max(box.height(), box.width()) / 8);
        Exemplar crop = exemplar.onCanvas(
                box.height() + 2 * margin, box.width() + 2 * margin, margin - box.top(), margin - box.left());
        Exemplar scaled = crop.scaled((int) Math.max(1, Math.round(crop.height() * scale)), (int)
                Math.max(1, Math.round(crop.width() * scale)));
        Box small = scaled.mask().boundingBox();
        double centreY = (box.top() + box.bottom()) / 2.0 / exemplar.height() * height;
        double centreX = (box.left() + box.right()) / 2.0 / exemplar.width() * width;
        int top = within(centreY - (small.top() + small.bottom()) / 2.0, -small.top(), height - small.bottom());
        int left = within(centreX - (small.left() + small.right()) / 2.0, -small.left(), width - small.right());
        return scaled.onCanvas(height, width, top, left).sized();
    }

    private static int within(double wanted, int least, int most) {
        return (int) Math.max(least, Math.min(Math.max(least, most), Math.round(wanted)));
    }

    private int widest(int height, int width) {
        return (int) Math.max(1, Math.min(width, (long) height * box.width() / box.height()));
    }
}
