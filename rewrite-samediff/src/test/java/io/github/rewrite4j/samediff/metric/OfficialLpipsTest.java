package io.github.rewrite4j.samediff.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Networks of the published shapes with random weights, against loops that say what is meant. */
class OfficialLpipsTest {
    private static final int[][] ALEXNET = {{0, 64, 11}, {3, 192, 5}, {6, 384, 3}, {8, 256, 3}, {10, 256, 3}};
    private static final int[][] VGG16 = {
        {0, 64, 3},
        {2, 64, 3},
        {5, 128, 3},
        {7, 128, 3},
        {10, 256, 3},
        {12, 256, 3},
        {14, 256, 3},
        {17, 512, 3},
        {19, 512, 3},
        {21, 512, 3},
        {24, 512, 3},
        {26, 512, 3},
        {28, 512, 3}
    };

    @TempDir
    private Path directory;

    private final Map<String, float[]> values = new LinkedHashMap<>();

    private final Map<String, INDArray> network = new LinkedHashMap<>();
    private final Map<String, INDArray> heads = new LinkedHashMap<>();

    /** @param layers for each convolution its index, its number of channels and the side of its kernel */
    private void make(int[][] layers, int... tapChannels) {
        int in = 3;
        SplittableRandom random = new SplittableRandom(4);
        for (int[] layer : layers) {
            int out = layer[1];
            int kernel = layer[2];
            double scale = Math.sqrt(6.0 / (in * kernel * kernel));
            tensor(network, "features." + layer[0] + ".weight", random, -scale, scale, out, in, kernel, kernel);
            tensor(network, "features." + layer[0] + ".bias", random, -0.1, 0.1, out);
            in = out;
        }
        for (int i = 0; i < tapChannels.length; i++) {
            tensor(heads, "lin" + i + ".model.1.weight", random, 0, 1, 1, tapChannels[i], 1, 1);
        }
    }

    private void tensor(
            Map<String, INDArray> file, String name, SplittableRandom random, double from, double to, long... shape) {
        long length = 1;
        for (long side : shape) {
            length *= side;
        }
        float[] all = new float[(int) length];
        for (int i = 0; i < all.length; i++) {
            all[i] = (float) (from + (to - from) * random.nextDouble());
        }
        values.put(name, all);
        file.put(name, Nd4j.create(all, shape, 'c'));
    }

    private PerceptualDistance load() throws IOException {
        Path backbone = directory.resolve("backbone.safetensors");
        Path weights = directory.resolve("heads.safetensors");
        SafeTensors.write(backbone, network, Map.of());
        SafeTensors.write(weights, heads, Map.of());
        return OfficialLpips.load(backbone, weights);
    }

    @Test
    void alexNetIsComputedAsPublished() throws IOException {
        make(ALEXNET, 64, 192, 384, 256, 256);
        PerceptualDistance lpips = load();
        assertThat(lpips.name()).isEqualTo("LPIPS (AlexNet)");
        INDArray a = TestImages.noise(2, 3, 64, 64, 1).muli(2).subi(1);
        INDArray b = TestImages.noise(2, 3, 64, 64, 2).muli(2).subi(1);
        // index, kernel, stride, padding, pooling before, tapped
        int[][] steps = {
            {0, 11, 4, 2, 0, 1}, {3, 5, 1, 2, 3, 1}, {6, 3, 1, 1, 3, 1}, {8, 3, 1, 1, 0, 1}, {10, 3, 1, 1, 0, 1}
        };
        double expected = reference(steps, a.slice(1).dup(), b.slice(1).dup());
        assertThat(lpips.perImage(a, b)[1]).isCloseTo(expected, within(1e-4 * expected));
        assertThatThrownBy(() -> lpips.mean(TestImages.noise(1, 3, 30, 40, 1), TestImages.noise(1, 3, 30, 40, 1)))
                .hasMessageContaining("at least 31 pixels");
    }

    @Test
    void vggIsComputedAsPublished() throws IOException {
        make(VGG16, 64, 128, 256, 512, 512);
        PerceptualDistance lpips = load();
        assertThat(lpips.name()).isEqualTo("LPIPS (VGG16)");
        INDArray a = TestImages.noise(1, 3, 16, 16, 1).muli(2).subi(1);
        INDArray b = TestImages.noise(1, 3, 16, 16, 2).muli(2).subi(1);
        int[][] steps = {
            {0, 3, 1, 1, 0, 0}, {2, 3, 1, 1, 0, 1}, {5, 3, 1, 1, 2, 0}, {7, 3, 1, 1, 0, 1}, {10, 3, 1, 1, 2, 0},
            {12, 3, 1, 1, 0, 0}, {14, 3, 1, 1, 0, 1}, {17, 3, 1, 1, 2, 0}, {19, 3, 1, 1, 0, 0}, {21, 3, 1, 1, 0, 1},
            {24, 3, 1, 1, 2, 0}, {26, 3, 1, 1, 0, 0}, {28, 3, 1, 1, 0, 1}
        };
        double expected = reference(steps, a.slice(0).dup(), b.slice(0).dup());
        assertThat(lpips.mean(a, b)).isCloseTo(expected, within(1e-4 * expected));
    }

