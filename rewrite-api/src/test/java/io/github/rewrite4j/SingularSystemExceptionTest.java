package io.github.rewrite4j;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SingularSystemExceptionTest {
    private final SingularSystemException error =
            new SingularSystemException("The key covariance", 12, 32, 5.3e14, 7e-7, 2.5e-8);

    @Test
    void carriesWhatACallerNeedsToDecide() {
        assertThat(error.rank()).isEqualTo(12);
        assertThat(error.dimension()).isEqualTo(32);
        assertThat(error.conditionNumber()).isEqualTo(5.3e14);
        assertThat(error.suggestedRidge()).isEqualTo(7e-7);
        assertThat(error.suggestedRelativeRidge()).isEqualTo(2.5e-8);
    }

    @Test
    void saysAllOfItAndWhatToDo() {
        assertThat(error)
                .isInstanceOf(RewriteException.class)
                .hasMessageContainingAll(
                        "The key covariance is singular", "rank 12 of 32", "5.30e+14", "7.00e-07", "2.50e-08", "ridge");
    }
}
