package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

class StagedExpansionTest {
    @BeforeAll
    static void useOneThread() {
        ComputeThreads.use(1);
    }

    @Test
    void aSecondExpansionLearnsItsDomainAndKeepsTheFirstOne() {
        try (Generator avatars = Avatars.load();
                ExpandedGenerator first =
                        Quick.trained(avatars, Quick.plan(LatentNetwork.of(avatars), Quick.dark("dark")), 30)) {
            LatentNetwork network = LatentNetwork.of(first);
            ExpansionPlan plan = Quick.plan(network, Quick.red("red"));
            assertThat(plan.earlier()).isEqualTo(first.domains());
            try (ExpandedGenerator second = Quick.trained(network, plan, 30)) {
                assertThat(second.domains()).extracting(Domain::name).containsExactly("dark", "red");
                assertThat(second.basis().directions())
                        .isDeepEqualTo(first.basis().directions());
                assertThat(second.space()).isEqualTo(first.space());

                INDArray base = Quick.base(network, plan.subspaces(), 8);
                INDArray dark = Quick.images(
                        network, network.parameters(), Quick.projected(network, plan.subspaces(), 8, 0), null);
                double kept = Quick.PSNR.mean(Quick.drawn(second, "dark", 8), dark);
                double same = Quick.PSNR.mean(Quick.drawn(second, null, 8), base);
                INDArray wanted = base.dup();
                wanted.get(NDArrayIndex.all(), NDArrayIndex.point(0)).muli(0.3).addi(0.7);
                INDArray untrained = Quick.images(
                        network, network.parameters(), Quick.projected(network, plan.subspaces(), 8, 1), null);
                double before = Quick.l1(untrained, wanted);
                double after = Quick.l1(Quick.drawn(second, "red", 8), wanted);
                assertThat(kept).isGreaterThan(25);
                assertThat(same).isGreaterThan(25);
                assertThat(after).as("from %s", before).isLessThan(0.7 * before);
            }
        }
    }

    @Test
    void anExpansionIsLearntFurtherFromWhereItWas() {
        AdaptationObjective dark = Quick.dark("dark");
        try (Generator avatars = Avatars.load();
                ExpandedGenerator first = Quick.expansion(dark).iterations(16).train(avatars);
                ExpandedGenerator further = Quick.expansion(dark)
                        .iterations(1)
                        .average(0)
                        .learningRates(1e-6, 1e-6)
                        .from(first)
                        .train(avatars)) {
            assertThat(further.domains()).isEqualTo(first.domains());
            assertThat(first.spec().parameters())
                    .as("the model does not grow")
                    .isEqualTo(avatars.spec().parameters());
            assertThat(further.notes()).containsEntry("from", first.spec().fingerprint());
            assertThat(Quick.l1(Quick.drawn(further, "dark", 2), Quick.drawn(first, "dark", 2)))
                    .as("begins where the first ended")
                    .isLessThan(1e-3);
            assertThatThrownBy(
                            () -> Quick.expansion(Quick.red("red")).from(first).train(avatars))
                    .isInstanceOf(RewriteException.class)
                    .hasMessageContaining("[dark]", "[red]");
            assertThatThrownBy(() -> Quick.expansion(dark).from(first).train(first))
                    .isInstanceOf(RewriteException.class)
                    .hasMessageContaining("of another generator");
        }
    }

    @Test
    void aNameThatThereIsCannotBeGivenAgain() {
        try (Generator avatars = Avatars.load();
                ExpandedGenerator first =
                        Quick.trained(avatars, Quick.plan(LatentNetwork.of(avatars), Quick.dark("dark")), 1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Quick.plan(LatentNetwork.of(first), Quick.red("dark")))
                    .withMessageContaining("two domains called 'dark'");
        }
    }
}
