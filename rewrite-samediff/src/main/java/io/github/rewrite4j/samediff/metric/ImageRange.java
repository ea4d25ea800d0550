package io.github.rewrite4j.samediff.metric;

/** The range that the values of a picture live in. SSIM and PSNR depend on its span, so no metric assumes one. */
public enum ImageRange {
    /** Values in [-1,1], a span of 2: what the generators of this library make. */
    SYMMETRIC(-1, 1),

    /** Values in [0,1], a span of 1: what picture files usually become. */
    UNIT(0, 1);

    private final float low;
    private final float high;

    ImageRange(float low, float high) {
        this.low = low;
        this.high = high;
    }

    /** The darkest value. */
    public float low() {
        return low;
    }

    /** The brightest value. */
    public float high() {
        return high;
    }

    /** The distance from the darkest to the brightest value, the L of the SSIM and PSNR formulas. */
    public double span() {
        return (double) high - low;
    }

    float clip(float value) {
        return Math.max(low, Math.min(high, value));
    }
}
