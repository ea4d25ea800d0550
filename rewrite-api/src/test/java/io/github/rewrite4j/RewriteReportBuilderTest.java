package io.github.rewrite4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RewriteReportBuilderTest {
    private static RewriteReportBuilder begun() {
        return new RewriteReportBuilder("mine", "layer5", new RewriteReport.Change(1, 0.5, List.of(1.0)));
    }

    @Test
    void whatIsNotSaidIsEmpty() {
        RewriteReport report = begun().build();
        assertThat(report.strategy()).isEqualTo("mine");
        assertThat(report.layer()).isEqualTo("layer5");
        assertThat(report.constraintResidual()).isZero();
        assertThat(report.rank()).isEmpty();
        assertThat(report.fresh()).isEmpty();
        assertThat(report.warnings()).isEmpty();
        assertThat(report.toString()).contains("mine of layer5");
    }

    @Test
    void theResidualFollowsFromTheLosses() {
        assertThat(begun().losses(2, 0.5).build().constraintResidual()).isEqualTo(0.25);
        assertThat(begun().losses(0, 0.5).build().constraintResidual()).isInfinite();
        assertThatIllegalArgumentException().isThrownBy(() -> begun().losses(-1, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> begun().losses(1, Double.NaN));
    }

    @Test
    void timesOfAStageAddUpInOrder() {
        RewriteReport report = begun().seconds("solve", 1)
                .seconds("measuring", 2)
                .seconds("solve", 0.5)
                .rank(3)
                .detail("units", "7")
                .build();
        assertThat(report.seconds()).containsExactly(Map.entry("solve", 1.5), Map.entry("measuring", 2.0));
        assertThat(report.totalSeconds()).isEqualTo(3.5);
        assertThat(report.facts().asMap()).containsEntry("units", "7").containsEntry("rank", 3);
    }
}
