package io.github.rewrite4j.io.internal;

/**
 * Conversions between float and the formats of 16 and 8 bits, bit for bit (Java has one of them, from release 20 on).
 *
 * <p>Widening is exact. Narrowing rounds to nearest, ties to even, so that it returns exactly the bits a value was
 * widened from.
 */
public final class HalfPrecision {
    private static final int SMALLEST_NORMAL_EXPONENT = 113;
    private static final int OVERFLOW_EXPONENT = 143;

    private HalfPrecision() {}

    /** The float of 16 bits with five of exponent. */
    public static float fromHalf(short bits) {
        int sign = (bits & 0x8000) << 16;
        int exponent = (bits >>> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        if (exponent == 0) {
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int widened = exponent == 0x1f ? 0xff : exponent + SMALLEST_NORMAL_EXPONENT - 1;
        return Float.intBitsToFloat(sign | (widened << 23) | (fraction << 13));
    }

    /** The nearest binary16, ties to even; what is too large becomes infinite. */
    public static short toHalf(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = (bits >>> 16) & 0x8000;
        int exponent = (bits >>> 23) & 0xff;
        int fraction = bits & 0x7fffff;
        if (exponent == 0xff) {
            int payload = fraction == 0 ? 0 : Math.max(fraction >>> 13, 1);
            return (short) (sign | 0x7c00 | payload);
        }
        if (exponent >= OVERFLOW_EXPONENT) {
            return (short) (sign | 0x7c00);
        }
        if (exponent >= SMALLEST_NORMAL_EXPONENT) {
            int packed = ((exponent - SMALLEST_NORMAL_EXPONENT + 1) << 23) | fraction;
            // A carry out of the fraction lands in the exponent, which is what rounding up to the next power needs.
            return (short) (sign | roundedShift(packed, 13));
        }
        int shift = SMALLEST_NORMAL_EXPONENT - exponent + 13;
        return (short) (sign | (shift > 24 ? 0 : roundedShift(fraction | 0x800000, shift)));
    }

    /** Bias 7; the largest exponent is an ordinary one, but all ones are NaN. */
    public static float fromE4m3(byte bits) {
        int exponent = (bits >>> 3) & 0xf;
        int fraction = bits & 7;
        float magnitude = exponent == 0
                ? fraction * 0x1p-9f
                : exponent == 0xf && fraction == 7 ? Float.NaN : (8 + fraction) * Math.scalb(1f, exponent - 10);
        return bits < 0 ? -magnitude : magnitude;
    }

    public static float fromE5m2(byte bits) {
        return fromHalf((short) (bits << 8));
    }

    public static float fromBfloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    public static short toBfloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            // A fraction cut to zero would mean infinity.
            int cut = bits >>> 16;
            return (short) ((cut & 0x7f) == 0 ? cut | 1 : cut);
        }
        return (short) roundedShift(bits, 16);
    }

    private static int roundedShift(int bits, int shift) {
        int kept = bits >>> shift;
        int rest = bits & ((1 << shift) - 1);
        int half = 1 << (shift - 1);
        return rest > half || (rest == half && (kept & 1) == 1) ? kept + 1 : kept;
    }
}
