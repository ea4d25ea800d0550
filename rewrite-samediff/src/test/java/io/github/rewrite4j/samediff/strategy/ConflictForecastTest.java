package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.Sample;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ConflictForecastTest {
    /** One grey row of four pixels; the object is on the first two. */
    private static INDArray image(double... pixels) {
        return Nd4j.createFromArray(pixels).castTo(DataType.FLOAT).reshape(1, 1, 1, 4);
    }

    private static final INDArray MASK = Nd4j.createFromArray(1f, 1f, 0f, 0f).reshape(1, 4);
    private static final EditPreview RULE =
            new EditPreview(List.of(Sample.of(0)), image(0, 0, 0, 0), image(0.5, 0.5, 0, 0), image(1, 1, 0, 0), MASK);

    @Test
    void whatPushesAwayTakesAndWhatPushesAlongGives() {
        ConflictForecast away = ConflictForecast.of(RULE, image(-0.25, 0, 0, 0));
        assertThat(away.alone()).isCloseTo(0.5, within(1e-6));
        assertThat(away.together()).isCloseTo(0.375, within(1e-6));
        assertThat(away.loss()).isCloseTo(0.25, within(1e-6));
        assertThat(ConflictForecast.of(RULE, image(0.25, 0, 0, 0)).loss()).isCloseTo(-0.25, within(1e-6));
        assertThat(away.facts().asMap()).containsKeys("alone", "together", "loss");
    }

    @Test
    void whatLiesElsewhereTakesNothing() {
        assertThat(ConflictForecast.of(RULE, image(0, 0, 1, -1)).loss()).isCloseTo(0, within(1e-6));
    }

    @Test
    void imagesEndAtTheirRange() {
        // 0.5 + 5 would be far beyond the goal; no pixel is brighter than 1.
        assertThat(ConflictForecast.of(RULE, image(5, 5, 0, 0)).together()).isCloseTo(1, within(1e-6));
    }

    @Test
    void otherImagesAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConflictForecast.of(RULE, Nd4j.zeros(2, 1, 1, 4)))
                .withMessageContaining("1 images of the preview");
    }
}
