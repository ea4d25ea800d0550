package io.github.rewrite4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;

class PatchSamplesTest {
    private static Patch patch(Map<String, String> notes) {
        return new Patch("f", List.of(new WeightDelta.Dense("w", Nd4j.ones(1, 1, 1, 1))), notes);
    }

    @Test
    void samplesComeBackAsTheyWereNoted() {
        Random random = new Random(3);
        for (int draw = 0; draw < 200; draw++) {
            List<Sample> samples = new ArrayList<>();
            for (int i = random.nextInt(30); i >= 0; i--) {
                samples.add(new Sample(random.nextInt(3), random.nextInt(20)));
            }
            PatchSamples noted = PatchSamples.of(samples).orElseThrow();
            assertThat(noted.samples())
                    .doesNotHaveDuplicates()
                    .containsOnlyOnceElementsOf(new java.util.HashSet<>(samples));
            assertThat(PatchSamples.of(patch(noted.among(Map.of("layer", "l")))))
                    .contains(noted);
        }
        List<Sample> few = List.of(Sample.of(9), Sample.of(4), Sample.of(10), Sample.of(11), new Sample(7, 0));
        assertThat(PatchSamples.of(few).orElseThrow()).hasToString("1: 4, 9-11; 7: 0");
    }

    @Test
    void aPatchWithoutTheNoteHasNone() {
        assertThat(PatchSamples.of(patch(Map.of()))).isEmpty();
        assertThat(PatchSamples.of(List.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "4", "1: ", "1: 5-2", "1: 0-999999999", "1:4", "1: 4; ", "1: -4", "99999999999: 1"})
    void whatIsNoListOfSamplesIsRefused(String note) {
        assertThatThrownBy(() -> PatchSamples.of(patch(Map.of("samples", note))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("note 'samples'");
    }
}
