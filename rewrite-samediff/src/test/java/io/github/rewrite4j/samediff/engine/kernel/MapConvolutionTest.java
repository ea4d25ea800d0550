package io.github.rewrite4j.samediff.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.rewrite4j.samediff.ComputeThreads;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kernel against the definition of a convolution, summed in float64. */
class MapConvolutionTest {
    private static final List<MapGeometry> GEOMETRIES = List.of(
            same(2, 16, 6, 5, 16, 3, 1, 1),
            same(3, 48, 8, 8, 16, 3, 1, 1),
            same(1, 128, 5, 6, 128, 3, 1, 1),
            same(2, 5, 7, 6, 9, 3, 1, 0),
            same(1, 16, 5, 5, 7, 1, 1, 0),
            same(2, 8, 8, 8, 16, 4, 2, 1),
            same(2, 9, 9, 7, 8, 3, 2, 1),
            same(2, 16, 8, 8, 2, 3, 1, 1),
            same(1, 6, 6, 6, 5, 3, 1, 3),
            same(2, 3, 10, 9, 32, 3, 1, 1),
            same(2, 3, 9, 8, 8, 3, 2, 1),
            same(1, 2, 11, 8, 6, 4, 3, 2),
            // Groups, a channel each, several results of each, dilation, other numbers of rows than of columns.
            new MapGeometry(2, 16, 7, 6, 24, 3, 3, 1, 1, 1, 1, 1, 1, 7, 6, 4),
            new MapGeometry(2, 6, 9, 8, 4, 3, 3, 2, 2, 1, 1, 1, 1, 5, 4, 2),
            new MapGeometry(2, 11, 7, 8, 11, 4, 4, 1, 1, 1, 1, 1, 1, 6, 7, 11),
            new MapGeometry(1, 5, 7, 8, 10, 3, 3, 1, 1, 1, 1, 1, 1, 7, 8, 5),
            new MapGeometry(1, 7, 12, 11, 6, 3, 3, 1, 1, 3, 2, 3, 2, 12, 11, 1),
            new MapGeometry(2, 4, 9, 10, 5, 1, 5, 1, 2, 1, 1, 0, 2, 9, 5, 1));

    /** Of weights that stay, and more than one map: by products, and one map after the other. */
    private static final List<MapGeometry> SETTLED =
            List.of(same(3, 5, 16, 17, 9, 3, 1, 1), same(2, 64, 33, 32, 68, 3, 1, 1), upwards(2, 68, 17, 16, 64));

    /** Of the largest sum; a sum has up to 1,152 products, in float32. */
    private static final float CLOSE = 2e-5f;

    private static MapGeometry same(int n, int in, int h, int w, int out, int kernel, int stride, int padding) {
        int height = (h + 2 * padding - kernel) / stride + 1;
        int width = (w + 2 * padding - kernel) / stride + 1;
        return new MapGeometry(
                n, in, h, w, out, kernel, kernel, stride, stride, 1, 1, padding, padding, height, width, 1);
    }

    /** From [h, w] to [2 h + 1, 2 w + 1] by the adjoint. */
    private static MapGeometry upwards(int n, int in, int h, int w, int out) {
        return new MapGeometry(n, out, 2 * h + 1, 2 * w + 1, in, 3, 3, 2, 2, 1, 1, 0, 0, h, w, 1);
    }

    @BeforeAll
    static void start() {
        ComputeThreads.use(1);
    }

    static Stream<Arguments> kernels() {
        return Stream.concat(GEOMETRIES.stream(), SETTLED.stream()).flatMap(g -> Stream.of(WeightOrder.values())
                .flatMap(order -> OneDnn.available()
                        ? Stream.of(Arguments.of(g, order, true), Arguments.of(g, order, false))
                        : Stream.of(Arguments.of(g, order, false))));
    }

    @ParameterizedTest(name = "{0} {1} quickest: {2}")
    @MethodSource("kernels")
    void resultsAndGradientsAreTheSumsOfTheirDefinition(MapGeometry g, WeightOrder order, boolean quickest) {
        float[] x = random(1, g.n() * g.h() * g.w() * g.in());
        float[] w = random(2, g.weightLength());
        float[] gradient = random(3, g.n() * g.height() * g.width() * g.out());
        Sums sums = new Sums(g, order, x, w, gradient);
        try (MapKernels kernels = quickest ? MapKernels.quickest() : MapKernels.portable()) {
            MapConvolution computing = SETTLED.contains(g) ? kernels.settled(g, order) : kernels.convolution(g, order);
            assertThat(computing instanceof ProductConvolution).isEqualTo(quickest && ProductConvolution.suits(g));
            // Twice, and other numbers in between: what is kept from call to call must not show.
            for (int time = 0; time < 2; time++) {
                computing.weight(w);
                computing.weightByMap(w);
                float[] y = filled(gradient.length);
                computing.forward(x, y, false);
                assertClose(y, sums.y, 0);
                computing.forward(x, y, true);
                computing.forward(x, y, true);
                assertClose(y, Arrays.stream(sums.y).map(v -> 3 * v).toArray(), 0);
                float[] byMap = filled(x.length);
                computing.byMap(gradient, byMap, false);
                assertClose(byMap, sums.byMap, 0);
                computing.byMap(gradient, byMap, true);
                assertClose(byMap, Arrays.stream(sums.byMap).map(v -> 2 * v).toArray(), 0);
                float[] byWeight = filled(w.length);
                computing.byWeight(x, gradient, byWeight);
                assertClose(byWeight, sums.byWeight, 7);
                computing.weight(random(9, w.length));
                computing.forward(random(8, x.length), y, false);
            }
        }
    }

