package io.github.rewrite4j.samediff.generator.style;

import static io.github.rewrite4j.samediff.Differences.largest;
import static io.github.rewrite4j.samediff.Differences.magnitude;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.Differences;
import io.github.rewrite4j.samediff.engine.kernel.NativeFloats;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.graph.internal.GraphCut;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.graph.internal.Shortcut;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The quick forward pass beside the graph that it stands for. */
class StyledPlanTest {
    private static final double CLOSE = 1e-4;

    private static RandomStyledNetwork.Made made;
    private static SameDiff graph;
    private static Program session;
    private static Shortcut shortcut;

    @BeforeAll
    static void build() {
        Backend.require();
        assumeThat(NativeFloats.onHost()).isTrue();
        made = RandomStyledNetwork.of(1);
        graph = new StyledGraph(made.network()).build();
        session = Program.bySession(graph);
        shortcut = StyledShortcut.of(made.network(), Optional.empty());
    }

    private static Map<String, INDArray> feeds(int samples) {
        Map<String, INDArray> feeds = new HashMap<>(made.weights());
        feeds.put(LatentSampler.LATENT, Avatars.random(samples, samples, RandomStyledNetwork.INPUT));
        feeds.put(LatentSampler.LABEL, Avatars.random(7, samples, RandomStyledNetwork.CLASSES));
        feeds.put(LatentSampler.TRUNCATION, Avatars.random(9, samples, 1));
        int places = made.network().places();
        feeds.put(
                LatentSampler.OFFSETS,
                Avatars.random(11, samples, places, made.network().latent()).mul(0.3));
        return feeds;
    }

    /** Everything that is known by name. */
    private static List<String> all() {
        List<String> all = new ArrayList<>(List.of(StyledGraph.STYLE, StyledGraph.OUTPUT));
        for (StyledLayer layer : made.network().layers()) {
            String name = layer.name();
            all.addAll(List.of(
                    ModulatedLayers.key(name),
                    ModulatedLayers.value(name),
                    ModulatedLayers.modulation(name),
                    ModulatedLayers.demodulation(name),
                    ModulatedLayers.styleEnergy(name)));
            layer.noise().ifPresent(noise -> all.add(ModulatedLayers.noise(name)));
            layer.toRgb().ifPresent(rgb -> {
                all.add(ModulatedLayers.modulation(rgb.name()));
                rgb.enlarge().ifPresent(kernel -> all.add(ModulatedLayers.enlarged(rgb.name())));
            });
        }
        all.addAll(List.of("rgb", "rgbs"));
        return all;
    }

    private static Map<String, INDArray> quick(Map<String, INDArray> feeds, List<String> outputs) {
        Map<String, INDArray> results = new LinkedHashMap<>();
        boolean known = shortcut.run(feeds, outputs, (name, array) -> results.put(name, array.dup('c')));
        assertThat(known).as("%s", outputs).isTrue();
        assertThat(results.keySet()).containsExactlyInAnyOrderElementsOf(outputs);
        return results;
    }

