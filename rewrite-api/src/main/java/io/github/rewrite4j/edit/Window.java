package io.github.rewrite4j.edit;

import java.util.Optional;

/**
 * A part of the plane of pixels in which a shape is drawn: it may reach beyond the image, so that what lies outside can
 * be moved or grown into it.
 *
 * @param imageHeight rows of the image that the coordinates belong to
 * @param imageWidth columns of that image
 * @param top first row of the window, in image coordinates
 * @param left first column of the window
 * @param height rows of the window
 * @param width columns of the window
 */
record Window(int imageHeight, int imageWidth, int top, int left, int height, int width) {
    private static final int FARTHEST = 1 << 28;

    Window {
        Checks.size("part of the image to draw", height, width);
        if (Math.abs((long) top) > FARTHEST || Math.abs((long) left) > FARTHEST) {
            throw new IllegalArgumentException("The region was moved by more than " + FARTHEST + " pixels altogether.");
        }
    }

    static Window of(int imageHeight, int imageWidth) {
        Checks.size("image", imageHeight, imageWidth);
        return new Window(imageHeight, imageWidth, 0, 0, imageHeight, imageWidth);
    }

    int cells() {
        return height * width;
    }

    Window moved(int dx, int dy) {
        return new Window(imageHeight, imageWidth, top + dy, left + dx, height, width);
    }

    Window padded(int px) {
        return new Window(imageHeight, imageWidth, top - px, left - px, height + 2 * px, width + 2 * px);
    }

    /** What of this lies where a shape can be, or nothing. */
    Optional<Window> within(Extent extent) {
        int first = (int) Math.max(left, Math.floor(extent.left()));
        int above = (int) Math.max(top, Math.floor(extent.top()));
        int end = (int) Math.min((double) left + width, Math.ceil(extent.right()));
        int below = (int) Math.min((double) top + height, Math.ceil(extent.bottom()));
        return end <= first || below <= above
                ? Optional.empty()
                : Optional.of(new Window(imageHeight, imageWidth, above, first, below - above, end - first));
    }
}