    @Test
    void filesOfTwoNetworksOrWithNegativeWeightsAreRefused() throws IOException {
        make(ALEXNET, 64, 128, 256, 512, 512);
        assertThatThrownBy(this::load)
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("lin1.model.1.weight")
                .hasMessageContaining("[1, 192, 1, 1]");
        make(ALEXNET, 64, 192, 384, 256, 256);
        heads.put("lin3.model.1.weight", heads.get("lin3.model.1.weight").sub(0.5));
        assertThatThrownBy(this::load)
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("lin3.model.1.weight")
                .hasMessageContaining("at least 0");
        network.remove("features.8.bias");
        assertThatThrownBy(this::load).hasMessageContaining("features.8.bias");
    }

    private double reference(int[][] steps, INDArray first, INDArray second) {
        double[][][] a = scaled(first);
        double[][][] b = scaled(second);
        double sum = 0;
        int head = 0;
        for (int[] step : steps) {
            a = convolved(pooled(a, step[4]), step);
            b = convolved(pooled(b, step[4]), step);
            if (step[5] == 1) {
                sum += distance(a, b, values.get("lin" + head++ + ".model.1.weight"));
            }
        }
        return sum;
    }

    private static double[][][] scaled(INDArray image) {
        double[] shift = {-.030, -.088, -.188};
        double[] scale = {.458, .448, .450};
        double[][][] scaled = new double[3][(int) image.size(1)][(int) image.size(2)];
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < scaled[c].length; y++) {
                for (int x = 0; x < scaled[c][y].length; x++) {
                    scaled[c][y][x] = (image.getDouble(c, y, x) - shift[c]) / scale[c];
                }
            }
        }
        return scaled;
    }

    private static double[][][] pooled(double[][][] in, int side) {
        if (side == 0) {
            return in;
        }
        int size = (in[0].length - side) / 2 + 1;
        double[][][] out = new double[in.length][size][size];
        for (int c = 0; c < in.length; c++) {
            for (int y = 0; y < size; y++) {
                for (int x = 0; x < size; x++) {
                    double largest = Double.NEGATIVE_INFINITY;
                    for (int i = 0; i < side * side; i++) {
                        largest = Math.max(largest, in[c][2 * y + i / side][2 * x + i % side]);
                    }
                    out[c][y][x] = largest;
                }
            }
        }
        return out;
    }

    private double[][][] convolved(double[][][] in, int[] step) {
        float[] weight = values.get("features." + step[0] + ".weight");
        float[] bias = values.get("features." + step[0] + ".bias");
        int kernel = step[1];
        int size = (in[0].length + 2 * step[3] - kernel) / step[2] + 1;
        double[][][] out = new double[bias.length][size][size];
        for (int o = 0; o < bias.length; o++) {
            for (int y = 0; y < size; y++) {
                for (int x = 0; x < size; x++) {
                    double sum = bias[o];
                    for (int i = 0; i < in.length; i++) {
                        for (int k = 0; k < kernel * kernel; k++) {
                            int row = y * step[2] - step[3] + k / kernel;
                            int column = x * step[2] - step[3] + k % kernel;
                            if (row >= 0 && row < in[i].length && column >= 0 && column < in[i].length) {
                                sum += weight[(o * in.length + i) * kernel * kernel + k] * in[i][row][column];
                            }
                        }
                    }
                    out[o][y][x] = Math.max(0, sum);
                }
            }
        }
        return out;
    }

    private static double distance(double[][][] a, double[][][] b, float[] weights) {
        int size = a[0].length;
        double sum = 0;
        for (int i = 0; i < size * size; i++) {
            double lengthA = 0;
            double lengthB = 0;
            for (int c = 0; c < a.length; c++) {
                lengthA += Math.pow(a[c][i / size][i % size], 2);
                lengthB += Math.pow(b[c][i / size][i % size], 2);
            }
            for (int c = 0; c < a.length; c++) {
                double delta = a[c][i / size][i % size] / (Math.sqrt(lengthA) + 1e-10)
                        - b[c][i / size][i % size] / (Math.sqrt(lengthB) + 1e-10);
                sum += weights[c] * delta * delta / (size * size);
            }
        }
        return sum;
    }
}
