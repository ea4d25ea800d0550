package io.github.rewrite4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.AppliedPatch;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.Layer;
import io.github.rewrite4j.LayerForm;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What holds for memories: keys, values and images of a cut belong together, and nothing that is handed out is a view.
 * Memories that offer {@link io.github.rewrite4j.Trainable} are held to finite differences as well.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class AssociativeMemoryContract {
    private static final double EXACT = 1e-5;

    private Generator generator;
    private AssociativeMemory memory;
    private Inputs inputs;

    /** A new generator, closed by this suite. */
    protected abstract Generator open();

    /** A layer whose covariance is cheap. */
    protected abstract String layer();

    @BeforeAll
    final void load() {
        generator = open();
        memory = generator.memory(layer());
        inputs = generator.sample(3, 5);
    }

    @AfterAll
    final void unload() {
        generator.close();
    }

    private static double tolerance(INDArray images) {
        return EXACT * Math.max(1, Differences.magnitude(images));
    }

    private void assertRoundTrip(AssociativeMemory of, int samples) {
        Inputs drawn = generator.sample(samples, 5);
        Keys keys = of.keys(drawn);
        Values values = of.values(keys);
        assertThat(of.spec().keyShape().matches(keys.tensor().shape())).isTrue();
        assertThat(of.spec().valueShape().matches(values.tensor().shape())).isTrue();
        assertThat(keys.size()).isEqualTo(samples);
        assertThat(values.size()).isEqualTo(samples);
        INDArray images = generator.generate(drawn);
        assertThat(Differences.largest(of.decode(values), images))
                .as(of.spec().name())
                .isLessThan(tolerance(images));
    }

    @Test
    final void nullIsRefusedByName() {
        Nulls.refused("keys(inputs)", () -> memory.keys(Nulls.none()));
        Nulls.refused("values(keys)", () -> memory.values(Nulls.none()));
        Nulls.refused("decode(values)", () -> memory.decode(Nulls.none()));
        Nulls.refused("with(patch, strength)", () -> memory.with(Nulls.none(), 0.5));
    }

    @Test
    final void decodingTheValuesOfKeysIsGenerating() {
        assertRoundTrip(memory, 1);
        assertRoundTrip(memory, 17);
    }

    @Test
    final void theSameHoldsForLayersTogether() {
        List<Layer> layers = generator.layers();
        if (layers.size() > 1) {
            AssociativeMemory all = generator.memory(
                    layers.get(0).name(), layers.get(layers.size() - 1).name());
            assertThat(all.spec().layers()).isEqualTo(layers);
            assertThat(all.weights()).hasSameSizeAs(layers);
            assertThat(all.form()).isEmpty();
            assertRoundTrip(all, 2);
        }
    }

    @Test
    final void laterCallsDoNotChangeEarlierResults() {
        Keys keys = memory.keys(inputs);
        Values values = memory.values(keys);
        INDArray images = memory.decode(values);
        List<INDArray> results = List.of(keys.tensor(), values.tensor(), images);
        List<long[]> before = results.stream().map(Differences::bits).toList();
        for (int round = 0; round < 2; round++) {
            memory.decode(memory.values(memory.keys(generator.sample(3, 50 + round))));
        }
        for (int i = 0; i < before.size(); i++) {
            assertThat(Differences.bits(results.get(i))).isEqualTo(before.get(i));
        }
        assertThat(Differences.bits(memory.decode(memory.values(keys)))).isEqualTo(before.get(2));
    }

    @Test
    final void weightsAreCopiesOfTheNamedShape() {
        Layer layer = memory.spec().first();
        assertThat(memory.weights()).containsOnlyKeys(layer.weight());
        INDArray weight = Objects.requireNonNull(memory.weights().get(layer.weight()));
        assertThat(weight.shape())
                .containsExactly(
                        layer.weightShape().out(),
                        layer.weightShape().in(),
                        layer.weightShape().kernelHeight(),
                        layer.weightShape().kernelWidth());
        weight.muli(0);
        assertThat(Differences.magnitude(Objects.requireNonNull(memory.weights().get(layer.weight()))))
                .isPositive();
    }

    @Test
    final void whatIsHandedOutCanBeChangedWithoutHarm() {
        INDArray decoded = memory.decode(memory.values(memory.keys(inputs)));
        long[] before = Differences.bits(decoded);
        Keys keys = memory.keys(inputs);
        Values values = memory.values(keys);
        keys.tensor().muli(2);
        keys.side().values().forEach(array -> array.muli(2));
        values.tensor().muli(3);
        memory.form().ifPresent(form -> form.bias().addi(1));
        assertThat(Differences.bits(memory.decode(memory.values(memory.keys(inputs)))))
                .isEqualTo(before);
    }

    @Test
    final void aPatchedMemoryDrawsWhatThePatchedGeneratorDraws() {
        Patch patch = RandomPatches.of(generator, memory.spec().first(), 1);
        Keys keys = memory.keys(inputs);
        INDArray before = memory.decode(memory.values(keys));
        AssociativeMemory patched = memory.with(patch, 0.5);
        INDArray after = patched.decode(patched.values(keys));
        try (Generator whole = generator.with(patch, 0.5)) {
            assertThat(Differences.largest(after, whole.generate(inputs))).isLessThan(tolerance(before));
            assertThat(patched.spec().generator()).isEqualTo(whole.spec());
        }
        assertThat(Differences.largest(after, before)).isPositive();
        assertThat(Differences.bits(memory.decode(memory.values(keys)))).isEqualTo(Differences.bits(before));
        assertThat(patched.spec().patches()).containsExactly(new AppliedPatch(patch, 0.5));
        AssociativeMemory bare = patched.unpatched();
        assertThat(bare.spec()).isEqualTo(memory.spec());
        assertThat(Differences.bits(bare.decode(bare.values(keys)))).isEqualTo(Differences.bits(before));
    }

    @Test
    final void aPatchOfAnotherLayerIsRefusedByName() {
        for (Layer layer : generator.layers()) {
            if (!layer.name().equals(layer())) {
                Patch patch = RandomPatches.of(generator, layer, 1);
                assertThatThrownBy(() -> memory.with(patch))
                        .isInstanceOf(RewriteException.class)
                        .hasMessageContaining(layer.weight());
                return;
            }
        }
    }

    @Test
    final void wrongShapesAreRefusedByOperand() {
        Keys keys = memory.keys(inputs);
        Values values = memory.values(keys);
        assertThatThrownBy(() -> memory.values(keys.withTensor(RandomPatches.random(1, 3, 2, 3, 5, 1))))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("keys");
        assertThatThrownBy(() -> memory.decode(values.withTensor(RandomPatches.random(1, 3, 2))))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("values");
        WeightDelta delta =
                RandomPatches.of(generator, memory.spec().first(), 1).deltas().get(0);
        INDArray large = RandomPatches.random(
                1,
                delta.shape().out() + 1,
                delta.shape().in(),
                delta.shape().kernelHeight(),
                delta.shape().kernelWidth());
        Patch wrong = new Patch(
                generator.spec().baseFingerprint(), List.of(new WeightDelta.Dense(delta.weight(), large)), Map.of());
        assertThatThrownBy(() -> memory.with(wrong))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining(delta.weight());
    }

    @Test
    final void theStreamedCovarianceIsTheMeanOfOuterProducts() {
        int samples = 6;
        KeyCovariance streamed = memory.covariance(samples, 9, ProgressListener.SILENT);
        double[] all =
                Differences.doubles(memory.keys(generator.sample(samples, 9)).tensor());
        int channels = memory.spec().keyShape().channels();
        int cells = memory.spec().keyShape().cells();
        assertThat(streamed.dimension()).isEqualTo(channels);
        assertThat(streamed.count()).isEqualTo((long) samples * cells);
        double[] actual = Differences.doubles(streamed.matrix());
        double largest = 0;
        for (int a = 0; a < channels; a++) {
            largest = Math.max(largest, actual[a * channels + a]);
        }
        for (int a = 0; a < channels; a++) {
            for (int b = 0; b < channels; b++) {
                double sum = 0;
                for (int n = 0; n < samples; n++) {
                    for (int p = 0; p < cells; p++) {
                        sum += all[(n * channels + a) * cells + p] * all[(n * channels + b) * cells + p];
                    }
                }
                assertThat(actual[a * channels + b])
                        .isCloseTo(sum / ((double) samples * cells), within(1e-6 * largest));
            }
        }
    }

    @Test
    final void covariancesDependOnSeedAndSamplesAloneAndCanBeCancelled() {
        INDArray matrix = memory.covariance(6, 9, ProgressListener.SILENT).matrix();
        assertThat(Differences.largest(
                        matrix, memory.covariance(6, 9, ProgressListener.SILENT).matrix()))
                .isZero();
        assertThat(Differences.largest(
                        matrix,
                        memory.covariance(6, 10, ProgressListener.SILENT).matrix()))
                .isPositive();
        assertThatIllegalArgumentException().isThrownBy(() -> memory.covariance(0, 1, ProgressListener.SILENT));
        assertThatThrownBy(() -> memory.covariance(64, 9, progress -> false))
                .isInstanceOf(RewriteCancelledException.class);
    }

    @Test
    final void whatAMemoryGaveCanBeClosedInAnyOrderAndTwice() {
        Map<String, INDArray> before = new TreeMap<>(memory.weights());
        INDArray expected = generator.generate(inputs);
        for (boolean keysFirst : new boolean[] {true, false}) {
            Keys keys = memory.keys(inputs);
            Values values = memory.values(keys);
            INDArray image = memory.decode(values);
            if (keysFirst) {
                keys.close();
            }
            values.close();
            keys.close();
            values.close();
            assertThat(Differences.largest(image, expected)).isLessThan(tolerance(expected));
        }
        assertThat(Differences.largest(generator.generate(inputs), expected)).isZero();
        memory.weights().forEach((name, weight) -> assertThat(weight).isEqualTo(before.get(name)));
    }

    @Test
    final void theSolvableFormIsACapability() {
        assertThat(memory.capability(LayerForm.class).isPresent())
                .isEqualTo(memory.form().isPresent());
        memory.form().ifPresent(form -> assertThat(form.weight())
                .isEqualTo(memory.spec().first().weight()));
        assertThat(memory.capability(AssociativeMemory.class)).isPresent();
        assertThat(memory.capability(Thread.class)).isEmpty();
    }

    @Test
    final void gradientsAreThoseOfDifferencesWhereTheyAreOffered() {
        Gradients.check(memory, inputs);
    }
}