    private static float[] random(int seed, int length) {
        Random random = new Random(seed);
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private static float[] filled(int length) {
        float[] array = new float[length];
        Arrays.fill(array, 7);
        return array;
    }

    private static void assertClose(float[] actual, double[] expected, double before) {
        assertThat(actual).hasSize(expected.length);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i])
                    .as("number %d", i)
                    .isCloseTo(expected[i] + before, offset(CLOSE * (largest + before)));
        }
    }

    /** The definition. */
    private static final class Sums {
        final double[] y;
        final double[] byMap;
        final double[] byWeight;

        Sums(MapGeometry g, WeightOrder order, float[] x, float[] w, float[] gradient) {
            y = new double[gradient.length];
            byMap = new double[x.length];
            byWeight = new double[w.length];
            int own = g.in() / g.groups();
            for (int result = 0; result < y.length; result++) {
                int o = result % g.out();
                int column = result / g.out() % g.width();
                int row = result / (g.out() * g.width()) % g.height();
                int n = result / (g.out() * g.width() * g.height());
                int first = o / (g.out() / g.groups()) * own;
                for (int tap = 0; tap < g.rows() * g.columns(); tap++) {
                    int r = row * g.strideY() - g.top() + tap / g.columns() * g.dilationY();
                    int c = column * g.strideX() - g.left() + tap % g.columns() * g.dilationX();
                    if (r < 0 || r >= g.h() || c < 0 || c >= g.w()) {
                        continue;
                    }
                    for (int i = 0; i < own; i++) {
                        int at = ((n * g.h() + r) * g.w() + c) * g.in() + first + i;
                        int weight = order == WeightOrder.TAPS_FIRST
                                ? (tap * own + i) * g.out() + o
                                : (o * own + i) * g.rows() * g.columns() + tap;
                        y[result] += (double) x[at] * w[weight];
                        byMap[at] += (double) gradient[result] * w[weight];
                        byWeight[weight] += (double) gradient[result] * x[at];
                    }
                }
            }
        }
    }

    /** Otherwise training would silently be slow. */
    @Test
    void oneDnnIsUsedWhereItsNativesAreOnTheClassPath() {
        String natives = "/org/bytedeco/dnnl/" + Loader.getPlatform() + "/";
        assumeThat(MapConvolutionTest.class.getResource(natives))
                .as("natives of oneDNN for this platform")
                .isNotNull();
        assumeThat(NativeFloats.onHost()).as("a backend in the host's memory").isTrue();
        assertThat(OneDnn.available()).isTrue();
        try (MapKernels kernels = MapKernels.quickest()) {
            assertThat(kernels.convolution(GEOMETRIES.get(0), WeightOrder.TAPS_FIRST))
                    .isInstanceOf(NativeMapConvolution.class);
        }
    }

    @ParameterizedTest
    @MethodSource("turns")
    void productsElsewhereAreTheSame(boolean turnA, boolean turnB) {
        float[] a = random(4, 30 * 40);
        float[] b = random(5, 40 * 50);
        float[] expected = random(6, 30 * 50);
        float[] blas = expected.clone();
        HeapProducts.small(turnA, turnB, 30, 50, 40, 0.5f, a, b, expected);
        HeapProducts.byOpenBlas(turnA, turnB, 30, 50, 40, 0.5f, a, b, blas);
        float[] own = random(6, 30 * 50);
        HeapProducts.add(turnA, turnB, 30, 50, 40, 0.5f, a, b, own);
        assertThat(blas).containsExactly(expected, offset(1e-4f));
        assertThat(own).containsExactly(expected, offset(1e-4f));
    }

    static Stream<Arguments> turns() {
        return Stream.of(
                Arguments.of(false, false),
                Arguments.of(true, false),
                Arguments.of(false, true),
                Arguments.of(true, true));
    }
}
