package io.github.rewrite4j.samediff.engine.kernel;

import static io.github.rewrite4j.samediff.engine.kernel.ConvolutionKernelTest.assertClose;
import static io.github.rewrite4j.samediff.engine.kernel.ConvolutionKernelTest.poison;
import static io.github.rewrite4j.samediff.engine.kernel.ConvolutionKernelTest.random;
import static io.github.rewrite4j.samediff.engine.kernel.ConvolutionKernelTest.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.samediff.Backend;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loops over tiles beside their formulas. */
class TilesTest {
    private static final float SLOPE = 0.2f;
    private static final float GAIN = 1.5f;

    @BeforeAll
    static void start() {
        Backend.require();
    }

    /** Channels with zeros behind them, as maps have them. */
    private static float[] map(long seed, int positions, int channels, int pitch) {
        float[] map = random(seed, positions * pitch);
        for (int i = 0; i < map.length; i++) {
            map[i] = i % pitch < channels ? map[i] : 0;
        }
        return map;
    }

    @ParameterizedTest
    @CsvSource({"5,8,8,63", "8,8,16,1", "128,128,136,77", "136,136,136,1001", "512,512,520,9", "5000,5000,5008,3"})
    void activationFollowsItsFormulaAndKeepsZerosBehindTheChannels(int channels, int pitch, int wider, int positions) {
        float[] x = map(1, positions, channels, pitch);
        float[] d = random(2, channels);
        float[] b = random(3, channels);
        float[] s = random(4, channels);
        for (float[] noise : List.of(random(5, positions), new float[0])) {
            float clamp = noise.length == 0 ? .5f : Float.POSITIVE_INFINITY;
            double[] values = new double[positions * wider];
            double[] keys = new double[positions * wider];
            for (int p = 0; p < positions; p++) {
                for (int c = 0; c < channels; c++) {
                    double t = (double) x[p * pitch + c] * d[c] + b[c] + (noise.length == 0 ? 0 : noise[p]);
                    values[p * wider + c] = Math.max(-clamp, Math.min(clamp, GAIN * (t > 0 ? t : SLOPE * t)));
                    keys[p * wider + c] = values[p * wider + c] * s[c];
                }
            }
            try (NativeFloats from = ConvolutionKernelTest.stretch(x);
                    NativeFloats value = new NativeFloats(values.length);
                    NativeFloats key = new NativeFloats(keys.length)) {
                poison(value, values.length);
                poison(key, keys.length);
                Tiles tiles = new Tiles(pitch, wider, positions);
                tiles.activate(from, d, b, noise, SLOPE, GAIN, clamp, value, s, key);
                assertClose(read(value, values.length), values);
                assertClose(read(key, keys.length), keys);
                poison(key, keys.length);
                tiles.activate(from, d, b, noise, SLOPE, GAIN, clamp, null, s, key);
                assertClose(read(key, keys.length), keys);
            }
        }
    }

    @Test
    void scalingIsOneFactorForEachChannel() {
        float[] x = map(1, 300, 5, 8);
        float[] s = random(2, 5);
        double[] expected = new double[300 * 16];
        for (int i = 0; i < 300 * 5; i++) {
            expected[i / 5 * 16 + i % 5] = (double) x[i / 5 * 8 + i % 5] * s[i % 5];
        }
        try (NativeFloats from = ConvolutionKernelTest.stretch(x);
                NativeFloats to = new NativeFloats(expected.length)) {
            poison(to, expected.length);
            new Tiles(8, 16, 300).scale(from, s, to);
            assertClose(read(to, expected.length), expected);
        }
    }

