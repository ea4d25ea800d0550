package io.github.rewrite4j.samediff.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class PerceptualDistanceTest {
    /** The pictures themselves, and every fourth pixel of each row and column times the channel's number. */
    private static final FeatureNetwork PIXELS = new FeatureNetwork() {
        @Override
        public String name() {
            return "pixels";
        }

        @Override
        public List<INDArray> features(INDArray images) {
            INDArray few = images.get(
                            NDArrayIndex.all(),
                            NDArrayIndex.all(),
                            NDArrayIndex.interval(0, 4, images.size(2)),
                            NDArrayIndex.interval(0, 4, images.size(3)))
                    .dup();
            few.muli(Nd4j.createFromArray(1f, 2f, 3f).reshape(1, 3, 1, 1));
            return List.of(images.dup(), few);
        }
    };

    private final INDArray a = TestImages.noise(20, 3, 8, 8, 1).muli(2).subi(1);
    private final INDArray b = TestImages.noise(20, 3, 8, 8, 2).muli(2).subi(1);

    private double expected(int image, double[]... weights) {
        double sum = 0;
        for (int step : new int[] {1, 4}) {
            double[] w = weights[step == 1 ? 0 : 1];
            for (int y = 0; y < 8; y += step) {
                for (int x = 0; x < 8; x += step) {
                    double[] first = unit(a, image, y, x, step);
                    double[] second = unit(b, image, y, x, step);
                    for (int c = 0; c < 3; c++) {
                        sum += w[c] * Math.pow(first[c] - second[c], 2) * step * step / 64;
                    }
                }
            }
        }
        return sum;
    }

    private static double[] unit(INDArray images, int image, int y, int x, int step) {
        double[] pixel = new double[3];
        for (int c = 0; c < 3; c++) {
            pixel[c] = images.getDouble(image, c, y, x) * (step == 1 ? 1 : c + 1);
        }
        double length = Math.sqrt(Arrays.stream(pixel).map(v -> v * v).sum());
        return Arrays.stream(pixel).map(v -> v / length).toArray();
    }

    @Test
    void isTheFormulaOfLpips() {
        double[] third = {1 / 3.0, 1 / 3.0, 1 / 3.0};
        double[] uneven = {0, 0.5, 2};
        PerceptualDistance plain = PerceptualDistance.unweighted(PIXELS);
        PerceptualDistance weighted = PerceptualDistance.weighted(PIXELS, List.of(uneven, third));
        assertThat(plain.name()).isEqualTo("pixels");
        // More pictures than go through the network at once.
        assertThat(plain.perImage(a, b)).hasSize(20);
        for (int image : new int[] {0, 15, 16, 19}) {
            assertThat(plain.perImage(a, b)[image]).isCloseTo(expected(image, third, third), within(1e-6));
            assertThat(weighted.perImage(a, b)[image]).isCloseTo(expected(image, uneven, third), within(1e-6));
        }
        assertThat(plain.mean(a, a)).isZero();
    }

    @Test
    void equalMapsWithoutAnyFeatureAreNoDistanceAndNoNaN() {
        INDArray grey = Nd4j.zeros(DataType.FLOAT, 1, 3, 8, 8);
        assertThat(PerceptualDistance.unweighted(PIXELS).mean(grey, grey)).isZero();
        INDArray white = Nd4j.ones(DataType.FLOAT, 1, 3, 8, 8);
        assertThat(PerceptualDistance.unweighted(PIXELS).mean(grey, white)).isCloseTo(2 / 3.0, within(1e-6));
    }

    @Test
    void theMapLocatesTheDifferenceAndItsMaskedMeanTakesOneSide() {
        INDArray changed = a.dup();
        changed.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(1, 3), NDArrayIndex.interval(1, 3))
                .negi();
        PerceptualDistance distance = PerceptualDistance.unweighted(PIXELS);
        INDArray map = distance.map(a, changed);
        assertThat(map.shape()).containsExactly(20, 8, 8);
        assertThat(map.dataType()).isEqualTo(DataType.DOUBLE);
        // Opposite unit vectors: 4 / 3 at each changed pixel; the coarse layer sees none of them.
        assertThat(map.getDouble(7, 2, 2)).isCloseTo(4 / 3.0, within(1e-6));
        assertThat(map.getDouble(7, 4, 4)).isZero();
        INDArray mask = Nd4j.zeros(DataType.FLOAT, 8, 8);
        mask.get(NDArrayIndex.interval(1, 3), NDArrayIndex.interval(1, 2)).assign(0.5);
        assertThat(distance.perImage(a, changed, mask, MaskSide.INSIDE)[3]).isCloseTo(4 / 3.0, within(1e-6));
        assertThat(distance.mean(a, changed, mask, MaskSide.OUTSIDE)).isZero();
        assertThatThrownBy(() -> distance.mean(a, changed, Nd4j.zeros(8, 8), MaskSide.INSIDE))
                .hasMessageContaining("selects no pixel");
    }

    @Test
    void coarseLayersAreEnlargedAroundPixelCentres() {
        double[] enlarged = new double[1 + 8];
        Bilinear.of(1, 2, 1, 8).add(new double[] {1, 3}, enlarged, 1);
        // Centres of the map lie at 2 and 6 of 8: (i + 0.5) / 4 - 0.5.
        assertThat(enlarged).containsExactly(0, 1, 1, 1.25, 1.75, 2.25, 2.75, 3, 3);
    }

    @Test
    void embeddingsHaveTheDistanceOfThePictures() {
        PerceptualDistance distance = PerceptualDistance.unweighted(RandomFeatures.seeded(3));
        double[][] squared = PairDistances.squared(distance.embed(a), distance.embed(b));
        double[] pairs = distance.perImage(a, b);
        for (int n = 0; n < pairs.length; n++) {
            assertThat(squared[n][n]).isCloseTo(pairs[n], within(1e-6));
        }
    }

    @Test
    void refusesWhatDoesNotFit() {
        assertThatThrownBy(() -> PerceptualDistance.weighted(PIXELS, List.of(new double[] {1, -1, 1})))
                .hasMessageContaining("-1.0");
        PerceptualDistance foreign = PerceptualDistance.weighted(PIXELS, List.of(new double[] {1, 1, 1}));
        assertThatThrownBy(() -> foreign.mean(a, b))
                .hasMessageContaining("Layer 1 of the network pixels has 3 channels");
        assertThatThrownBy(() -> foreign.mean(a, TestImages.noise(20, 3, 4, 8, 1)))
                .hasMessageContaining("[20, 3, 4, 8]");
    }
}
