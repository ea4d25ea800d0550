package io.github.rewrite4j.samediff.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RandomFeaturesTest {
    private final INDArray images = TestImages.noise(2, 3, 64, 64, 1);

    @Test
    void aSeedIsANetworkOfFiveMaps() {
        List<INDArray> first = RandomFeatures.seeded(7).features(images);
        List<INDArray> again = RandomFeatures.seeded(7).features(images);
        assertThat(first).hasSize(5);
        assertThat(first.get(0).shape()).containsExactly(2, 16, 32, 32);
        assertThat(first.get(4).shape()).containsExactly(2, 64, 2, 2);
        assertThat(again.get(4)).isEqualTo(first.get(4));
        assertThat(RandomFeatures.seeded(8).features(images).get(4)).isNotEqualTo(first.get(4));
        assertThat(RandomFeatures.seeded(7).name()).isEqualTo("RFP (7)");
        assertThat(first.get(4).minNumber().doubleValue()).isGreaterThanOrEqualTo(0);
    }

    @Test
    void strongerChangesAreFartherAndNoFeatureDiesOut() {
        PerceptualDistance distance = PerceptualDistance.unweighted(RandomFeatures.seeded(0));
        INDArray noise = TestImages.noise(2, 3, 64, 64, 2).subi(0.5);
        double little = distance.mean(images, images.add(noise.mul(0.1)));
        double much = distance.mean(images, images.add(noise.mul(0.4)));
        assertThat(little).isGreaterThan(0);
        assertThat(much).isGreaterThan(3 * little);
        assertThat(RandomFeatures.seeded(0).features(images).get(4).meanNumber().doubleValue())
                .isCloseTo(images.meanNumber().doubleValue(), within(0.5));
    }

    @Test
    void greyPicturesAreLookedAtAsColouredOnesAndOthersAreNot() {
        INDArray grey = TestImages.noise(1, 1, 8, 8, 1);
        assertThat(RandomFeatures.seeded(0).features(grey).get(4))
                .isEqualTo(RandomFeatures.seeded(0)
                        .features(Nd4j.concat(1, grey, grey, grey))
                        .get(4));
        assertThatThrownBy(() -> RandomFeatures.seeded(0).features(TestImages.noise(1, 2, 8, 8, 1)))
                .hasMessageContaining("[1, 2, 8, 8]");
    }
}