    private static void assertClose(Map<String, INDArray> actual, Map<String, INDArray> expected) {
        expected.forEach((name, array) ->
                assertThat(largest(actual.get(name), array)).as(name).isLessThanOrEqualTo(CLOSE * magnitude(array)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 17})
    void everythingIsWhatTheGraphGives(int samples) {
        Map<String, INDArray> feeds = feeds(samples);
        Map<String, INDArray> expected = session.run(feeds, all());
        assertClose(quick(feeds, all()), expected);
        if (samples == 1) {
            for (String output : all()) {
                assertClose(quick(feeds, List.of(output)), Map.of(output, expected.get(output)));
            }
        }
    }

    @Test
    void samplesHaveTheSameBitsAloneAndAmongOthersAndInManyThreads() throws Exception {
        Map<String, INDArray> feeds = feeds(5);
        INDArray together = quick(feeds, List.of(StyledGraph.OUTPUT)).get(StyledGraph.OUTPUT);
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<INDArray>> alone = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                Map<String, INDArray> one = new HashMap<>(feeds);
                for (String name : List.of(
                        LatentSampler.LATENT, LatentSampler.TRUNCATION, LatentSampler.LABEL, LatentSampler.OFFSETS)) {
                    one.put(name, feeds.get(name).get(NDArrayIndex.interval(i, i + 1)));
                }
                alone.add(threads.submit(
                        () -> quick(one, List.of(StyledGraph.OUTPUT)).get(StyledGraph.OUTPUT)));
            }
            for (int i = 0; i < 5; i++) {
                assertThat(Differences.bits(alone.get(i).get()))
                        .isEqualTo(Differences.bits(together.get(NDArrayIndex.interval(i, i + 1))));
            }
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void everyCutIsKnownAndGivesWhatTheGraphGives() {
        Map<String, INDArray> feeds = feeds(2);
        Set<String> weights = made.weights().keySet();
        for (StyledLayer layer : made.network().layers()) {
            GraphCut cut = GraphCut.open(
                    () -> new StyledGraph(made.network()).build(),
                    ModulatedLayers.key(layer.name()),
                    ModulatedLayers.value(layer.name()),
                    StyledGraph.OUTPUT,
                    Set.of(layer.weight()),
                    weights);
            List<String> before = new ArrayList<>(cut.keySide());
            before.add(cut.key());
            Map<String, INDArray> keys = quick(feeds, before);
            assertClose(keys, session.run(feeds, before));
            Map<String, INDArray> fed = new HashMap<>(keys);
            fed.putAll(made.weights());
            List<String> values = new ArrayList<>(cut.recomputed());
            values.add(cut.value());
            Map<String, INDArray> computed = quick(only(cut.rule(), fed, values), values);
            assertClose(computed, cut.rule().run(fed, values));
            fed.putAll(computed);
            Map<String, INDArray> images =
                    quick(only(cut.decoder(), fed, List.of(StyledGraph.OUTPUT)), List.of(StyledGraph.OUTPUT));
            assertClose(images, session.run(feeds, List.of(StyledGraph.OUTPUT)));
        }
    }

    /** What a program would feed. */
    private static Map<String, INDArray> only(Program program, Map<String, INDArray> feeds, List<String> outputs) {
        Map<String, INDArray> relevant = new HashMap<>();
        program.placeholdersOf(outputs).forEach(name -> relevant.put(name, feeds.get(name)));
        return relevant;
    }

    @Test
    void otherWeightsGiveOtherImagesAlsoBackAndForth() {
        Map<String, INDArray> feeds = feeds(1);
        Map<String, INDArray> others = new HashMap<>(feeds);
        made.weights()
                .forEach((name, weight) -> others.put(name, weight.mul(1.5).addi(.1)));
        List<String> outputs = List.of(StyledGraph.OUTPUT);
        for (int time = 0; time < 2; time++) {
            assertClose(quick(feeds, outputs), session.run(feeds, outputs));
            assertClose(quick(others, outputs), session.run(others, outputs));
        }
    }

    @Test
    void aDemodulationThatIsNotPositiveIsRefused() {
        Map<String, INDArray> feeds = feeds(1);
        String fed = ModulatedLayers.demodulation("fourth");
        feeds.put(fed, Nd4j.zeros(DataType.FLOAT, 1, 64, 1, 1));
        assertThatThrownBy(() -> quick(feeds, List.of(StyledGraph.OUTPUT)))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("'fourth'")
                .hasMessageContaining("give one above 0");
    }

    /** Each fourth call with a weight of its own, as patched generators have them. */
    @Test
    void memoryStaysFlatOverManyCalls() {
        Map<String, INDArray> feeds = feeds(1);
        String weight = "second.weight";
        INDArray original = feeds.get(weight);
        List<String> outputs = List.of(ModulatedLayers.value("second"), StyledGraph.STYLE);
        long before = 0;
        for (int call = 0; call < 1000; call++) {
            if (call == 200) {
                System.gc();
                before = Pointer.physicalBytes();
            }
            if (call % 4 == 0) {
                try (INDArray other = original.dup()) {
                    feeds.put(weight, other);
                    shortcut.run(feeds, outputs, (name, array) -> {});
                }
            } else {
                feeds.put(weight, original);
                shortcut.run(feeds, outputs, (name, array) -> {});
            }
        }
        System.gc();
        // A weight has 626 kB: what two hundred of them are laid out as would be 125 MB.
        assertThat(Pointer.physicalBytes() - before).isLessThan(60L << 20);
    }
}
