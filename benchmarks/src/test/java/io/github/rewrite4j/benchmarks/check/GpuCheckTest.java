package io.github.rewrite4j.benchmarks.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GpuCheckTest {
    @Test
    void everyComparisonHoldsOnTheBackendOfTheTests() throws Exception {
        List<Parity> rows = GpuCheck.compare();
        assertThat(rows).hasSizeGreaterThan(20).allMatch(Parity::holds);
        assertThat(GpuCheck.report(rows)).startsWith("This is no GPU: the backend is CpuBackend");
    }

    @Test
    void aDeviationThatIsNoNumberFails() {
        Parity parity = new Parity("images", "reference", Double.NaN, 1e-4);
        assertThat(parity.holds()).isFalse();
        assertThat(parity.row()).contains("FAILS");
    }
}
