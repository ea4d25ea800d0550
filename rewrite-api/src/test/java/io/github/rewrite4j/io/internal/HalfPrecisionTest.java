package io.github.rewrite4j.io.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfPrecisionTest {
    /** The definition of binary16, in arithmetic instead of bits. */
    private static double meaning(int bits) {
        int exponent = (bits >>> 10) & 31;
        int fraction = bits & 1023;
        double magnitude =
                exponent == 0 ? fraction * Math.pow(2, -24) : (1 + fraction / 1024.0) * Math.pow(2, exponent - 15);
        if (exponent == 31) {
            magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        }
        return bits >>> 15 == 0 ? magnitude : -magnitude;
    }

    @Test
    void everyHalfIsWidenedExactlyAndComesBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float wide = HalfPrecision.fromHalf((short) bits);
            assertThat((double) wide).isEqualTo(Double.valueOf(meaning(bits)));
            assertThat(HalfPrecision.toHalf(wide)).isEqualTo((short) bits);
        }
    }

    @Test
    void everyBfloatIsWidenedExactlyAndComesBack() {
        for (int bits = 0; bits < 1 << 16; bits++) {
            float wide = HalfPrecision.fromBfloat((short) bits);
            assertThat(Float.floatToRawIntBits(wide)).isEqualTo(bits << 16);
            assertThat(HalfPrecision.toBfloat(wide)).isEqualTo((short) bits);
        }
    }

    @Test
    void narrowingRoundsToTheNearestAndTiesToEven() {
        Random random = new Random(7);
        for (int i = 0; i < 50_000; i++) {
            int lower = random.nextInt(0x7bff);
            double below = meaning(lower);
            double above = meaning(lower + 1);
            float middle = (float) ((below + above) / 2);
            short even = (short) (lower % 2 == 0 ? lower : lower + 1);
            assertThat(HalfPrecision.toHalf(middle)).isEqualTo(even);
            assertThat(HalfPrecision.toHalf(Math.nextDown(middle))).isEqualTo((short) lower);
            assertThat(HalfPrecision.toHalf(Math.nextUp(middle))).isEqualTo((short) (lower + 1));
            assertThat(HalfPrecision.toHalf(-middle)).isEqualTo((short) (even | 0x8000));
        }
    }

    @Test
    void theEndsOfTheRange() {
        assertThat(HalfPrecision.toHalf(65519.996f)).isEqualTo((short) 0x7bff);
        assertThat(HalfPrecision.toHalf(65520f)).isEqualTo((short) 0x7c00);
        assertThat(HalfPrecision.toHalf(-1e30f)).isEqualTo((short) 0xfc00);
        assertThat(HalfPrecision.toHalf(Float.MIN_VALUE)).isZero();
        assertThat(HalfPrecision.fromHalf(HalfPrecision.toHalf(Float.NaN))).isNaN();
        assertThat(HalfPrecision.toBfloat(Float.MAX_VALUE)).isEqualTo((short) 0x7f80);
        assertThat(HalfPrecision.toBfloat(1 + 0x1p-8f)).isEqualTo((short) 0x3f80);
        assertThat(HalfPrecision.toBfloat(1 + 0x1.8p-8f)).isEqualTo((short) 0x3f81);
        // A quiet NaN whose upper fraction bits are zero must not become infinity.
        assertThat(HalfPrecision.fromBfloat(HalfPrecision.toBfloat(Float.intBitsToFloat(0x7f800001))))
                .isNaN();
    }
}
