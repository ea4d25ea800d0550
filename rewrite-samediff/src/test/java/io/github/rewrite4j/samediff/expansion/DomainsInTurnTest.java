package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class DomainsInTurnTest {
    @Test
    void samplesAreInTheBaseAndInEveryDomainInTurn() {
        ComputeThreads.use(1);
        try (Generator avatars = Avatars.load();
                ExpandedGenerator expanded = Quick.trained(
                        avatars, Quick.plan(LatentNetwork.of(avatars), Quick.dark("dark"), Quick.red("red")), 1);
                Generator everywhere = expanded.withSampler(DomainsInTurn.of(expanded));
                ExpandedGenerator inRed = expanded.inDomain("red")) {
            INDArray entered = everywhere.sampler().at(Sample.range(5, 3, 7)).get(ExpandedGenerator.DOMAINS);
            assertThat(entered.toFloatMatrix()).isDeepEqualTo(new float[][] {{0, 0}, {1, 0}, {0, 1}, {0, 0}});
            Sample red = new Sample(5, 8);
            assertThat(everywhere.generate(everywhere.sampler().at(List.of(red))))
                    .isEqualTo(inRed.generate(inRed.sampler().at(List.of(red))));
            assertThat(everywhere.sampler().id())
                    .isNotEqualTo(expanded.sampler().id());
        }
    }
}
