package io.github.rewrite4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.FingerprintMismatchException;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.UnknownLayerException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What holds for generators: an immutable view of weights that patches change in copies alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class GeneratorContract {
    /** Of the largest number of an image. */
    private static final double EXACT = 1e-5;

    private static final double BATCHES = 1e-4;

    private Generator generator;

    /** A new generator without patches, closed by this suite; all of them are equal. */
    protected abstract Generator open();

    @BeforeAll
    final void load() {
        generator = open();
    }

    @AfterAll
    final void unload() {
        generator.close();
    }

    private static double tolerance(INDArray images, double share) {
        return share * Math.max(1, Differences.magnitude(images));
    }

    private Layer anyLayer() {
        List<Layer> layers = generator.layers();
        assumeFalse(layers.isEmpty(), "no layer can be rewritten");
        return layers.get(layers.size() / 2);
    }

    @Test
    final void nullIsRefusedByName() {
        Nulls.refused("generate(inputs)", () -> generator.generate(Nulls.none()));
        Nulls.refused("memory(layer)", () -> generator.memory(Nulls.none()));
        Nulls.refused("withSampler(sampler)", () -> generator.withSampler(Nulls.none()));
        Nulls.refused("with(patch)", () -> generator.with(Nulls.<Patch>none()));
        Nulls.refused("with(patch, strength)", () -> generator.with(Nulls.none(), 0.5));
        Nulls.refused("without(patch)", () -> generator.without(Nulls.none()));
    }

    @Test
    final void imagesHaveTheShapeThatTheSpecNames() {
        INDArray images = generator.generate(generator.sample(3, 1));
        assertThat(images.shape())
                .containsExactly(
                        3,
                        generator.spec().imageChannels(),
                        generator.spec().imageHeight(),
                        generator.spec().imageWidth());
        assertThat(Differences.magnitude(images)).isBetween(1e-6, 1e6);
        assertThat(generator.spec().architecture()).isNotBlank();
        assertThat(generator.spec().fingerprint()).matches("[0-9a-f]{64}");
        assertThat(generator.spec().baseFingerprint())
                .isEqualTo(generator.spec().fingerprint());
        assertThat(generator.spec().parameters()).isPositive();
        assertThat(generator.patches()).isEmpty();
    }

    @Test
    final void theSameInputsGiveTheSameBitsAndAreNotChanged() {
        Inputs inputs = generator.sample(2, 5);
        long[] before = Differences.bits(inputs);
        long[] images = Differences.bits(generator.generate(inputs));
        assertThat(Differences.bits(generator.generate(inputs))).isEqualTo(images);
        assertThat(Differences.bits(inputs)).isEqualTo(before);
        assertThat(Differences.bits(generator.sample(2, 5))).isEqualTo(before);
        try (Generator other = open()) {
            assertThat(other.spec()).isEqualTo(generator.spec());
            assertThat(Differences.bits(other.generate(inputs))).isEqualTo(images);
        }
    }

    @Test
    final void anImageDoesNotDependOnItsBatch() {
        INDArray together = generator.generate(generator.sample(3, 5));
        for (int sample = 0; sample < 3; sample++) {
            INDArray alone = generator.generate(generator.sample(3, 5).slice(sample, sample + 1));
            assertThat(Differences.largest(alone, Differences.row(together, sample)))
                    .isLessThan(tolerance(together, BATCHES));
        }
    }

    @Test
    final void anImageThatWasGivenAwayCanBeChanged() {
        Inputs inputs = generator.sample(1, 6);
        INDArray image = generator.generate(inputs);
        long[] before = Differences.bits(image);
        image.muli(0);
        assertThat(Differences.bits(generator.generate(inputs))).isEqualTo(before);
    }

    @Test
    final void layersAreNumberedAndNamedApart() {
        List<Layer> layers = generator.layers();
        for (int i = 0; i < layers.size(); i++) {
            assertThat(layers.get(i).index()).isEqualTo(i);
        }
        assertThat(layers).extracting(Layer::name).doesNotHaveDuplicates();
        assertThat(layers).extracting(Layer::weight).doesNotHaveDuplicates();
        // A generator that cannot be cut anywhere says so in place of near names.
        assertThatThrownBy(() -> generator.memory("no such layer"))
                .isInstanceOf(layers.isEmpty() ? RewriteException.class : UnknownLayerException.class);
        if (layers.size() > 1) {
            String first = layers.get(0).name();
            String last = layers.get(1).name();
            assertThatIllegalArgumentException().isThrownBy(() -> generator.memory(last, first));
        }
    }

    @Test
    final void everyLayerIsAMemoryThatDrawsTheSameImages() {
        Inputs inputs = generator.sample(2, 7);
        INDArray images = generator.generate(inputs);
        for (Layer layer : generator.layers()) {
            AssociativeMemory memory = generator.memory(layer.name());
            assertThat(memory.spec().layers()).containsExactly(layer);
            assertThat(memory.spec().generator()).isEqualTo(generator.spec());
            assertThat(Differences.largest(memory.decode(memory.values(memory.keys(inputs))), images))
                    .as(layer.name())
                    .isLessThan(tolerance(images, EXACT));
        }
    }

    @Test
    final void aPatchChangesACopyAndComesOffBitForBit() {
        Layer layer = anyLayer();
        Patch patch = RandomPatches.of(generator, layer, 1);
        Inputs inputs = generator.sample(2, 8);
        long[] before = Differences.bits(generator.generate(inputs));
        try (Generator patched = generator.with(patch);
                Generator bare = patched.without(patch)) {
            assertThat(Differences.bits(patched.generate(inputs))).isNotEqualTo(before);
            assertThat(patched.patches()).hasSize(1);
            assertThat(patched.spec().fingerprint())
                    .isNotEqualTo(generator.spec().fingerprint());
            assertThat(patched.spec().baseFingerprint())
                    .isEqualTo(generator.spec().baseFingerprint());
            assertThat(Differences.bits(bare.generate(inputs))).isEqualTo(before);
            assertThat(bare.spec()).isEqualTo(generator.spec());
            assertThat(bare.patches()).isEmpty();
            assertThatIllegalArgumentException().isThrownBy(() -> bare.without(patch));
        }
        assertThat(Differences.bits(generator.generate(inputs))).isEqualTo(before);
    }

    @Test
    final void strengthsAddAndTheOrderOfPatchesDoesNotMatter() {
        Layer layer = anyLayer();
        Patch one = RandomPatches.of(generator, layer, 1);
        Patch other = RandomPatches.of(generator, layer, 3);
        Inputs inputs = generator.sample(2, 9);
        try (Generator half = generator.with(one, 0.5);
                Generator twice = half.with(one, 0.5);
                Generator whole = generator.with(one)) {
            INDArray expected = whole.generate(inputs);
            assertThat(Differences.largest(twice.generate(inputs), expected)).isLessThan(tolerance(expected, EXACT));
            assertThat(Differences.largest(half.generate(inputs), expected)).isPositive();
        }
        try (Generator first = generator.with(one, 0.7);
                Generator both = first.with(other);
                Generator second = generator.with(other);
                Generator reversed = second.with(one, 0.7)) {
            INDArray expected = both.generate(inputs);
            assertThat(Differences.largest(reversed.generate(inputs), expected)).isLessThan(tolerance(expected, EXACT));
            assertThat(reversed.spec().fingerprint()).isEqualTo(both.spec().fingerprint());
        }
    }

    @Test
    final void aPatchOfAnotherGeneratorIsRefused() {
        Patch mine = RandomPatches.of(generator, anyLayer(), 1);
        Patch foreign = new Patch("0".repeat(64), mine.deltas(), mine.notes());
        assertThatThrownBy(() -> generator.with(foreign)).isInstanceOf(FingerprintMismatchException.class);
    }

    @Test
    final void eachIsClosedOnItsOwn() {
        Patch patch = RandomPatches.of(generator, anyLayer(), 1);
        Inputs inputs = generator.sample(1, 5);
        Generator source = open();
        try (Generator patched = source.with(patch)) {
            long[] before = Differences.bits(patched.generate(inputs));
            source.close();
            source.close();
            assertThat(Differences.bits(patched.generate(inputs))).isEqualTo(before);
        }
        assertThatThrownBy(() -> source.generate(inputs)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    final void anotherSamplerIsAnotherView() {
        try (Generator other = generator.withSampler(generator.sampler())) {
            assertThat(other.spec()).isEqualTo(generator.spec());
            assertThat(other.sampler().id()).isEqualTo(generator.sampler().id());
        }
        assertThat(generator.generate(generator.sample(1, 1)).size(0)).isEqualTo(1);
    }

    @Test
    final void twoThreadsDrawWhatOneDraws() throws Exception {
        Inputs inputs = generator.sample(2, 11);
        long[] expected = Differences.bits(generator.generate(inputs));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            Callable<long[]> draw = () -> Differences.bits(generator.generate(inputs));
            List<Future<long[]>> drawn = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                drawn.add(threads.submit(draw));
            }
            for (Future<long[]> result : drawn) {
                assertThat(result.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    final void itOffersItselfAsACapability() {
        assertThat(generator.capability(Generator.class)).isPresent();
        assertThat(generator.capability(Thread.class)).isEmpty();
    }
}
