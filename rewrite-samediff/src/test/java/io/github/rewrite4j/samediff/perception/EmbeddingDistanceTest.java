package io.github.rewrite4j.samediff.perception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.metric.FeatureStatistics;
import io.github.rewrite4j.samediff.metric.FrechetDistance;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class EmbeddingDistanceTest {
    /** Means of the channels. */
    private static final ImageEmbedding MEANS = new ImageEmbedding() {
        @Override
        public String name() {
            return "channel means";
        }

        @Override
        public int dimension() {
            return 3;
        }

        @Override
        public INDArray embedding(INDArray images) {
            return images.mean(2, 3);
        }
    };

    @Test
    void itIsTheFrechetDistanceOfTheEmbeddingsAndSaysWhose() {
        INDArray a = Avatars.random(1, 40, 3, 4, 4);
        INDArray b = Avatars.random(2, 35, 3, 4, 4).addi(0.2);
        EmbeddingDistance distance = EmbeddingDistance.between(MEANS, a, b);
        assertThat(distance.value())
                .isCloseTo(
                        FrechetDistance.ofFeatures(a.mean(2, 3), b.mean(2, 3)).value(), Offset.offset(1e-12));
        assertThat(distance.toString())
                .contains("channel means", "d = 3", "n = 40 and 35")
                .doesNotContain("undersampled");
    }

    @Test
    void tooFewPicturesAreSaidToBeTooFew() {
        EmbeddingDistance distance =
                EmbeddingDistance.between(MEANS, Avatars.random(1, 29, 3, 4, 4), Avatars.random(2, 40, 3, 4, 4));
        assertThat(distance.frechet().undersampled()).isTrue();
        assertThat(distance.toString()).contains("undersampled");
    }

    @Test
    void statisticsOfAnotherNetworkAreRefused() {
        FeatureStatistics other = FeatureStatistics.ofFeatures(Avatars.random(1, 10, 4));
        assertThatThrownBy(() -> EmbeddingDistance.between(MEANS, other, other))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("channel means");
    }
}
