package io.github.rewrite4j.samediff.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.data.Offset.offset;

import io.github.rewrite4j.samediff.Backend;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Native convolutions beside sums in float64. */
class ConvolutionKernelTest {
    private static final double CLOSE = 1e-5;
    private static final float SLOPE = 0.2f;

    @BeforeAll
    static void start() {
        Backend.require();
        assumeThat(NativeFloats.onHost()).isTrue();
        assertThat(OneDnn.available()).isTrue();
    }

    static List<ConvolutionGeometry> geometries() {
        return List.of(
                ConvolutionGeometry.same(8, 4, 4, 16, 3),
                ConvolutionGeometry.same(136, 5, 3, 136, 3),
                ConvolutionGeometry.same(16, 7, 9, 8, 1),
                ConvolutionGeometry.same(5, 6, 7, 3, 3),
                ConvolutionGeometry.same(24, 6, 7, 8, 5),
                new ConvolutionGeometry(8, 9, 6, 16, 3, 3, 2, 1, 0, 1, 2, 1, false),
                new ConvolutionGeometry(16, 6, 6, 32, 3, 3, 1, 1, 1, 1, 1, 4, false),
                ConvolutionGeometry.depthwise(8, 9, 11, 4, 1),
                ConvolutionGeometry.depthwise(136, 5, 5, 4, 1),
                ConvolutionGeometry.doubling(8, 4, 5, 16, 4, 1),
                ConvolutionGeometry.doubling(128, 4, 4, 136, 4, 1),
                ConvolutionGeometry.doubling(16, 3, 5, 8, 3, 0));
    }

    /** The definition, [H, W, out]. */
    static double[] sums(ConvolutionGeometry g, float[] x, float[] w) {
        double[] y = new double[g.height() * g.width() * g.out()];
        int inEach = g.in() / g.groups();
        int outEach = g.out() / g.groups();
        for (int o = 0; o < g.out(); o++) {
            int first = o / outEach * inEach;
            for (int i = 0; i < inEach; i++) {
                for (int a = 0; a < g.rows(); a++) {
                    for (int b = 0; b < g.columns(); b++) {
                        double weight = w[((o * inEach + i) * g.rows() + a) * g.columns() + b];
                        add(g, x, first + i, o, a, b, weight, y);
                    }
                }
            }
        }
        return y;
    }

    private static void add(ConvolutionGeometry g, float[] x, int i, int o, int a, int b, double weight, double[] y) {
        int rows = g.transposed() ? g.h() : g.height();
        int columns = g.transposed() ? g.w() : g.width();
        for (int p = 0; p < rows; p++) {
            for (int q = 0; q < columns; q++) {
                int v = p * g.stride() + a - g.top();
                int u = q * g.stride() + b - g.left();
                int small = g.transposed() ? g.w() : g.width();
                int large = g.transposed() ? g.width() : g.w();
                int limit = g.transposed() ? g.height() : g.h();
                if (v < 0 || u < 0 || v >= limit || u >= large) {
                    continue;
                }
                if (g.transposed()) {
                    y[(v * large + u) * g.out() + o] += weight * x[(p * small + q) * g.in() + i];
                } else {
                    y[(p * small + q) * g.out() + o] += weight * x[(v * large + u) * g.in() + i];
                }
            }
        }
    }

