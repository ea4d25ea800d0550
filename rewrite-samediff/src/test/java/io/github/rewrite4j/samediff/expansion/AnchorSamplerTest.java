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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
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

    /** Weights of the anchors that a latent is made of, by least squares; five anchors in 64 dimensions leave no choice. */
    private static double[] weights(double... latent) {
        RealMatrix corners = MatrixUtils.createRealMatrix(
                        anchors.castTo(DataType.DOUBLE).toDoubleMatrix())
                .transpose();
        RealVector wanted = MatrixUtils.createRealVector(latent);
        RealVector weights = new QRDecomposition(corners).getSolver().solve(wanted);
        assertThat(corners.operate(weights).subtract(wanted).getLInfNorm())
                .as("distance from the span of the anchors")
                .isLessThan(1e-5);
        return weights.toArray();
    }

    @Test
    void aLatentIsAMixOfThreeAnchorsInTheirHull() {
        INDArray mixes = AnchorSampler.of(expanded, anchors).latents(Sample.range(4, 0, 200));
        double[] totals = new double[5];
        Set<List<Integer>> triples = new HashSet<>();
        for (double[] row : mixes.castTo(DataType.DOUBLE).toDoubleMatrix()) {
            double[] weights = weights(row);
            List<Integer> mixed = new ArrayList<>();
            for (int i = 0; i < weights.length; i++) {
                assertThat(weights[i]).isBetween(-1e-5, 1.0 + 1e-5);
                totals[i] += weights[i] / 200;
                if (weights[i] > 1e-4) {
                    mixed.add(i);
                }
            }
            assertThat(Arrays.stream(weights).sum()).isCloseTo(1, Offset.offset(1e-5));
            assertThat(mixed).hasSize(3);
            triples.add(mixed);
        }
        assertThat(triples).as("of the ten that there are").hasSize(10);
        assertThat(Arrays.stream(totals).boxed()).as("no anchor is preferred").allMatch(t -> t > 0.15 && t < 0.25);
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
        ExpandedGenerator dark = base.inDomain("dark");
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
