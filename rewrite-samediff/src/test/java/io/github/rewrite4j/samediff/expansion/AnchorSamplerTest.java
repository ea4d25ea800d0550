package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.latent.ExpandedGenerator;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.latent.LatentNetwork;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

class AnchorSamplerTest {
    private static ExpandedGenerator expanded;
    private static INDArray anchors;

    @BeforeAll
    static void expand() {
        ComputeThreads.use(1);
        try (Generator avatars = Avatars.load()) {
            LatentNetwork network = LatentNetwork.of(avatars);
            anchors = network.latents(avatars.sample(5, 9));
            ExpansionPlan plan = Quick.plan(network, Quick.dark("dark"));
            expanded = Quick.trained(network, plan, 1);
        }
    }

    @AfterAll
    static void close() {
        expanded.close();
    }

    @Test
    void aLatentIsAMixOfThreeAnchors() {
        INDArray mixes = AnchorSampler.of(expanded, anchors).latents(Sample.range(4, 0, 20));
        double[][] rows = mixes.castTo(DataType.DOUBLE).toDoubleMatrix();
        double[][] corners = anchors.castTo(DataType.DOUBLE).toDoubleMatrix();
        for (double[] row : rows) {
            for (int j = 0; j < row.length; j++) {
                double least = Double.POSITIVE_INFINITY;
                double most = Double.NEGATIVE_INFINITY;
                for (double[] corner : corners) {
                    least = Math.min(least, corner[j]);
                    most = Math.max(most, corner[j]);
                }
                assertThat(row[j]).isBetween(least - 1e-5, most + 1e-5);
            }
        }
        assertThat(Differences.largest(mixes.getRow(0), mixes.getRow(1))).isGreaterThan(0.01);
    }

    @Test
    void aSampleDependsOnSeedAndNumberOnly() {
        AnchorSampler sampler = AnchorSampler.of(expanded, anchors);
        INDArray many = sampler.latents(Sample.range(4, 0, 5));
        assertThat(sampler.latents(Sample.range(4, 3, 4)).getRow(0)).isEqualTo(many.getRow(3));
        assertThat(sampler.id()).contains("anchors");
    }

    @Test
    void oneAnchorIsSampledAsItIsInTheBaseAndInADomain() {
        INDArray one = anchors.get(NDArrayIndex.interval(2, 3)).dup();
        ExpandedGenerator base = expanded.withSampler(AnchorSampler.of(expanded, one));
        ExpandedGenerator dark = base.in("dark");
        INDArray plain = expanded.generate(expanded.sample(5, 9));
        INDArray domain = expanded.generate(expanded.at(expanded.sample(5, 9), "dark"));
        assertThat(Differences.largest(base.generate(base.sample(1, 3)).slice(0), plain.slice(2)))
                .isLessThan(1e-3);
        assertThat(Differences.largest(dark.generate(dark.sample(1, 3)).slice(0), domain.slice(2)))
                .isLessThan(1e-3);
        assertThat(Quick.l1(plain, domain)).isGreaterThan(1e-3);
        base.close();
        dark.close();
    }

    @Test
    void anchorsHaveToBeLatents() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AnchorSampler.of(expanded, Avatars.random(1, 3, 5)))
                .withMessageContaining("[k, 64]");
        assertThat(expanded.space().spread()).isCloseTo(8, Offset.offset(8.0));
    }
}
