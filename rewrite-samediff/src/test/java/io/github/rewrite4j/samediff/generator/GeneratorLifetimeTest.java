package io.github.rewrite4j.samediff.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class GeneratorLifetimeTest {
    @Test
    void useAfterCloseIsAnIllegalState() {
        Generator avatars = Avatars.load();
        Inputs inputs = avatars.sample(1, 1);
        Patch patch = Avatars.patch(avatars, "layer5", 1);
        AssociativeMemory memory = avatars.memory("layer5");
        Keys keys = memory.keys(inputs);
        Values values = memory.values(keys);
        avatars.close();
        avatars.close();
        assertThatIllegalStateException()
                .isThrownBy(() -> avatars.generate(inputs))
                .withMessageContaining("closed");
        assertThatIllegalStateException().isThrownBy(() -> avatars.with(patch));
        assertThatIllegalStateException().isThrownBy(() -> avatars.withSampler(avatars.sampler()));
        assertThatIllegalStateException().isThrownBy(() -> avatars.memory("layer5"));
        assertThatIllegalStateException().isThrownBy(() -> memory.keys(inputs));
        assertThatIllegalStateException().isThrownBy(() -> memory.values(keys));
        assertThatIllegalStateException().isThrownBy(() -> memory.decode(values));
        assertThatIllegalStateException().isThrownBy(memory::weights);
        assertThatIllegalStateException().isThrownBy(() -> memory.with(patch));
        assertThatIllegalStateException().isThrownBy(() -> memory.covariance(2, 1, RewriteListener.SILENT));
        assertThat(avatars.layers()).hasSize(9);
    }

    @Test
    void aDerivedGeneratorOutlivesItsBase() {
        Generator avatars = Avatars.load();
        Inputs inputs = avatars.sample(2, 1);
        Patch patch = Avatars.patch(avatars, "layer5", 1);
        try (Generator patched = avatars.with(patch);
                Generator plain = StyleGan2.truncated(avatars, 1)) {
            int[] patchedImages = Differences.bits(patched.generate(inputs));
            int[] images = Differences.bits(avatars.generate(inputs));
            avatars.close();
            assertThat(Differences.bits(patched.generate(inputs))).isEqualTo(patchedImages);
            assertThat(Differences.bits(plain.generate(inputs))).isEqualTo(images);
            try (Generator restored = patched.without(patch)) {
                assertThat(Differences.bits(restored.generate(inputs))).isEqualTo(images);
            }
        }
    }

    @Test
    void theBaseOutlivesItsDerivedGenerators() {
        try (Generator avatars = Avatars.load()) {
            Inputs inputs = avatars.sample(2, 1);
            int[] images = Differences.bits(avatars.generate(inputs));
            Generator patched = avatars.with(Avatars.patch(avatars, "layer5", 1));
            AssociativeMemory memory = patched.memory("layer3");
            patched.generate(inputs);
            patched.close();
            assertThat(Differences.bits(avatars.generate(inputs))).isEqualTo(images);
            assertThat(avatars.memory("layer3").keys(inputs).tensor().shape()).containsExactly(2, 128, 8, 8);
            assertThatIllegalStateException().isThrownBy(() -> memory.keys(inputs));
        }
    }

    @Test
    void closingWaitsForTheCallInProgress() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            // On a busy machine a call may come after the closing: such a round says nothing and is done again.
            for (int round = 0, inProgress = 0; inProgress < 3; round++) {
                assertThat(round).isLessThan(50);
                Generator avatars = Avatars.load();
                Inputs inputs = avatars.sample(24, round);
                int[] expected = Differences.bits(avatars.generate(inputs));
                CountDownLatch started = new CountDownLatch(1);
                Future<Optional<INDArray>> images = threads.submit(() -> {
                    started.countDown();
                    try {
                        return Optional.of(avatars.generate(inputs));
                    } catch (IllegalStateException cameLate) {
                        return Optional.empty();
                    }
                });
                started.await();
                Thread.sleep(15L * (round % 3) + 5);
                avatars.close();
                Optional<INDArray> drawn = images.get();
                if (drawn.isPresent()) {
                    inProgress++;
                    assertThat(Differences.bits(drawn.get())).isEqualTo(expected);
                }
                assertThatThrownBy(() -> avatars.generate(inputs)).isInstanceOf(IllegalStateException.class);
            }
        } finally {
            threads.shutdown();
        }
    }
}
