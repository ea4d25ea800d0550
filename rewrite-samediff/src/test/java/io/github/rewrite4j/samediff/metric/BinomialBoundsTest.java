package io.github.rewrite4j.samediff.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinomialBoundsTest {
    /** At the upper bound so few events have probability 1 - confidence, at the lower one so many. */
    @ParameterizedTest
    @CsvSource({"0, 20", "3, 20", "1, 200", "19, 20", "100, 200"})
    void boundsAreWhereTheTailsHaveTheLevel(int events, int trials) {
        double upper = BinomialBounds.upper(events, trials, 0.95);
        assertThat(new BinomialDistribution(trials, upper).cumulativeProbability(events))
                .isCloseTo(0.05, within(1e-6));
        if (events > 0) {
            double lower = BinomialBounds.lower(events, trials, 0.95);
            assertThat(1 - new BinomialDistribution(trials, lower).cumulativeProbability(events - 1))
                    .isCloseTo(0.05, within(1e-6));
            assertThat(lower).isLessThan((double) events / trials);
        }
        assertThat(upper).isGreaterThan((double) events / trials);
    }

    @Test
    void endsAreWhole() {
        assertThat(BinomialBounds.lower(0, 7, 0.95)).isZero();
        assertThat(BinomialBounds.upper(7, 7, 0.95)).isEqualTo(1);
        // The rule of three: nothing in n trials leaves 3 / n.
        assertThat(BinomialBounds.upper(0, 1000, 0.95)).isCloseTo(0.003, within(2e-5));
    }

    @Test
    void whatNothingFollowsFromIsRefused() {
        assertThatThrownBy(() -> BinomialBounds.upper(3, 2, 0.95)).hasMessageContaining("3 events in 2");
        assertThatThrownBy(() -> BinomialBounds.lower(0, 0, 0.95)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BinomialBounds.lower(1, 2, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
