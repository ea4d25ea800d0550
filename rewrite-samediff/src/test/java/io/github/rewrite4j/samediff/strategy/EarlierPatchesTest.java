package io.github.rewrite4j.samediff.strategy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EarlierPatchesTest {
    private static final int PLANE = 64 * 64;
    private static final List<Sample> SAMPLES = Sample.range(1, 0, 18);

    private static Generator avatars;

    @BeforeAll
    static void load() {
        avatars = Avatars.load();
    }

    @AfterAll
    static void close() {
        avatars.close();
    }

    private static float[] images(Generator generator) {
        return HostArrays.of(generator.generate(generator.sampler().at(SAMPLES)));
    }

    @Test
    void aGeneratorWithoutPatchesHasNothingToProtect() {
        assertThat(EarlierPatches.of(avatars.memory("layer5"), SAMPLES, images(avatars), 3, RewriteListener.SILENT))
                .isEmpty();
    }

    /** The patch lies outside of the memory, where the memory itself could not take it off. */
    @Test
    void whatAPatchDrawsWeighsAsMuchAsItIsGivenWhereTheNewRuleDoesNot() {
        Patch patch = Avatars.patch(avatars, "layer3", 1);
        float[] before = images(avatars);
        try (Generator patched = avatars.with(patch, 4)) {
            float[] after = images(patched);
            EarlierPatches earlier = EarlierPatches.of(
                            patched.memory("layer5"), SAMPLES, after, 3, RewriteListener.SILENT)
                    .orElseThrow();
            boolean[] mask = new boolean[PLANE];
            for (int p = 0; p < PLANE / 2; p++) {
                mask[p] = true;
            }
            int sample = 17;
            float[] weights = new float[2 * 3 * PLANE];
            earlier.addWeights(sample, mask, 0.75, weights, 1);
            double sum = 0;
            for (int i = 0; i < 3 * PLANE; i++) {
                assertThat(weights[i]).isZero();
            }
            for (int p = 0; p < PLANE; p++) {
                boolean drawn = false;
                for (int c = 0; c < 3; c++) {
                    int at = (sample * 3 + c) * PLANE + p;
                    drawn |= Math.abs(after[at] - before[at]) > PatchInterplay.VISIBLE + 1e-4;
                    sum += weights[(3 + c) * PLANE + p];
                }
                if (drawn && !mask[p]) {
                    assertThat(weights[3 * PLANE + p]).isPositive();
                }
                if (mask[p]) {
                    assertThat(weights[3 * PLANE + p]).isZero();
                }
            }
            assertThat(sum).isCloseTo(0.75, within(1e-5));
        }
    }
}
