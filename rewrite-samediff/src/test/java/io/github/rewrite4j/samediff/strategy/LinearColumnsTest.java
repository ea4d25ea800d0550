package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.LinearStage;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.samediff.linalg.Matrix;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.factory.Nd4j;

class LinearColumnsTest {
    private static final int IN = 2;
    private static final int OUT = 3;
    private static final int HEIGHT = 4;
    private static final int WIDTH = 5;

    private final Random random = new Random(7);

    private double[] numbers(int count) {
        return random.doubles(count, -1, 1).toArray();
    }

    @ParameterizedTest
    @CsvSource({"3,4", "3,2", "1,4", "3,6"})
    void theUpsampledStageIsATransposedConvolutionAndABlur(int kernel, int taps) {
        double[] map = numbers(IN * HEIGHT * WIDTH);
        double[] weight = numbers(OUT * IN * kernel * kernel);
        double[][] blur = new double[taps][];
        for (int i = 0; i < taps; i++) {
            blur[i] = numbers(taps);
        }
        double[][][] wide = transposed(map, weight, kernel);
        double[][][] expected = blurred(wide, blur, (taps - kernel) / 2 + 1);
        LinearStage stage = new LinearStage.UpsampledConvolution(kernel, kernel, Nd4j.createFromArray(blur));
        assertThat(stage.outputGrid(HEIGHT, WIDTH)).containsExactly(2 * HEIGHT, 2 * WIDTH);
        assertMatches(stage, map, weight, expected, kernel, new Box(0, 0, 2 * HEIGHT, 2 * WIDTH));
        assertMatches(stage, map, weight, expected, kernel, new Box(3, 2, 6, 9));
    }

    /** Tap (ky, kx) of x(i, j) goes to (2 i + ky, 2 j + kx). */
    private static double[][][] transposed(double[] map, double[] weight, int kernel) {
        double[][][] wide = new double[OUT][2 * (HEIGHT - 1) + kernel][2 * (WIDTH - 1) + kernel];
        for (int o = 0; o < OUT; o++) {
            for (int c = 0; c < IN; c++) {
                for (int y = 0; y < HEIGHT; y++) {
                    for (int x = 0; x < WIDTH; x++) {
                        for (int t = 0; t < kernel * kernel; t++) {
                            wide[o][2 * y + t / kernel][2 * x + t % kernel] +=
                                    map[(c * HEIGHT + y) * WIDTH + x] * weight[(o * IN + c) * kernel * kernel + t];
                        }
                    }
                }
            }
        }
        return wide;
    }

    /** True convolution with zeros around, so that the grid is twice that of the key. */
    private static double[][][] blurred(double[][][] wide, double[][] blur, int pad) {
        double[][][] result = new double[OUT][2 * HEIGHT][2 * WIDTH];
        int taps = blur.length;
        for (int o = 0; o < OUT; o++) {
            for (int y = 0; y < 2 * HEIGHT; y++) {
                for (int x = 0; x < 2 * WIDTH; x++) {
                    for (int a = 0; a < taps; a++) {
                        for (int b = 0; b < taps; b++) {
                            int row = y + (taps - 1 - a) - pad;
                            int column = x + (taps - 1 - b) - pad;
                            if (row >= 0 && row < wide[o].length && column >= 0 && column < wide[o][0].length) {
                                result[o][y][x] += blur[a][b] * wide[o][row][column];
                            }
                        }
                    }
                }
            }
        }
        return result;
    }

    @ParameterizedTest
    @CsvSource({"4,2,1,1", "3,1,0,0", "3,2,0,1", "2,3,0,0"})
    void aTransposedConvolutionWritesAKernelForEachCell(int kernel, int stride, int front, int back) {
        double[] map = numbers(IN * HEIGHT * WIDTH);
        double[] weight = numbers(OUT * IN * kernel * kernel);
        LinearStage stage = new LinearStage.TransposedConvolution(kernel, kernel, stride, front, front, back, back);
        int[] grid = stage.outputGrid(HEIGHT, WIDTH);
        double[][][] expected = new double[OUT][grid[0]][grid[1]];
        for (int i = 0; i < OUT * IN * HEIGHT * WIDTH * kernel * kernel; i++) {
            int t = i % (kernel * kernel);
            int cell = i / (kernel * kernel) % (HEIGHT * WIDTH);
            int filter = i / (kernel * kernel) / (HEIGHT * WIDTH);
            int y = cell / WIDTH * stride + t / kernel - front;
            int x = cell % WIDTH * stride + t % kernel - front;
            if (y >= 0 && y < grid[0] && x >= 0 && x < grid[1]) {
                expected[filter / IN][y][x] +=
                        map[filter % IN * HEIGHT * WIDTH + cell] * weight[filter * kernel * kernel + t];
            }
        }
        assertMatches(stage, map, weight, expected, kernel, new Box(0, 0, grid[0], grid[1]));
        assertMatches(stage, map, weight, expected, kernel, new Box(1, 2, 3, 4));
    }

    @Test
    void aConvolutionSeesZerosAroundTheMap() {
        double[] map = numbers(IN * HEIGHT * WIDTH);
        double[] weight = numbers(OUT * IN * 9);
        LinearStage stage = new LinearStage.Convolution(3, 3, 2, 1, 0, 1, 2);
        int[] grid = stage.outputGrid(HEIGHT, WIDTH);
        assertThat(grid).containsExactly(2, 3);
        double[][][] expected = new double[OUT][grid[0]][grid[1]];
        for (int o = 0; o < OUT; o++) {
            for (int c = 0; c < IN; c++) {
                for (int y = 0; y < grid[0]; y++) {
                    for (int x = 0; x < grid[1]; x++) {
                        for (int t = 0; t < 9; t++) {
                            int row = 2 * y + t / 3 - 1;
                            int column = 2 * x + t % 3;
                            if (row >= 0 && row < HEIGHT && column < WIDTH) {
                                expected[o][y][x] +=
                                        map[(c * HEIGHT + row) * WIDTH + column] * weight[(o * IN + c) * 9 + t];
                            }
                        }
                    }
                }
            }
        }
        assertMatches(stage, map, weight, expected, 3, new Box(0, 0, grid[0], grid[1]));
    }

    private static void assertMatches(
            LinearStage stage, double[] map, double[] weight, double[][][] expected, int kernel, Box box) {
        Matrix columns = LinearColumns.of(stage, map, IN, HEIGHT, WIDTH, box);
        Matrix result =
                columns.multiply(Matrix.of(OUT, IN * kernel * kernel, weight).transpose());
        for (int p = 0; p < box.height() * box.width(); p++) {
            for (int o = 0; o < OUT; o++) {
                double wanted = expected[o][box.top() + p / box.width()][box.left() + p % box.width()];
                assertThat(result.get(p, o)).isCloseTo(wanted, within(1e-12));
            }
        }
    }
}
