package io.github.rewrite4j.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;

class ReaderTrialTest {
    private static final int MEGABYTES = 300;

    private int readings;
    private int kept;

    private void take() {
        for (int i = 0; i < MEGABYTES; i++) {
            kept += new byte[1 << 20].length;
        }
    }

    @Test
    void whatOnlyTheFirstReadingCostsIsNotTheFile() {
        ReaderTrial trial = ReaderTrial.of("once", file -> {
            if (readings++ == 0) {
                take();
            }
        });
        assertThat(trial.read(new byte[8])).isTrue();
        assertThat(readings).isEqualTo(2);
    }

    @Test
    void whatEachReadingCostsIs() {
        ReaderTrial trial = ReaderTrial.of("each", file -> take());
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> trial.read(new byte[8]))
                .withMessageContaining("a file of 8 bytes took 3");
        assertThat(kept).isPositive();
    }
}
