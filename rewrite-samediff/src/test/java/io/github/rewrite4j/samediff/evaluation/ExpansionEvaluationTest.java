package io.github.rewrite4j.samediff.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.AdaptedNetwork;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.metric.PerceptualDistance;
import io.github.rewrite4j.samediff.metric.RandomFeatures;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExpansionEvaluationTest {
    private static final ExpansionEvaluation.Size TINY = new ExpansionEvaluation.Size(4, 2, 4);
    private static final List<AdaptationObjective> OBJECTIVES =
            List.of(Identities.dark("dark"), Identities.bright("bright"));

    @Test
    void whereNothingWasLearntEverythingIsKeptAndNothingLeaks() {
        try (Generator avatars = Avatars.load();
                ExpandedGenerator identity = Identities.of(avatars, "dark", "bright")) {
            ExpansionScores scores = ExpansionEvaluation.of(avatars, identity, OBJECTIVES)
                    .size(TINY)
                    .diversity(PerceptualDistance.unweighted(RandomFeatures.seeded(1)))
                    .composing("dark", "bright")
                    .measure(RewriteListener.SILENT);
            assertThat(scores.preservation().psnr()).isGreaterThan(60);
            assertThat(scores.preservation().projectionPsnr()).isBetween(20.0, 80.0);
            assertThat(scores.crossTalk().largestOnBase()).isZero();
            assertThat(scores.crossTalk().largestElsewhere()).isZero();
            assertThat(scores.crossTalk().before()).isEqualTo(scores.crossTalk().after());
            assertThat(scores.strengths()).extracting(DomainStrength::domain).containsExactly("dark", "bright");
            assertThat(scores.compositions()).singleElement().satisfies(pair -> {
                assertThat(pair.firstErrors().get(0)).isOne();
                assertThat(pair.pair()).isEqualTo("dark + bright");
            });
            assertThat(scores.diversity()).containsOnlyKeys("source", "base", "dark", "bright");
            assertThat(scores.domains().markdown()).contains("| dark |").contains("Base images equal the source's");
            assertThat(scores.facts().names()).contains("preservation", "domains", "crossTalk", "traversals");
        }
    }

    @Test
    void aDedicatedAdaptationIsTheMeasureOfStrength() {
        try (Generator avatars = Avatars.load();
                ExpandedGenerator identity = Identities.of(avatars, "dark", "bright")) {
            AdaptedNetwork nothing = AdaptedNetwork.of(LatentNetwork.of(avatars));
            ExpansionScores scores = ExpansionEvaluation.of(avatars, identity, OBJECTIVES)
                    .size(TINY)
                    .beside(Map.of("dark", nothing, "bright", nothing))
                    .composing("bright", "dark")
                    .measure(RewriteListener.SILENT);
            assertThat(scores.strengths()).allSatisfy(strength -> assertThat(strength.shareOfDedicated())
                    .isEmpty());
            assertThat(scores.compositions())
                    .extracting(Composition::method)
                    .containsExactly("expanded", "weights interpolated", "weights added");
            assertThat(scores.crossTalk().apart()).hasSize(2);
            assertThat(scores.tables()).hasSize(5);
            assertThat(scores.compositions().get(2).secondErrors())
                    .allSatisfy(error -> assertThat(error).isCloseTo(1, within(1e-5)));
        }
    }

    @Test
    void onlySamplesThatNeverRiseAreMonotone() {
        double[][] perAmount = {
            {4, 4, 4, 4},
            {3, 4, 5, 3},
            {2, 4, 1, 2},
            {1, 4, 1, 2.5},
            {0, 4, 0, 1}
        };
        Traversal way = Traversal.of("night", Traversal.AMOUNTS, perAmount);
        assertThat(way.monotoneShare()).isEqualTo(0.5);
        assertThat(way.errors()).containsExactly(4.0, 3.75, 2.25, 2.125, 1.25);
    }

    @Test
    void leaksAreSharesOfTheFallInTheOwnDomain() {
        CrossTalk talk = CrossTalk.of(
                List.of("a", "b"),
                new double[][] {{1, 1, 1}, {2, 2, 2}},
                new double[][] {{0.9, 0.5, 1.5}, {2, 1, 1}},
                new double[0][]);
        assertThat(talk.fall(0)).isEqualTo(0.5);
        assertThat(talk.leak(0, 0)).isCloseTo(0.2, within(1e-12));
        assertThat(talk.leak(0, 2)).as("rose").isEqualTo(-1);
        assertThat(talk.largestOnBase()).isCloseTo(0.2, within(1e-12));
        assertThat(talk.largestElsewhere()).isEqualTo(1);
        assertThat(talk.leaks().markdown()).contains("| a | 0.200");
        assertThatThrownBy(() -> talk.influence(0, 1)).hasMessageContaining("no dedicated adaptations");
    }

    @Test
    void influenceIsWhatADomainDoesToAnotherBeyondWhatItDrawsByItself() {
        CrossTalk talk = CrossTalk.of(
                List.of("a", "b"),
                new double[][] {{1, 1, 1}, {2, 2, 2}},
                new double[][] {{1, 0.5, 0.2}, {2, 3, 1}},
                new double[][] {{0.4, 0.25}, {2.9, 1.1}});
        assertThat(talk.leak(0, 2)).as("b looks like a").isCloseTo(1.6, within(1e-12));
        assertThat(talk.influence(0, 1)).as("but does so by itself").isCloseTo(0.1, within(1e-12));
        assertThat(talk.influence(1, 0)).as("a moved away from b").isCloseTo(-0.1, within(1e-12));
        assertThat(talk.influence(0, 0)).as("a is behind its adaptation").isCloseTo(-0.2, within(1e-12));
        assertThat(talk.largestInfluence()).isCloseTo(0.1, within(1e-12));
        assertThat(talk.influences().markdown()).contains("| a | -0.200 | 0.100 |");
    }

    @Test
    void whatCannotBeMeasuredIsRefusedAndWhatRunsCanBeStopped() {
        try (Generator avatars = Avatars.load();
                ExpandedGenerator identity = Identities.of(avatars, "dark")) {
            assertThatThrownBy(() -> ExpansionEvaluation.of(avatars, identity, OBJECTIVES))
                    .hasMessageContaining("There is no domain 'bright'");
            ExpansionEvaluation evaluation = ExpansionEvaluation.of(avatars, identity, OBJECTIVES.subList(0, 1))
                    .size(TINY);
            assertThatThrownBy(() -> evaluation.measure(progress -> false))
                    .isInstanceOf(RewriteCancelledException.class);
            assertThatThrownBy(() -> new ExpansionEvaluation.Size(1, 2, 2)).hasMessageContaining("At least two");
        }
    }
}
