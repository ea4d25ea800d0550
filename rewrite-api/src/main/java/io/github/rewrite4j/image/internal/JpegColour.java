package io.github.rewrite4j.image.internal;

import io.github.rewrite4j.image.internal.JpegStructure.Channels;

/**
 * What stored channels of a JPEG file look like, in the fixed-point numbers of libjpeg (jdcolor.c) and of the Python
 * Imaging Library, so that values agree to the last bit.
 *
 * <ul>
 *   <li>Luminance Y and colour differences become {@code R = Y + 1.402 Cr, G = Y - 0.34414 Cb - 0.71414 Cr, B = Y + 1.772
 *       Cb}.
 *   <li>Inks are stored inverted, as Adobe's programs do (255 = no ink): {@code R = C K / 255} and so on.
 *   <li>YCCK is those inks with the first three as luminance and colour differences of their complement: {@code C = 255 -
 *       R}.
 * </ul>
 */
final class JpegColour {
    private static final int BITS = 16;
    private static final int HALF = 1 << (BITS - 1);
    private static final int RED_OF_CR = fixed(1.40200);
    private static final int GREEN_OF_CR = fixed(0.71414);
    private static final int GREEN_OF_CB = fixed(0.34414);
    private static final int BLUE_OF_CB = fixed(1.77200);

    private JpegColour() {}

    private static int fixed(double factor) {
        return (int) (factor * (1 << BITS) + 0.5);
    }

    /**
     * Computes one pixel.
     *
     * @param stored channels of a row
     * @param at where the pixel begins in it
     * @param rgb is filled; of a grey picture only the first
     */
    static void toRgb(Channels channels, int[] stored, int at, int[] rgb) {
        rgb[0] = stored[at];
        if (channels == Channels.GREY) {
            return;
        }
        rgb[1] = stored[at + 1];
        rgb[2] = stored[at + 2];
        if (channels == Channels.YCC || channels == Channels.YCCK) {
            fromLuminance(rgb);
        }
        if (channels.count == 4) {
            int paper = stored[at + 3];
            for (int c = 0; c < 3; c++) {
                int none = channels == Channels.YCCK ? 255 - rgb[c] : rgb[c];
                rgb[c] = Math.max(0, paper - part(255 - none, paper));
            }
        }
    }

    /** a b / 255, rounded. */
    private static int part(int a, int b) {
        int product = a * b + 128;
        return ((product >> 8) + product) >> 8;
    }

    private static void fromLuminance(int[] pixel) {
        int y = pixel[0];
        int blue = pixel[1] - 128;
        int red = pixel[2] - 128;
        pixel[0] = clip(y + ((RED_OF_CR * red + HALF) >> BITS));
        pixel[1] = clip(y + ((-GREEN_OF_CB * blue - GREEN_OF_CR * red + HALF) >> BITS));
        pixel[2] = clip(y + ((BLUE_OF_CB * blue + HALF) >> BITS));
    }

    private static int clip(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