    @Test
    void copiesChangeThePitchAndDoublePositions() {
        float[] x = map(1, 6, 5, 8);
        try (NativeFloats from = ConvolutionKernelTest.stretch(x);
                NativeFloats dense = new NativeFloats(30);
                NativeFloats back = new NativeFloats(48);
                NativeFloats twice = new NativeFloats(120)) {
            MapCopies.repitch(from, 0, 8, dense, 0, 5, 6, 5);
            poison(back, 48);
            MapCopies.repitch(dense, 0, 5, back, 0, 8, 6, 5);
            assertThat(read(back, 48)).containsExactly(x);
            MapCopies.doubled(from, 8, 2, 3, 5, twice, 0);
            float[] doubled = read(twice, 120);
            for (int i = 0; i < 120; i++) {
                int c = i % 5;
                int column = i / 5 % 6 / 2;
                int row = i / 30 / 2;
                assertThat(doubled[i]).isEqualTo(x[(row * 3 + column) * 8 + c]);
            }
        }
    }

    @Test
    void picturesGrowByATransposedConvolution() {
        float[] filter = random(2, 16);
        float[] planes = random(3, 2 * 3 * 5);
        ConvolutionGeometry g = ConvolutionGeometry.doubling(1, 3, 5, 1, 4, 1);
        double[] expected = new double[2 * 6 * 10];
        for (int c = 0; c < 2; c++) {
            float[] plane = Arrays.copyOfRange(planes, c * 15, (c + 1) * 15);
            System.arraycopy(ConvolutionKernelTest.sums(g, plane, filter), 0, expected, c * 60, 60);
        }
        assertClose(ColourPlanes.enlarged(planes, 2, 3, 5, filter), expected);
    }

    @Test
    void planesAreTheFirstChannels() {
        float[] x = random(1, 1100 * 8);
        try (NativeFloats from = ConvolutionKernelTest.stretch(x)) {
            float[] planes = ColourPlanes.of(from, 8, 1100, new float[] {1, 2, 3});
            for (int i = 0; i < planes.length; i++) {
                assertThat(planes[i]).isEqualTo(x[i % 1100 * 8 + i / 1100] + (i / 1100 + 1));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"64,48", "7,5", "1,3"})
    void denseRowsAreProducts(int in, int out) {
        float[] w = random(1, in * out);
        float[] b = random(2, out);
        float[] x = random(3, in);
        double[] expected = new double[out];
        for (int o = 0; o < out; o++) {
            expected[o] = b[o];
            for (int i = 0; i < in; i++) {
                expected[o] += (double) x[i] * w[i * out + o];
            }
        }
        assertClose(Dense.of(w, b).apply(x), expected);
    }

    @Test
    void memoryGoesRoundAndIsNeverHandedOutTwice() {
        try (FloatPool pool = new FloatPool()) {
            NativeFloats small = pool.take(10);
            NativeFloats large = pool.take(100);
            pool.giveBack(large);
            pool.giveBack(small);
            assertThat(pool.take(5)).isSameAs(small);
            assertThat(pool.take(5)).isSameAs(large);
            assertThat(pool.take(5)).isNotSameAs(small).isNotSameAs(large);
            pool.giveBack(small);
            assertThatThrownBy(() -> pool.giveBack(small)).isInstanceOf(IllegalStateException.class);
            assertThat(small.at(0).address() % 64).isZero();
        }
    }

    @Test
    void aShelfKeepsPlansOfTheLastKindsAndNoneThatFailed() {
        List<String> closed = new ArrayList<>();
        List<String> made = new ArrayList<>();
        Shelf<Integer, AutoCloseable> shelf = new Shelf<>(kind -> {
            made.add("plan " + kind);
            return () -> closed.add("plan " + kind);
        });
        for (int kind = 0; kind < 17; kind++) {
            shelf.with(kind, plan -> {});
        }
        assertThat(closed).containsExactly("plan 0");
        shelf.with(16, plan -> {});
        assertThat(made).hasSize(17);
        assertThatThrownBy(() -> shelf.with(16, plan -> {
                    throw new IllegalStateException("failed");
                }))
                .hasMessage("failed");
        assertThat(closed).containsExactly("plan 0", "plan 16");
        shelf.with(5, one -> shelf.with(5, other -> assertThat(other).isNotSameAs(one)));
        shelf.close();
        assertThat(closed).hasSize(18);
    }
}
