package io.github.rewrite4j.edit;

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
    Window {
        Checks.size("part of the image to draw", height, width);
    }

    static Window of(int imageHeight, int imageWidth) {
        Checks.size("image", imageHeight, imageWidth);
        return new Window(imageHeight, imageWidth, 0, 0, imageHeight, imageWidth);
    }

    int cells() {
        return height * width;
    }

    Window moved(int dx, int dy) {
        return new Window(imageHeight, imageWidth, Math.addExact(top, dy), Math.addExact(left, dx), height, width);
    }

    Window padded(int px) {
        return new Window(imageHeight, imageWidth, top - px, left - px, height + 2 * px, width + 2 * px);
    }
}
