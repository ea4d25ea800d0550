package io.github.rewrite4j.samediff.memory;

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
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.RewriteCancelledException;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What holds for the memories of every generator. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AssociativeMemoryContract {
    private static final int SAMPLES = 8;

    private Generator generator;

    /** A new generator, closed by this suite. */
    abstract Generator open();

    /** A layer in the middle whose covariance is cheap. */
    abstract String cheapLayer();

    @BeforeAll
    void load() {
        generator = open();
    }

    @AfterAll
    void close() {
        generator.close();
    }

    private void assertRoundTrip(int layers) {
        Inputs inputs = generator.sample(SAMPLES, 5);
        INDArray images = generator.generate(inputs);
        List<Layer> all = generator.layers();
        for (int first = 0; first + layers <= all.size(); first++) {
            AssociativeMemory memory = generator.memory(
                    all.get(first).name(), all.get(first + layers - 1).name());
            Keys keys = memory.keys(inputs);
            Values values = memory.values(keys);
            assertThat(memory.spec().keyShape().matches(keys.tensor().shape())).isTrue();
            assertThat(memory.spec().valueShape().matches(values.tensor().shape()))
                    .isTrue();
            assertThat(keys.size()).isEqualTo(SAMPLES);
            assertThat(values.size()).isEqualTo(SAMPLES);
            assertThat(memory.spec().layers()).hasSize(layers);
            assertThat(memory.form().isPresent()).isEqualTo(layers == 1);
            assertThat(Differences.largest(memory.decode(values), images))
                    .as(memory.spec().name())
                    .isLessThan(1e-5);
        }
    }

    @Test
    void decodingTheValuesOfKeysIsGenerating() {
        assertRoundTrip(1);
    }

    @Test
    void theSameHoldsForTwoLayers() {
        assertRoundTrip(2);
    }

    @Test
    void theSameHoldsForThreeLayersAndForAll() {
        assertRoundTrip(3);
        assertRoundTrip(generator.layers().size());
    }

    @Test
    void theSameHoldsBeyondOneBatchOfTheGraph() {
        Inputs inputs = generator.sample(17, 5);
        AssociativeMemory memory = generator.memory(cheapLayer());
        assertThat(Differences.largest(memory.decode(memory.values(memory.keys(inputs))), generator.generate(inputs)))
                .isLessThan(1e-5);
    }

    @Test
    void laterCallsDoNotChangeEarlierResults() {
        AssociativeMemory memory = generator.memory(cheapLayer());
        Keys keys = memory.keys(generator.sample(3, 5));
        Values values = memory.values(keys);
        INDArray images = memory.decode(values);
        List<INDArray> results = new ArrayList<>(List.of(keys.tensor(), values.tensor(), images));
        results.addAll(keys.side().values());
        results.addAll(values.side().values());
        List<int[]> before = results.stream().map(Differences::bits).toList();
        for (int round = 0; round < 3; round++) {
            Keys others = memory.keys(generator.sample(3, 50 + round));
            memory.decode(memory.values(others));
        }
        for (int i = 0; i < before.size(); i++) {
            assertThat(Differences.bits(results.get(i))).isEqualTo(before.get(i));
        }
        assertThat(Differences.bits(memory.decode(memory.values(keys)))).isEqualTo(before.get(2));
    }

    @Test
    void weightsAreCopiesOfTheNamedShape() {
        for (Layer layer : generator.layers()) {
            AssociativeMemory memory = generator.memory(layer.name());
            assertThat(memory.weights()).containsOnlyKeys(layer.weight());
            INDArray weight = memory.weights().get(layer.weight());
            assertThat(weight.shape())
                    .containsExactly(
                            layer.weightShape().out(),
                            layer.weightShape().in(),
                            layer.weightShape().kernelHeight(),
                            layer.weightShape().kernelWidth());
            weight.muli(0);
            assertThat(Differences.magnitude(memory.weights().get(layer.weight())))
                    .isGreaterThan(0);
        }
    }

    @Test
    void whatIsHandedOutCanBeChangedWithoutHarm() {
        Inputs inputs = generator.sample(2, 5);
        int[] images = Differences.bits(generator.generate(inputs));
        AssociativeMemory memory = generator.memory(cheapLayer());
        int[] decoded = Differences.bits(memory.decode(memory.values(memory.keys(inputs))));
        memory.form().ifPresent(form -> form.bias().addi(1));
        Keys keys = memory.keys(inputs);
        keys.tensor().muli(2);
        keys.side().values().forEach(array -> array.muli(2));
        int[] weight =
                Differences.bits(memory.weights().get(memory.spec().first().weight()));
        memory.weights().values().forEach(array -> array.muli(2));
        assertThat(Differences.bits(memory.weights().get(memory.spec().first().weight())))
                .isEqualTo(weight);
        assertThat(Differences.bits(memory.decode(memory.values(memory.keys(inputs)))))
                .isEqualTo(decoded);
        assertThat(Differences.bits(generator.generate(inputs))).isEqualTo(images);
    }

    @Test
    void aPatchedMemoryDrawsWhatThePatchedGeneratorDraws() {
        Inputs inputs = generator.sample(3, 5);
        for (Layer layer : generator.layers()) {
            Patch patch = Avatars.patch(generator, layer.name(), layer.index());
            AssociativeMemory memory = generator.memory(layer.name());
            Keys keys = memory.keys(inputs);
            INDArray before = memory.decode(memory.values(keys));
            AssociativeMemory patched = memory.with(patch, 0.5);
            INDArray after = patched.decode(patched.values(keys));
            try (Generator whole = generator.with(patch, 0.5)) {
                assertThat(Differences.largest(after, whole.generate(inputs))).isLessThan(1e-5);
            }
            assertThat(Differences.largest(after, before)).isGreaterThan(1e-3);
            assertThat(Differences.bits(memory.decode(memory.values(keys)))).isEqualTo(Differences.bits(before));
        }
    }

    @Test
    void aMemoryOfSeveralLayersTakesPatchesOfEach() {
        List<Layer> layers = generator.layers();
        AssociativeMemory memory =
                generator.memory(layers.get(1).name(), layers.get(3).name());
        Inputs inputs = generator.sample(2, 5);
        for (int i = 1; i <= 3; i++) {
            Patch patch = Avatars.patch(generator, layers.get(i).name(), i);
            AssociativeMemory patched = memory.with(patch);
            try (Generator whole = generator.with(patch)) {
                assertThat(Differences.largest(
                                patched.decode(patched.values(memory.keys(inputs))), whole.generate(inputs)))
                        .isLessThan(1e-5);
            }
        }
        assertThatThrownBy(
                        () -> memory.with(Avatars.patch(generator, layers.get(0).name(), 1)))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining(layers.get(0).weight())
                .hasMessageContaining(memory.spec().name());
    }

    @Test
    void withoutPatchesItIsTheMemoryOfTheGeneratorAsItWas() {
        List<Layer> layers = generator.layers();
        Patch before = Avatars.patch(generator, layers.get(0).name(), 5);
        Patch at = Avatars.patch(generator, layers.get(1).name(), 6);
        AssociativeMemory plain = generator.memory(layers.get(1).name());
        try (Generator patched = generator.with(before);
                Inputs inputs = generator.sample(2, 7)) {
            AssociativeMemory memory = patched.memory(layers.get(1).name()).with(at, 0.5);
            assertThat(memory.spec().patches()).containsExactly(new AppliedPatch(before, 1), new AppliedPatch(at, 0.5));
            AssociativeMemory unpatched = memory.unpatched();
            assertThat(unpatched.spec()).isEqualTo(plain.spec());
            assertThat(unpatched.weights()).isEqualTo(plain.weights());
            INDArray drawn = unpatched.decode(unpatched.values(unpatched.keys(inputs)));
            assertThat(drawn).isEqualTo(plain.decode(plain.values(plain.keys(inputs))));
            assertThat(drawn).isNotEqualTo(memory.decode(memory.values(memory.keys(inputs))));
        }
    }

    @Test
    void wrongShapesAreRefusedByOperand() {
        AssociativeMemory memory = generator.memory(cheapLayer());
        Keys keys = memory.keys(generator.sample(2, 5));
        Values values = memory.values(keys);
        INDArray one = keys.tensor().get(NDArrayIndex.interval(0, 1)).dup();
        assertThatThrownBy(() -> memory.values(keys.withTensor(Avatars.random(1, 2, 3, 4, 5))))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("keys")
                .hasMessageContaining("[2, 3, 4, 5]");
        assertThatThrownBy(() -> memory.decode(values.withTensor(Avatars.random(1, 2, 3))))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("values")
                .hasMessageContaining("[2, 3]");
        assertThatThrownBy(() -> memory.values(keys.withTensor(one)))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("side tensor '")
                .hasMessageContaining("keys");
        assertThatThrownBy(() -> memory.values(new Keys(keys.tensor(), Map.of())))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("missing");
        WeightDelta delta = Avatars.patch(generator, cheapLayer(), 1).deltas().get(0);
        INDArray small = delta.toDense().get(NDArrayIndex.interval(0, 2)).dup();
        Patch wrong = new Patch(
                generator.spec().baseFingerprint(), List.of(new WeightDelta.Dense(delta.weight(), small)), Map.of());
        assertThatThrownBy(() -> memory.with(wrong))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining(delta.weight())
                .hasMessageContaining("2 x ");
    }

    @Test
    void theStreamedCovarianceIsTheMeanOfOuterProducts() {
        AssociativeMemory memory = generator.memory(cheapLayer());
        int samples = 20;
        KeyCovariance streamed = memory.covariance(samples, 9, RewriteListener.SILENT);
        INDArray keys = memory.keys(generator.sample(samples, 9)).tensor().castTo(DataType.DOUBLE);
        int channels = memory.spec().keyShape().channels();
        int cells = memory.spec().keyShape().cells();
        double[] all = keys.dup('c').data().asDouble();
        double[] expected = new double[channels * channels];
        for (int n = 0; n < samples; n++) {
            for (int a = 0; a < channels; a++) {
                for (int b = 0; b < channels; b++) {
                    double sum = 0;
                    for (int p = 0; p < cells; p++) {
                        sum += all[(n * channels + a) * cells + p] * all[(n * channels + b) * cells + p];
                    }
                    expected[a * channels + b] += sum / ((double) samples * cells);
                }
            }
        }
        assertThat(streamed.count()).isEqualTo((long) samples * cells);
        double[] actual = streamed.matrix().dup('c').data().asDouble();
        double largest = 0;
        for (int a = 0; a < channels; a++) {
            largest = Math.max(largest, expected[a * channels + a]);
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-6 * largest));
        }
    }

    @Test
    void whatAMemoryGaveCanBeClosedInAnyOrderAndTwice() {
        AssociativeMemory memory = generator.memory(cheapLayer());
        Inputs inputs = generator.sample(3, 9);
        Map<String, INDArray> before = new TreeMap<>(memory.weights());
        INDArray expected = generator.generate(inputs);
        for (boolean keysFirst : new boolean[] {true, false}) {
            Keys keys = memory.keys(inputs);
            Values values = memory.values(keys);
            INDArray image = memory.decode(values);
            (keysFirst ? List.<AutoCloseable>of(keys, values, keys) : List.<AutoCloseable>of(values, keys, values))
                    .forEach(AssociativeMemoryContract::close);
            assertThat(keys.tensor().wasClosed()).isTrue();
            assertThat(values.tensor().wasClosed()).isTrue();
            assertThat(Differences.largest(image, expected)).isLessThan(1e-5);
        }
        assertThat(Differences.largest(generator.generate(inputs), expected)).isZero();
        memory.weights().forEach((name, weight) -> assertThat(weight).isEqualTo(before.get(name)));
        inputs.close();
        inputs.close();
        assertThat(inputs.arrays().values()).allMatch(INDArray::wasClosed);
    }

    private static void close(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception failure) {
            throw new AssertionError(failure);
        }
    }

    @Test
    void covariancesDependOnSeedAndSamplesAlone() {
        AssociativeMemory memory = generator.memory(cheapLayer());
        INDArray matrix = memory.covariance(6, 9, RewriteListener.SILENT).matrix();
        INDArray again = memory.covariance(6, 9, RewriteListener.SILENT).matrix();
        INDArray seed = memory.covariance(6, 10, RewriteListener.SILENT).matrix();
        INDArray more = memory.covariance(7, 9, RewriteListener.SILENT).matrix();
        assertThat(Differences.largest(matrix, again)).isZero();
        assertThat(Differences.largest(matrix, seed)).isGreaterThan(0);
        assertThat(Differences.largest(matrix, more)).isGreaterThan(0);
        assertThatIllegalArgumentException().isThrownBy(() -> memory.covariance(0, 1, RewriteListener.SILENT));
    }

    @Test
    void aCovarianceCanBeCancelledInTheMiddle() {
        AssociativeMemory memory = generator.memory(cheapLayer());
        AtomicInteger heard = new AtomicInteger();
        assertThatThrownBy(() -> memory.covariance(64, 9, progress -> {
                    heard.incrementAndGet();
                    assertThat(progress.total()).isEqualTo(64);
                    return progress.step() < 32;
                }))
                .isInstanceOf(RewriteCancelledException.class);
        assertThat(heard.get()).isEqualTo(3);
    }

    @Test
    void aWrongOrderOfLayersIsRefused() {
        List<Layer> layers = generator.layers();
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        generator.memory(layers.get(2).name(), layers.get(1).name()));
    }
}
