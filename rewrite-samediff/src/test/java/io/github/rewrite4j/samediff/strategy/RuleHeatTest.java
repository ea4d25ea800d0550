package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class RuleHeatTest {
    private static Generator avatars;

    @BeforeAll
    static void load() throws IOException {
        try (InputStream weights = Files.newInputStream(Avatars.file())) {
            avatars = StyleGan2.load(weights, "a stream");
        }
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private static Patch timesWeight(AssociativeMemory memory, double factor) {
        String weight = memory.spec().first().weight();
        return new Patch(
                avatars.spec().baseFingerprint(),
                List.of(new WeightDelta.Dense(
                        weight, memory.weights().get(weight).mul(factor))),
                Map.of());
    }

    @Test
    void aChangeByAShareOfTheWeightHasThatShareEverywhere() {
        AssociativeMemory memory = avatars.memory("layer4");
        INDArray heat = RuleHeat.of(memory, timesWeight(memory, 0.25), avatars.sample(3, 2));
        assertThat(heat.shape()).containsExactly(3, 16, 16);
        for (float share : heat.data().asFloat()) {
            assertThat(share).isCloseTo(0.25f, within(1e-5f));
        }
    }

    @Test
    void heatGrowsWithThePatchAndDiffersByPlace() {
        AssociativeMemory memory = avatars.memory("layer5");
        Patch patch = Avatars.patch(avatars, "layer5", 7);
        Inputs inputs = avatars.sample(2, 2);
        INDArray heat = RuleHeat.of(memory, patch, inputs);
        assertThat(heat.minNumber().doubleValue()).isPositive();
        assertThat(heat.maxNumber().doubleValue())
                .isGreaterThan(2 * heat.minNumber().doubleValue());
        WeightDelta delta = patch.deltas().get(0);
        Patch twice = new Patch(
                patch.baseFingerprint(),
                List.of(new WeightDelta.Dense(delta.weight(), delta.toDense().mul(2))),
                Map.of());
        INDArray hotter = RuleHeat.of(memory, twice, inputs);
        assertThat(hotter.sub(heat.mul(2)).normmaxNumber().doubleValue()).isLessThan(1e-5);
    }

    @Test
    void aPatchOfAnotherLayerIsRefused() {
        Patch patch = Avatars.patch(avatars, "layer5", 7);
        assertThatThrownBy(() -> RuleHeat.of(avatars.memory("layer4"), patch, avatars.sample(1, 2)))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("does not change 'layer4.conv.weight'");
    }
}
