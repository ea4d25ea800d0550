package io.github.rewrite4j.samediff.generator;

/** The numbers that a graph takes and gives for black and white. This library's own are -1 and 1. */
public enum PixelRange {
    /** 0 to 255, as bytes of a picture file. */
    BYTES(0, 255),
    /** 0 to 1. */
    UNIT(0, 1),
    /** -1 to 1, as everywhere in this library. */
    SYMMETRIC(-1, 1);

    private final double black;
    private final double white;

    PixelRange(double black, double white) {
        this.black = black;
        this.white = white;
    }

    /** Factor on a pixel in [-1, 1]. */
    public double scale() {
        return (white - black) / 2;
    }

    /** The number of a pixel that is 0 in [-1, 1]. */
    public double middle() {
        return (white + black) / 2;
    }
}
