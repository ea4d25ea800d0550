package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.avatars.BundledExpansion;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.evaluation.CrossTalk;
import io.github.rewrite4j.samediff.evaluation.ExpansionEvaluation;
import io.github.rewrite4j.samediff.evaluation.ExpansionScores;
import io.github.rewrite4j.samediff.evaluation.Traversal;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The five domains that come with the examples, on few latents; {@link MeasureExpansion} has a thousand. */
class BundledExpansionTest {
    @Test
    void domainsAreLearntOldImagesStayAndTheWayBetweenIsDownhill() throws IOException {
        ComputeThreads.use(1);
        try (Generator avatars = BundledGenerator.load();
                ExpandedGenerator expanded = BundledExpansion.load()) {
            ExpansionScores scores = ExpansionEvaluation.of(avatars, expanded, ExpandAvatars.objectives())
                    .size(new ExpansionEvaluation.Size(16, 12, 2))
                    .composing("sketch", "sunglasses")
                    .measure(RewriteListener.SILENT);
            assertThat(scores.preservation().psnr()).isGreaterThan(33.5);
            assertThat(scores.strengths()).hasSize(5).allSatisfy(strength -> assertThat(strength.share())
                    .isGreaterThan(0.55));
            assertThat(scores.traversals())
                    .allSatisfy(way ->
                            assertThat(way.monotoneShare()).as(way.domain()).isGreaterThanOrEqualTo(0.7));
            assertThat(scores.traversals().stream()
                            .mapToDouble(Traversal::monotoneShare)
                            .average()
                            .orElseThrow())
                    .isGreaterThanOrEqualTo(0.88);
            CrossTalk talk = scores.crossTalk();
            assertThat(talk.largestOnBase()).isLessThan(0.1);
            assertThat(scores.compositions()).hasSize(1).allSatisfy(mixture -> {
                assertThat(mixture.firstLeft().orElseThrow()).as(mixture.pair()).isLessThan(0.5);
                assertThat(mixture.secondLeft().orElseThrow())
                        .as(mixture.pair())
                        .isLessThan(0.8);
            });
        }
    }
}
