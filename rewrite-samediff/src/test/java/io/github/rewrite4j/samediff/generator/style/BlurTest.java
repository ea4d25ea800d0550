package io.github.rewrite4j.samediff.generator.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BlurTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_blur_is_a_true_convolution_whether_its_kernel_is_an_outer_product_or_not(boolean separable) {
        Random random = new Random(4);
        float[][] kernel = new float[4][4];
        double[] column = {0.5, -1, 2, 0.25};
        double[] row = {1, 3, -2, 0.5};
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                kernel[y][x] = (float) (separable ? column[y] * row[x] : random.nextGaussian());
            }
        }
        Blur blur = Blur.of(Nd4j.create(kernel));
        assertThat(blur.factors().isPresent()).isEqualTo(separable);

        int grid = 6;
        float[] values = new float[2 * 3 * (grid + 1) * (grid + 1)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        INDArray maps = Nd4j.createFromArray(values).reshape(2, 3, grid + 1, grid + 1);
        SameDiff graph = SameDiff.create();
        SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 3, grid + 1, grid + 1);
        String result = blur.apply(graph, "b", x, 3, grid).name();
        INDArray blurred = graph.output(Map.of("x", maps), result).get(result);
        assertThat(blurred.shape()).containsExactly(2, 3, grid, grid);
        for (int p = 0; p < grid; p++) {
            for (int q = 0; q < grid; q++) {
                double expected = 0;
                for (int y = 0; y < 4; y++) {
                    for (int z = 0; z < 4; z++) {
                        int r = p + y - 1;
                        int s = q + z - 1;
                        if (r >= 0 && s >= 0 && r <= grid && s <= grid) {
                            expected += maps.getDouble(1, 2, r, s) * kernel[3 - y][3 - z];
                        }
                    }
                }
                assertThat(blurred.getDouble(1, 2, p, q)).isCloseTo(expected, within(1e-4));
            }
        }
    }
}
