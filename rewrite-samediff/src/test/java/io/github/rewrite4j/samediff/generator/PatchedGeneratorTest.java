package io.github.rewrite4j.samediff.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FingerprintMismatchException;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class PatchedGeneratorTest {
    private static Generator avatars;
    private static Patch five;
    private static Patch fiveAgain;
    private static Patch six;

    @BeforeAll
    static void load() {
        avatars = Avatars.load();
        five = Avatars.patch(avatars, "layer5", 1);
        fiveAgain = Avatars.patch(avatars, "layer5", 11);
        six = Avatars.patch(avatars, "layer6", 21);
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private static int[] weightBits(Generator generator, String layer) {
        return Differences.bits(generator.memory(layer).weights().get(layer + ".conv.weight"));
    }

    private static void assertIsBase(Generator generator) {
        assertThat(weightBits(generator, "layer5")).isEqualTo(weightBits(avatars, "layer5"));
        assertThat(weightBits(generator, "layer6")).isEqualTo(weightBits(avatars, "layer6"));
        assertThat(generator.spec().fingerprint()).isEqualTo(avatars.spec().fingerprint());
    }

    @Test
    void aPatchLeavesTheOriginalAsItWasToTheBit() {
        Inputs inputs = avatars.sample(2, 1);
        int[] images = Differences.bits(avatars.generate(inputs));
        int[] weights = weightBits(avatars, "layer5");
        try (Generator patched = avatars.with(five)) {
            assertThat(Differences.largest(patched.generate(inputs), avatars.generate(inputs)))
                    .isGreaterThan(0.01);
            assertThat(patched.patches()).containsExactly(new AppliedPatch(five, 1));
            assertThat(patched.spec().fingerprint()).isNotEqualTo(avatars.spec().fingerprint());
            assertThat(patched.spec().baseFingerprint())
                    .isEqualTo(avatars.spec().baseFingerprint());
        }
        assertThat(Differences.bits(avatars.generate(inputs))).isEqualTo(images);
        assertThat(weightBits(avatars, "layer5")).isEqualTo(weights);
        assertThat(avatars.patches()).isEmpty();
    }

    @Test
    void weightsArePatchedByTheScaledChangeRoundedOnce() {
        INDArray base = avatars.memory("layer5").weights().get("layer5.conv.weight");
        INDArray change = five.deltas().get(0).toDense();
        INDArray expected = base.castTo(DataType.DOUBLE).add(change.mul(-0.7)).castTo(DataType.FLOAT);
        try (Generator patched = avatars.with(five, -0.7)) {
            assertThat(weightBits(patched, "layer5")).isEqualTo(Differences.bits(expected));
            assertThat(weightBits(patched, "layer6")).isEqualTo(weightBits(avatars, "layer6"));
        }
    }

    @ParameterizedTest
    @CsvSource({"0,1,2", "0,2,1", "1,0,2", "1,2,0", "2,0,1", "2,1,0"})
    void takingPatchesOffRestoresTheWeightsToTheBitInAnyOrder(int first, int second, int third) {
        List<Patch> patches = List.of(five, fiveAgain, six);
        try (Generator all = avatars.with(five).with(fiveAgain, 0.3).with(six, -2);
                Generator two = all.without(patches.get(first));
                Generator one = two.without(patches.get(second));
                Generator none = one.without(patches.get(third))) {
            assertThat(none.patches()).isEmpty();
            assertIsBase(none);
            assertThat(weightBits(all, "layer5")).isNotEqualTo(weightBits(avatars, "layer5"));
        }
    }

    @Test
    void theOrderOfPatchesDoesNotMatter() {
        try (Generator one =
                        avatars.with(five, 0.1).with(fiveAgain, 0.2).with(six).with(five, 0.7);
                Generator other =
                        avatars.with(six).with(five, 0.7).with(fiveAgain, 0.2).with(five, 0.1)) {
            assertThat(weightBits(one, "layer5")).isEqualTo(weightBits(other, "layer5"));
            assertThat(weightBits(one, "layer6")).isEqualTo(weightBits(other, "layer6"));
            assertThat(one.spec().fingerprint()).isEqualTo(other.spec().fingerprint());
        }
    }

    @Test
    void strengthsOfOnePatchAdd() {
        try (Generator twice = avatars.with(five, 0.5).with(five, 0.25);
                Generator once = avatars.with(five, 0.75)) {
            assertThat(weightBits(twice, "layer5")).isEqualTo(weightBits(once, "layer5"));
            assertThat(twice.spec().fingerprint()).isEqualTo(once.spec().fingerprint());
        }
    }

    @Test
    void aPatchAndItsNegativeAreTheBaseToTheBit() {
        try (Generator cancelled = avatars.with(five).with(five, -1);
                Generator inTenths = avatars.with(five, 0.1).with(five, 0.2).with(five, -0.3);
                Generator nothing = avatars.with(five, 0)) {
            assertIsBase(cancelled);
            assertIsBase(inTenths);
            assertIsBase(nothing);
        }
    }

    @Test
    void aPatchedMemoryIsKnownByTheWeightsInForce() {
        AssociativeMemory memory = avatars.memory("layer5");
        AssociativeMemory patched = memory.with(five, 0.5);
        try (Generator same = avatars.with(five, 0.5)) {
            assertThat(patched.spec()).isEqualTo(same.memory("layer5").spec());
        }
        assertThat(patched.spec().generator().fingerprint())
                .isNotEqualTo(memory.spec().generator().fingerprint());
        assertThat(patched.spec().generator().baseFingerprint())
                .isEqualTo(memory.spec().generator().baseFingerprint());
        // The change lies behind the keys: their statistics stay valid.
        assertThat(patched.spec().keysFingerprint()).isEqualTo(memory.spec().keysFingerprint());
        assertThat(patched.with(five, -0.5).spec()).isEqualTo(memory.spec());
    }

    @Test
    void aPatchForAnotherGeneratorIsRefused() {
        Patch foreign = new Patch("f".repeat(64), five.deltas(), Map.of());
        assertThatThrownBy(() -> avatars.with(foreign))
                .isInstanceOf(FingerprintMismatchException.class)
                .hasMessageContaining("ffffffffffff,")
                .hasMessageContaining(avatars.spec().baseFingerprint().substring(0, 12))
                .hasMessageContaining("Load the generator it was made for");
        assertThatThrownBy(() -> avatars.memory("layer5").with(foreign))
                .isInstanceOf(FingerprintMismatchException.class);
    }

    @Test
    void aPatchOfWeightsThatAreNotThereIsRefusedByName() {
        String base = avatars.spec().baseFingerprint();
        INDArray left = Avatars.random(1, 48, 1, 3, 3);
        Patch unknown = new Patch(
                base, List.of(new WeightDelta.LowRank("layer5.conv.wait", left, Avatars.random(2, 1, 96))), Map.of());
        assertThatThrownBy(() -> avatars.with(unknown))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("'layer5.conv.wait'")
                .hasMessageContaining("'layer5.conv.weight'");
        Patch narrow = new Patch(
                base, List.of(new WeightDelta.LowRank("layer5.conv.weight", left, Avatars.random(2, 1, 95))), Map.of());
        assertThatThrownBy(() -> avatars.with(narrow))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("48 x 95 x 3 x 3")
                .hasMessageContaining("48 x 96 x 3 x 3");
    }

    @Test
    void takingOffAPatchThatIsNotInForceIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> avatars.without(five))
                .withMessageContaining("no patch");
        assertThatIllegalArgumentException().isThrownBy(() -> avatars.with(five, Double.NaN));
    }
}
