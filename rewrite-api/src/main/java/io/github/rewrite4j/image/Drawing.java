package io.github.rewrite4j.image;

import java.awt.image.BufferedImage;

/** Plain pixel work that needs no graphics environment. */
final class Drawing {
    private Drawing() {}

    static void requireSize(long width, long height) {
        if (width < 1 || height < 1 || width * height > 1L << 29 || width > 1L << 20 || height > 1L << 20) {
            throw new IllegalArgumentException("The picture would be " + width + "x" + height
                    + " pixels, more than can be drawn at once: use fewer images, or a smaller scale.");
        }
    }

    static void fill(BufferedImage picture, int left, int top, int width, int height, int rgb) {
        for (int y = top; y < top + height; y++) {
            for (int x = left; x < left + width; x++) {
                picture.setRGB(x, y, rgb);
            }
        }
    }

    /** Copies a picture, each pixel enlarged to a square. */
    static void paste(BufferedImage from, BufferedImage to, int left, int top, int scale) {
        for (int y = 0; y < from.getHeight() * scale; y++) {
            for (int x = 0; x < from.getWidth() * scale; x++) {
                to.setRGB(left + x, top + y, from.getRGB(x / scale, y / scale));
            }
        }
    }
}
