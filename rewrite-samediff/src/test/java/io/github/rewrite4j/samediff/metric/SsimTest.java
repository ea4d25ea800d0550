package io.github.rewrite4j.samediff.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.samediff.GoldenFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SsimTest {
    private static final GoldenFile GOLDEN = GoldenFile.open("ssim");
    private static final Ssim SSIM = Ssim.forRange(ImageRange.UNIT);

    /** A golden picture; the permutation leaves a view with strides of its own. */
    private static INDArray picture(String name) {
        INDArray image = GOLDEN.array(name).permute(2, 0, 1);
        return image.reshape(1, image.size(0), image.size(1), image.size(2));
    }

    @ParameterizedTest
    @CsvSource({
        "identical, 1.0",
        "noise0.05, 0.7691442673548693",
        "shift1, 0.9019091081817857",
        "contrast, 0.8975633076418515",
        "independent, 0.09872756754467932",
        "gray_blur, 0.9411164507330844"
    })
    void agreesWithScikitImage(String name, double expected) {
        INDArray a = picture(name + ".a");
        INDArray b = picture(name + ".b");

        assertThat(SSIM.mean(a, b)).isCloseTo(expected, within(1e-6));
        INDArray map = SSIM.map(a, b);
        INDArray reference = GOLDEN.array(name + ".ssim_map_ch0").castTo(DataType.DOUBLE);
        INDArray channel = map.slice(0).slice(0);
        assertThat(map.dataType()).isEqualTo(DataType.DOUBLE);
        assertThat(channel.shape()).isEqualTo(reference.shape());
        assertThat(channel.sub(reference).amaxNumber().doubleValue()).isLessThan(1e-6);
    }

    @Test
    void isExactlyOneForEqualPictures() {
        INDArray a = picture("noise0.05.a");
        assertThat(SSIM.perImage(a, a)).containsExactly(1.0);
    }

    @Test
    void scalesItsConstantsWithTheSpanOfTheRange() {
        INDArray a = picture("shift1.a").div(2);
        INDArray b = picture("shift1.b").div(2);

        double halfOfUnit = SSIM.mean(a, b);
        double halfOfSymmetric = Ssim.forRange(ImageRange.SYMMETRIC).mean(a.mul(2), b.mul(2));

        assertThat(halfOfSymmetric).isCloseTo(halfOfUnit, within(1e-12));
    }

    @ParameterizedTest
    @CsvSource({"7, 9, 7", "6, 20, 5", "10, 10, 9", "1, 4, 1", "2, 2, 1", "11, 30, 11", "12, 40, 11"})
    void usesTheLargestOddWindowThatFits(int height, int width, int window) {
        INDArray a = random(1, height, width, 1);
        INDArray b = random(1, height, width, 2);

        INDArray map = SSIM.map(a, b);

        assertThat(map.shape()).containsExactly(1, 2, height - window + 1, width - window + 1);
        for (int y = 0; y < map.size(2); y++) {
            for (int x = 0; x < map.size(3); x++) {
                assertThat(map.getDouble(0, 1, y, x)).isCloseTo(oneWindow(a, b, 1, y, x, window), within(1e-10));
            }
        }
    }

    @Test
    void averagesWindowsCentredInTheMask() {
        INDArray a = random(2, 20, 24, 3);
        INDArray b = random(2, 20, 24, 4);
        INDArray mask = Nd4j.zeros(DataType.FLOAT, 20, 24);
        mask.putScalar(0, 0, 1); // No window is centred here.
        mask.putScalar(5, 5, 0.01f);
        mask.putScalar(14, 18, 1);

        double[] masked = SSIM.perImage(a, b, mask, MaskSide.INSIDE);

        INDArray map = SSIM.map(a, b).mean(1);
        for (int n = 0; n < 2; n++) {
            double expected = (map.getDouble(n, 0, 0) + map.getDouble(n, 9, 13)) / 2;
            assertThat(masked[n]).isCloseTo(expected, within(1e-12));
        }
    }

    @Test
    void refusesAMaskWithoutAnyWindow() {
        INDArray a = random(1, 20, 20, 3);
        INDArray mask = Nd4j.zeros(DataType.FLOAT, 20, 20);
        mask.putScalar(3, 3, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SSIM.perImage(a, a, mask, MaskSide.INSIDE))
                .withMessageContaining("5 pixels from the border");
    }

    @Test
    void clipsToTheRange() {
        INDArray a = random(1, 16, 16, 3);
        INDArray beyond = a.mul(4).sub(1.5);
        INDArray clipped = beyond.dup();
        for (long i = 0; i < clipped.length(); i++) {
            clipped.putScalar(i, Math.min(1, Math.max(0, clipped.getFloat(i))));
        }
        INDArray asGiven = beyond.dup();
        assertThat(SSIM.mean(a, beyond)).isEqualTo(SSIM.mean(a, clipped));
        assertThat(beyond).isEqualTo(asGiven);
    }

    @Test
    void namesTheOperandThatDoesNotFit() {
        INDArray a = random(2, 16, 16, 3);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SSIM.mean(a, random(2, 16, 15, 3)))
                .withMessageContainingAll("b has shape [2, 2, 16, 15]", "[2, 2, 16, 16] like a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SSIM.mean(a.slice(0), a))
                .withMessageContainingAll("a has shape [2, 16, 16]", "[N, C, H, W]");
        INDArray broken = a.dup().putScalar(new int[] {1, 0, 3, 3}, Float.NaN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SSIM.mean(a, broken))
                .withMessageContainingAll("b of shape", "NaN in picture 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SSIM.mean(a.castTo(DataType.INT32), a))
                .withMessageContaining("data type INT");
    }

    private static INDArray random(int count, int height, int width, long seed) {
        return TestImages.noise(count, 2, height, width, seed);
    }

    /** The formula, written down for one window. */
    private static double oneWindow(INDArray a, INDArray b, int channel, int top, int left, int window) {
        double weights = 0;
        double[] sums = new double[5];
        for (int y = 0; y < window; y++) {
            for (int x = 0; x < window; x++) {
                double squared = Math.pow(y - window / 2, 2) + Math.pow(x - window / 2, 2);
                double weight = Math.exp(-squared / (2 * 1.5 * 1.5));
                double p = a.getFloat(0, channel, top + y, left + x);
                double q = b.getFloat(0, channel, top + y, left + x);
                double[] terms = {p, q, p * p, q * q, p * q};
                for (int i = 0; i < 5; i++) {
                    sums[i] += weight * terms[i];
                }
                weights += weight;
            }
        }
        double p = sums[0] / weights;
        double q = sums[1] / weights;
        double varianceP = sums[2] / weights - p * p;
        double varianceQ = sums[3] / weights - q * q;
        double covariance = sums[4] / weights - p * q;
        return (2 * p * q + 1e-4) * (2 * covariance + 9e-4) / ((p * p + q * q + 1e-4) * (varianceP + varianceQ + 9e-4));
    }
}
