package io.github.rewrite4j.samediff.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.linalg.PackedMoment;
import io.github.rewrite4j.samediff.linalg.Precision;
import io.github.rewrite4j.stats.KeyCovariance;
import org.junit.jupiter.api.Test;

class PartialStatisticsTest {
    @Test
    void partsOfAnySizeAddUpToTheWhole() {
        try (Generator avatars = Avatars.load()) {
            AssociativeMemory memory = avatars.memory("layer6");
            PartialStatistics parts = memory.capability(PartialStatistics.class).orElseThrow();
            KeyCovariance whole = memory.covariance(200, 5, RewriteListener.SILENT);
            double scale = Differences.magnitude(whole.matrix());
            for (int[] cuts : new int[][] {{0, 16, 200}, {0, 64, 128, 160, 200}, {0, 192, 200}}) {
                PackedMoment sum = null;
                for (int i = cuts.length - 2; i >= 0; i--) {
                    PackedMoment part =
                            parts.part(5, cuts[i], cuts[i + 1], Precision.FLOAT32_IN_BLOCKS, RewriteListener.SILENT);
                    sum = sum == null ? part : sum.plus(part);
                }
                KeyCovariance merged = sum.toCovariance();
                assertThat(merged.count()).isEqualTo(whole.count());
                assertThat(Differences.largest(merged.matrix(), whole.matrix())).isLessThan(1e-12 * scale);
            }
        }
    }

    @Test
    void partsThatDoNotBeginAtABlockAreRefused() {
        try (Generator avatars = Avatars.load()) {
            PartialStatistics parts =
                    avatars.memory("layer6").capability(PartialStatistics.class).orElseThrow();
            for (int[] range : new int[][] {{8, 20}, {16, 16}, {-16, 4}}) {
                assertThatThrownBy(() ->
                                parts.part(1, range[0], range[1], Precision.FLOAT32_IN_BLOCKS, RewriteListener.SILENT))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("multiple of 16");
            }
        }
    }
}
