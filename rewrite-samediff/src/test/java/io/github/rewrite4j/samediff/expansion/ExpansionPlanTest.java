package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.latent.Domain;
import io.github.rewrite4j.latent.LatentBasis;
import io.github.rewrite4j.latent.LatentSpace;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import io.github.rewrite4j.samediff.latent.LatentReader;
import io.github.rewrite4j.samediff.tape.HostArrays;
import io.github.rewrite4j.samediff.tape.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class ExpansionPlanTest {
    private static Generator avatars = Avatars.load();
    private static LatentNetwork network = LatentNetwork.of(avatars);
    private static LatentSpace space = Quick.space(network);
    private static LatentBasis basis = Quick.principal(network);

    @BeforeAll
    static void useOneThread() {
        ComputeThreads.use(1);
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private static ExpansionPlan plan(List<Domain> earlier, Domain... added) {
        List<AdaptationObjective> objectives = new ArrayList<>();
        for (Domain domain : added) {
            objectives.add(Quick.dark(domain.name()));
        }
        return new ExpansionPlan(space, basis, earlier, List.of(added), objectives);
    }

    @Test
    void foldedWeightsDrawWhatWeightsWithStylesApartDraw() {
        ExpansionPlan plan = plan(List.of(), new Domain("a", 63, 4), new Domain("b", 40, -2));
        Map<String, Parameter> weights = new HashMap<>();
        network.parameters().forEach(p -> weights.put(p.name(), p));
        for (LatentReader reader : network.readers()) {
            int channels = reader.weight().rows();
            float[] styles = HostArrays.of(Avatars.random(channels, channels, 2).muli(0.1));
            weights.put(reader.domainsName(), new Parameter(reader.domainsName(), styles, channels, 2));
        }
        List<Parameter> folded = plan.folded(weights, network);
        assertThat(folded).hasSameSizeAs(network.parameters());
        for (int domain = -1; domain < 2; domain++) {
            float[][] latents = Quick.projected(network, plan.subspaces(), 2, domain);
            float[][] entered = new float[2][2];
            for (float[] row : entered) {
                if (domain >= 0) {
                    row[domain] = 1;
                }
            }
            INDArray apart = Quick.images(network, weights.values(), latents, entered);
            INDArray one = Quick.images(network, folded, latents, null);
            INDArray source = Quick.images(network, network.parameters(), latents, null);
            assertThat(Differences.largest(apart, one)).isLessThan(1e-4);
            if (domain < 0) {
                assertThat(Differences.largest(source, one)).isLessThan(1e-4);
            } else {
                assertThat(Differences.largest(source, one)).isGreaterThan(0.05);
            }
        }
    }

    @Test
    void aDirectionBelongsToOneDomain() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan(List.of(), new Domain("a", 63, 4), new Domain("b", 63, 4)))
                .withMessageContaining("repurposed twice")
                .withMessageContaining("'b'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan(List.of(new Domain("old", 63, 4)), new Domain("b", 63, 4)))
                .withMessageContaining("repurposed twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan(List.of(), new Domain("a", 64, 4)))
                .withMessageContaining("no direction 64");
    }

    @Test
    void moreDomainsThanDirectionsAreRefused() {
        Domain[] all = new Domain[64];
        for (int i = 0; i < all.length; i++) {
            all[i] = new Domain("d" + i, i, 1);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan(List.of(), all))
                .withMessageContaining("64 domains leave nothing");
    }

    @Test
    void aNameIsGivenOnceAlsoWhenAnEarlierDomainHasIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan(List.of(new Domain("dark", 63, 4)), new Domain("dark", 62, 4)))
                .withMessageContaining("two domains called 'dark'");
    }

    @Test
    void anchorsThatAreNoLatentsAreRefused() {
        INDArray photos = Avatars.random(1, 2, 3, 64, 64);
        AdaptationObjective wrong = FewShotReconstruction.of("me", photos, Avatars.random(1, 2, 5));
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> Quick.plan(network, wrong))
                .withMessageContaining("anchors of 'me' have the shape [2, 5]")
                .withMessageContaining("[k, 64]");
    }

    @Test
    void eachObjectiveTakesOneDomain() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ExpansionPlan(space, basis, List.of(), List.of(new Domain("a", 1, 1)), List.of()))
                .withMessageContaining("1 new domains for 0 objectives");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan(List.of()))
                .withMessageContaining("at least one is needed");
    }
}
