package io.github.rewrite4j.image;

/**
 * Colours for numbers in [0, 1]: from dark violet through blue and green to light yellow. Lightness rises evenly, so
 * that the order survives grey printing and colour-blind eyes; straight lines in sRGB between a few anchors.
 */
final class ColourMap {
    private static final int[] ANCHORS = {
        0x2B0B4F, 0x3B2E7E, 0x3A5490, 0x2F7695, 0x2A9890, 0x47B97A, 0x93D355, 0xF7E64A,
    };

    private ColourMap() {}

    /**
     * The colour's channel, 0 red to 2 blue, as an image value in [-1, 1]; numbers outside [0, 1] take the end colours.
     */
    static double channel(double number, int channel) {
        double at = Math.min(Math.max(number, 0.0), 1.0) * (ANCHORS.length - 1);
        int below = Math.min((int) at, ANCHORS.length - 2);
        double share = at - below;
        return ((1.0 - share) * part(below, channel) + share * part(below + 1, channel)) / 127.5 - 1.0;
    }

    private static int part(int anchor, int channel) {
        return ANCHORS[anchor] >> (16 - 8 * channel) & 0xFF;
    }
}
