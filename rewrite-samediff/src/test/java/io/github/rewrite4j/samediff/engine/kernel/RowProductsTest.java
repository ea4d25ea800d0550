package io.github.rewrite4j.samediff.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.rewrite4j.samediff.ComputeThreads;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RowProductsTest {
    private static final int MOST = 230;

    @BeforeAll
    static void start() {
        ComputeThreads.use(1);
    }

    /** Small ones, which Java multiplies, and larger ones; inner sizes over and under what native code sums at a time. */
    static Stream<Arguments> sizes() {
        return Stream.of(new int[] {3, 5}, new int[] {64, 64}, new int[] {130, 129}, new int[] {48, 700}, new int[] {
                    601, 450
                })
                .flatMap(s -> Stream.of(true, false)
                        .flatMap(many -> Stream.of(true, false).map(turned -> Arguments.of(s[0], s[1], many, turned))));
    }

    @ParameterizedTest(name = "{1} to {0}, many rows: {2}, turned: {3}")
    @MethodSource("sizes")
    void bitsOfARowDoNotDependOnTheOthers(int n, int k, boolean many, boolean turned) {
        assumeThat(OneDnn.available()).as("oneDNN").isTrue();
        float[] a = random(1, MOST * k);
        float[] b = random(2, n * k);
        float[] all = product(many, turned, MOST, n, k, a, b);
        for (int rows : new int[] {1, 3, 17, 40, 193}) {
            assertThat(product(many, turned, rows, n, k, a, b)).isEqualTo(Arrays.copyOf(all, rows * n));
        }
        float[] later = product(many, turned, 11, n, k, Arrays.copyOfRange(a, 207 * k, 218 * k), b);
        assertThat(later).isEqualTo(Arrays.copyOfRange(all, 207 * n, 218 * n));
        float[] expected = new float[5 * n];
        Arrays.fill(expected, 1);
        HeapProducts.small(false, turned, 5, n, k, 0.5f, a, b, expected);
        assertThat(Arrays.copyOf(all, 5 * n)).containsExactly(expected, offset(1e-4f));
    }

    private static float[] product(boolean many, boolean turned, int m, int n, int k, float[] a, float[] b) {
        float[] c = new float[m * n];
        Arrays.fill(c, 1);
        RowProducts.add(many, turned, m, n, k, 0.5f, a, b, c);
        return c;
    }

    private static float[] random(int seed, int length) {
        Random random = new Random(seed);
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }
}
