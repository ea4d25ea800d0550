package io.github.rewrite4j.samediff.ablation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ablation.ExpansionAblation.Part;
import io.github.rewrite4j.samediff.evaluation.ExpansionEvaluation;
import io.github.rewrite4j.samediff.evaluation.Identities;
import io.github.rewrite4j.samediff.evaluation.ScoreTable;
import io.github.rewrite4j.samediff.expansion.AdaptationObjective;
import io.github.rewrite4j.samediff.expansion.DirectionChoice;
import io.github.rewrite4j.samediff.expansion.DomainExpansion;
import io.github.rewrite4j.samediff.latent.LatentBases;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.metric.PerceptualDistance;
import io.github.rewrite4j.samediff.metric.RandomFeatures;
import io.github.rewrite4j.samediff.perception.Discriminator;
import io.github.rewrite4j.samediff.perception.EmbeddingDistance;
import io.github.rewrite4j.samediff.perception.ImageEmbedding;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ExpansionAblationTest {
    private static final ExpansionAblation.Size TINY =
            new ExpansionAblation.Size(6, 2, new ExpansionEvaluation.Size(4, 2, 4));

    /** The mean colour. */
    private record MeanColour() implements ImageEmbedding {
        @Override
        public String name() {
            return "mean colour";
        }

        @Override
        public int dimension() {
            return 3;
        }

        @Override
        public INDArray embedding(INDArray images) {
            return images.mean(2, 3);
        }
    }

    @Test
    void everyVariantIsTrainedMeasuredAndShown() throws IOException {
        try (Generator avatars = Avatars.load()) {
            LatentBasis basis = LatentBases.principal(LatentNetwork.of(avatars), 256, 1, RewriteListener.SILENT);
            ExpansionAblation ablation = new ExpansionAblation(
                    avatars,
                    new Recipe(basis, Avatars.discriminator(), avatars.generate(avatars.sample(4, 17))),
                    new ExpansionAblation.Judge(
                            new MeanColour(),
                            EmbeddingDistance.statistics(new MeanColour(), avatars.generate(avatars.sample(8, 3))),
                            PerceptualDistance.unweighted(RandomFeatures.seeded(1))),
                    TINY);
            ExpansionAblation.Plan plan = new ExpansionAblation.Plan(
                    List.of(Identities.dark("dark"), Identities.bright("bright")),
                    List.of(),
                    List.of(1),
                    List.of(2.0),
                    Map.of("first directions", DirectionChoice.of(basis, 0, 1)));
            ExpansionAblation.Outcome outcome = ablation.run(plan, Part.all(), List.of(3L), RewriteListener.SILENT);
            assertThat(outcome.tables())
                    .containsOnlyKeys(
                            "comparison",
                            "leaks",
                            "errors",
                            "influences",
                            "composition",
                            "diversity",
                            "domains",
                            "count",
                            "distance",
                            "directions");
            assertThat(outcome.tables().get("comparison").rows())
                    .containsExactly("source", "expanded", "plain adaptation", "continued training");
            ScoreTable comparison = Objects.requireNonNull(outcome.tables().get("comparison"));
            assertThat(comparison.mean("source", "PSNR of old images")).isInfinite();
            assertThat(comparison.mean("source", "share gone")).isZero();
            for (String row : List.of("expanded", "plain adaptation")) {
                assertThat(comparison.mean(row, "error in domain"))
                        .as(row)
                        .isLessThan(0.9 * comparison.mean("source", "error in domain"));
                assertThat(comparison.mean(row, "share gone")).as(row).isBetween(0.1, 1.0);
            }
            assertThat(comparison.mean("plain adaptation", "error in domain"))
                    .isLessThan(comparison.mean("expanded", "error in domain"));
            assertThat(comparison.mean("expanded", "PSNR of old images"))
                    .isGreaterThan(comparison.mean("plain adaptation", "PSNR of old images") + 6);
            assertThat(outcome.tables().get("composition").rows())
                    .containsExactly("expanded", "weights interpolated", "weights added");
            assertThat(outcome.tables().get("count").rows()).containsExactly("1 domain");
            assertThat(outcome.tables().get("distance").rows()).containsExactly("s as by default", "s = 2.0 spreads");
            // Projecting onto the base costs the same however far domains lie, and what the directions carry.
            ScoreTable distances = Objects.requireNonNull(outcome.tables().get("distance"));
            ScoreTable directions = Objects.requireNonNull(outcome.tables().get("directions"));
            assertThat(distances.mean("s = 2.0 spreads", "PSNR of projecting"))
                    .isCloseTo(distances.mean("s as by default", "PSNR of projecting"), Offset.offset(1e-9));
            assertThat(directions.mean("first directions", "PSNR of projecting"))
                    .isLessThan(directions.mean("as by default", "PSNR of projecting") - 10);
            assertThat(outcome.tables().get("directions").markdown()).contains("mean colour, 8 real images");
            assertThat(outcome.curves()).containsKeys("expansion", "1 domain", "first directions");
            assertThat(outcome.sheets()).containsOnlyKeys("domains", "plain", "count", "distance", "directions");
        }
    }

    /** Expansions at the last directions, and the source's own training. */
    private record Recipe(LatentBasis basis, Discriminator judge, INDArray real) implements ExpansionAblation.Recipe {
        @Override
        public DomainExpansion of(List<AdaptationObjective> domains) {
            return DomainExpansion.withDomains(domains)
                    .directions(DirectionChoice.of(basis, last(basis, domains.size())))
                    .latents(64)
                    .replay(10, 0);
        }

        @Override
        public Optional<DomainExpansion> continued() {
            return Optional.of(of(List.of(Identities.dark("unused")))
                    .weight(1e-9)
                    .replay(0, 0)
                    .adversarial(judge, real, 1));
        }
    }

    private static int[] last(LatentBasis basis, int count) {
        int[] last = new int[count];
        for (int i = 0; i < count; i++) {
            last[i] = basis.size() - 1 - i;
        }
        return last;
    }

    @Test
    void plansThatDoNotFitAreRefused() {
        assertThatThrownBy(() -> new ExpansionAblation.Plan(
                        List.of(Identities.dark("dark"), Identities.bright("bright")),
                        List.of(),
                        List.of(1, 3),
                        List.of(),
                        Map.of()))
                .hasMessageContaining("counts of 1 to 2");
    }
}
