package io.github.rewrite4j.samediff.tape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.data.Offset.offset;

import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.engine.kernel.NativeFloats;
import io.github.rewrite4j.samediff.engine.kernel.OneDnn;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kernel against the definition of a convolution, summed in float64. */
class ConvolutionKernelsTest {
    private static final List<ConvolutionShape> SHAPES = List.of(
            new ConvolutionShape(2, 16, 6, 5, 16, 3, 1, 1),
            new ConvolutionShape(3, 48, 8, 8, 16, 3, 1, 1),
            new ConvolutionShape(2, 5, 7, 6, 9, 3, 1, 0),
            new ConvolutionShape(1, 16, 5, 5, 7, 1, 1, 0),
            new ConvolutionShape(2, 8, 8, 8, 16, 4, 2, 1),
            new ConvolutionShape(2, 9, 9, 7, 8, 3, 2, 1),
            new ConvolutionShape(2, 16, 8, 8, 2, 3, 1, 1),
            new ConvolutionShape(1, 6, 6, 6, 5, 3, 1, 3),
            new ConvolutionShape(2, 3, 10, 9, 32, 3, 1, 1),
            new ConvolutionShape(2, 3, 9, 8, 8, 3, 2, 1),
            new ConvolutionShape(1, 2, 11, 8, 6, 4, 3, 2));

    /** Of the largest sum; a sum has up to 432 products, in float32. */
    private static final float CLOSE = 2e-5f;

    @BeforeAll
    static void start() {
        ComputeThreads.use(1);
    }

    static Stream<Arguments> kernels() {
        Function<Tape, ConvolutionKernels> nd4j = Nd4jConvolutions::new;
        Function<Tape, ConvolutionKernels> oneDnn = OneDnnConvolutions::new;
        return SHAPES.stream()
                .flatMap(s -> OneDnn.available()
                        ? Stream.of(Arguments.of(s, "ND4J", nd4j), Arguments.of(s, "oneDNN", oneDnn))
                        : Stream.of(Arguments.of(s, "ND4J", nd4j)));
    }

    @ParameterizedTest(name = "{1}: {0}")
    @MethodSource("kernels")
    void resultsAndGradientsAreTheSumsOfTheirDefinition(
            ConvolutionShape s, String name, Function<Tape, ConvolutionKernels> kernels) {
        float[] x = Slopes.random(1, s.n(), s.h(), s.w(), s.in());
        float[] w = Slopes.random(2, s.out(), s.in(), s.kernel(), s.kernel());
        float[] gradient = Slopes.random(3, s.n(), s.height(), s.width(), s.out());
        Sums sums = new Sums(s, x, w, gradient);
        try (Tape tape = new Tape(kernels)) {
            ConvolutionKernels computing = tape.convolutions();
            // Twice, and other numbers in between: what is kept from call to call must not show.
            for (int time = 0; time < 2; time++) {
                assertClose(filled(gradient.length, y -> computing.forward(s, x, w, y)), sums.y);
                assertClose(filled(x.length, to -> computing.byMap(s, w, gradient, to)), sums.byMap);
                assertClose(filled(w.length, to -> computing.byWeight(s, x, gradient, to)), sums.byWeight);
                float[] byMap = filled(x.length, to -> {});
                float[] byWeight = filled(w.length, to -> computing.byBoth(s, x, w, gradient, byMap, to));
                assertClose(byMap, sums.byMap);
                assertClose(byWeight, sums.byWeight);
                computing.byBoth(s, others(x), others(w), others(gradient), byMap, byWeight);
            }
        }
    }

    /** Other numbers of the same length. */
    private static float[] others(float[] numbers) {
        float[] others = numbers.clone();
        for (int i = 0; i < others.length; i++) {
            others[i] = 1 - 3 * others[i];
        }
        return others;
    }

    /** Filled by a kernel that has to overwrite what was there. */
    private static float[] filled(int length, Consumer<float[]> kernel) {
        float[] array = new float[length];
        Arrays.fill(array, 7);
        kernel.accept(array);
        return array;
    }

    private static void assertClose(float[] actual, double[] expected) {
        assertThat(actual).hasSize(expected.length);
        double largest = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i]).as("number %d", i).isCloseTo(expected[i], offset(CLOSE * largest));
        }
    }

    /** The definition. */
    private static final class Sums {
        final double[] y;
        final double[] byMap;
        final double[] byWeight;

        Sums(ConvolutionShape s, float[] x, float[] w, float[] gradient) {
            y = new double[gradient.length];
            byMap = new double[x.length];
            byWeight = new double[w.length];
            for (int result = 0; result < y.length; result++) {
                int o = result % s.out();
                int column = result / s.out() % s.width();
                int row = result / (s.out() * s.width()) % s.height();
                int n = result / (s.out() * s.width() * s.height());
                for (int tap = 0; tap < s.kernel() * s.kernel(); tap++) {
                    int r = row * s.stride() - s.padding() + tap / s.kernel();
                    int c = column * s.stride() - s.padding() + tap % s.kernel();
                    if (r < 0 || r >= s.h() || c < 0 || c >= s.w()) {
                        continue;
                    }
                    for (int i = 0; i < s.in(); i++) {
                        int at = ((n * s.h() + r) * s.w() + c) * s.in() + i;
                        int weight = (o * s.in() + i) * s.kernel() * s.kernel() + tap;
                        y[result] += (double) x[at] * w[weight];
                        byMap[at] += (double) gradient[result] * w[weight];
                        byWeight[weight] += (double) gradient[result] * x[at];
                    }
                }
            }
        }
    }

    /** Otherwise training would silently be as slow as without. */
    @Test
    void oneDnnIsUsedWhereItsNativesAreOnTheClassPath() {
        String natives = "/org/bytedeco/dnnl/" + Loader.getPlatform() + "/";
        assumeThat(ConvolutionKernelsTest.class.getResource(natives))
                .as("natives of oneDNN for this platform")
                .isNotNull();
        assumeThat(NativeFloats.onHost()).as("a backend in the host's memory").isTrue();
        assertThat(OneDnn.available()).isTrue();
        try (Tape tape = new Tape()) {
            assertThat(tape.convolutions()).isInstanceOf(OneDnnConvolutions.class);
        }
    }
}