    static float[] random(long seed, int length) {
        Random random = new Random(seed);
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    static NativeFloats stretch(float[] numbers) {
        NativeFloats stretch = new NativeFloats(numbers.length);
        stretch.put(0, numbers, 0, numbers.length);
        return stretch;
    }

    static float[] read(NativeFloats stretch, int count) {
        float[] numbers = new float[count];
        stretch.get(0, numbers, 0, count);
        return numbers;
    }

    static void assertClose(float[] actual, double[] expected) {
        assertThat(actual).hasSize(expected.length);
        double largest = 0;
        for (double number : expected) {
            largest = Math.max(largest, Math.abs(number));
        }
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i]).as("number %d", i).isCloseTo(expected[i], offset(CLOSE * largest));
        }
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void isTheSumOfItsDefinition(ConvolutionGeometry g) {
        float[] x = random(1, g.in() * g.h() * g.w());
        float[] w = random(2, g.weightLength());
        double[] expected = sums(g, x, w);
        try (OneDnnScope scope = new OneDnnScope();
                NativeFloats from = stretch(x);
                NativeFloats to = new NativeFloats(expected.length)) {
            ConvolutionKernel kernel = new ConvolutionKernel(scope, g, Fusion.NONE, 0).on(from, 0, to, 0);
            kernel.layOutHere(w);
            poison(to, expected.length);
            kernel.run();
            assertClose(read(to, expected.length), expected);
            try (LaidOutWeight laidOut = kernel.layOut(random(3, w.length))) {
                assertThat(kernel.takes(laidOut)).isTrue();
                kernel.weight(laidOut);
                kernel.run();
                assertClose(read(to, expected.length), sums(g, x, random(3, w.length)));
            }
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> kernel.layOut(new float[w.length + 1]))
                    .withMessageContaining(String.valueOf(w.length + 1));
        }
    }

    static void poison(NativeFloats numbers, int count) {
        float[] nan = new float[count];
        Arrays.fill(nan, Float.NaN);
        numbers.put(0, nan, 0, count);
    }

    @ParameterizedTest
    @MethodSource("geometries")
    void whatIsFusedIsFusedRightAndNeverSlow(ConvolutionGeometry g) {
        float[] x = random(1, g.in() * g.h() * g.w());
        float[] w = random(2, g.weightLength());
        float[] vectors = random(4, 2 * g.out());
        double[] expected = sums(g, x, w);
        try (OneDnnScope scope = new OneDnnScope();
                NativeFloats from = stretch(x);
                NativeFloats operands = stretch(vectors);
                NativeFloats to = new NativeFloats(expected.length)) {
            ConvolutionKernel kernel =
                    new ConvolutionKernel(scope, g, Fusion.BIASED_LEAKY_SCALED, SLOPE).on(from, 0, to, 0);
            kernel.layOutHere(w);
            if (kernel.fusion() == Fusion.BIASED_LEAKY_SCALED) {
                assertThat(ConvolutionKernel.isSlow(kernel.implementation())).isFalse();
                kernel.with(operands, 0, g.out());
                for (int i = 0; i < expected.length; i++) {
                    double t = expected[i] + vectors[i % g.out()];
                    expected[i] = (t > 0 ? t : SLOPE * t) * vectors[g.out() + i % g.out()];
                }
            }
            poison(to, expected.length);
            kernel.run();
            assertClose(read(to, expected.length), expected);
        }
    }

    @Test
    void theLayersOfStyleNetworksAreFused() {
        try (OneDnnScope scope = new OneDnnScope()) {
            for (int channels : new int[] {16, 24, 48, 96, 128, 256, 512}) {
                int pitch = ChannelPitch.of(channels);
                ConvolutionKernel kernel = new ConvolutionKernel(
                        scope, ConvolutionGeometry.same(pitch, 16, 16, pitch, 3), Fusion.BIASED_LEAKY_SCALED, SLOPE);
                assertThat(kernel.fusion()).as(kernel.implementation()).isEqualTo(Fusion.BIASED_LEAKY_SCALED);
                assertThat(ConvolutionKernel.isSlow(kernel.implementation()))
                        .as(kernel.implementation())
                        .isFalse();
                ConvolutionKernel doubling = new ConvolutionKernel(
                        scope, ConvolutionGeometry.doubling(pitch, 8, 8, pitch, 4, 1), Fusion.NONE, SLOPE);
                assertThat(ConvolutionKernel.isSlow(doubling.implementation())).isFalse();
                ConvolutionKernel blur = new ConvolutionKernel(
                        scope, ConvolutionGeometry.depthwise(channels, 9, 9, 4, 1), Fusion.NONE, SLOPE);
                assertThat(blur.implementation()).contains("_dw:");
            }
        }
    }

    @Test
    void namesOfSlowCodeAreKnown() {
        assertThat(List.of("ref:any", "x64:gemm:jit", "jit:gemm")).allMatch(ConvolutionKernel::isSlow);
        assertThat(List.of("jit:avx2", "jit_1x1:avx2", "jit_dw:avx512_core", "brgconv:avx512_core"))
                .noneMatch(ConvolutionKernel::isSlow);
    }

    @Test
    void pitchesAvoidWholePages() {
        assertThat(ChannelPitch.of(128)).isEqualTo(136);
        assertThat(ChannelPitch.of(512)).isEqualTo(520);
        assertThat(ChannelPitch.of(96)).isEqualTo(96);
        assertThat(ChannelPitch.of(5)).isEqualTo(8);
        assertThat(ChannelPitch.of(32, 2)).isEqualTo(40);
        assertThat(ChannelPitch.of(128, 4)).isEqualTo(128);
    }

    /** Maps whose channels are padded; tiles that hang over; several chunks. */
    @ParameterizedTest
    @CsvSource({"5,8,4,4,7,8", "8,8,5,9,5,16", "136,136,13,6,24,24", "3,16,130,70,2,2", "24,32,1,1,8,8"})
    void aQuarterOfTheMultiplicationsGivesTheSame(int in, int pitch, int h, int w, int out, int resultPitch) {
        float[] weight = random(2, out * in * 9);
        float[] dense = random(1, h * w * in);
        double[] expected = padded(sums(ConvolutionGeometry.same(in, h, w, out, 3), dense, weight), out, resultPitch);
        try (FloatPool pool = new FloatPool();
                NativeFloats x = stretch(padded(dense, in, pitch));
                NativeFloats y = new NativeFloats(expected.length);
                NativeFloats transformed = Winograd.transformed(weight, in, out)) {
            Winograd winograd = new Winograd(pool, in, pitch, h, w, out, resultPitch);
            for (int time = 0; time < 2; time++) {
                poison(y, expected.length);
                winograd.run(x, transformed, y);
                assertClose(read(y, expected.length), expected);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"5,8,4,4,7,8", "8,8,5,9,5,16", "136,136,3,6,24,24", "3,16,40,30,2,2", "24,32,1,1,8,8"})
    void productsGrowMapsAsTheTransposedConvolution(int in, int pitch, int h, int w, int out, int resultPitch) {
        float[] weight = random(2, out * in * 9);
        float[] dense = random(1, h * w * in);
        double[] expected =
                padded(sums(ConvolutionGeometry.doubling(in, h, w, out, 3, 0), dense, weight), out, resultPitch);
        try (FloatPool pool = new FloatPool();
                NativeFloats x = stretch(padded(dense, in, pitch));
                NativeFloats y = new NativeFloats(expected.length);
                NativeFloats taps = UpwardsConvolution.tapsFirst(weight, in, out)) {
            UpwardsConvolution upwards = new UpwardsConvolution(pool, in, pitch, h, w, out, resultPitch);
            for (int time = 0; time < 2; time++) {
                poison(y, expected.length);
                upwards.run(x, taps, y);
                assertClose(read(y, expected.length), expected);
            }
        }
    }

    private static float[] padded(float[] dense, int channels, int pitch) {
        float[] padded = new float[dense.length / channels * pitch];
        for (int i = 0; i < dense.length; i++) {
            padded[i / channels * pitch + i % channels] = dense[i];
        }
        return padded;
    }

    private static double[] padded(double[] dense, int channels, int pitch) {
        double[] padded = new double[dense.length / channels * pitch];
        for (int i = 0; i < dense.length; i++) {
            padded[i / channels * pitch + i % channels] = dense[i];
        }
        return padded;
    }
}
