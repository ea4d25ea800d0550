package io.github.rewrite4j.samediff.generator.style;

import static io.github.rewrite4j.samediff.Differences.largest;
import static io.github.rewrite4j.samediff.Differences.magnitude;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Backend;
import io.github.rewrite4j.samediff.engine.kernel.NativeFloats;
import io.github.rewrite4j.samediff.engine.plan.GraphEngine;
import io.github.rewrite4j.samediff.engine.plan.NativeMemory;
import io.github.rewrite4j.samediff.generator.style.StyledNetwork.StyledLayer;
import io.github.rewrite4j.samediff.graph.internal.GraphCut;
import io.github.rewrite4j.samediff.graph.internal.Program;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Plans of style-based networks beside the session. */
class StyledGraphTest {
    private static final double CLOSE = 1e-4;

    private static RandomStyledNetwork.Made made;
    private static SameDiff graph;
    private static Program session;
    private static GraphEngine engine;

    @BeforeAll
    static void build() {
        Backend.require();
        assumeThat(NativeFloats.onHost()).isTrue();
        made = RandomStyledNetwork.of(1);
        graph = new StyledGraph(made.network()).build();
        session = Program.bySession(graph);
        engine = new GraphEngine(graph);
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

    /** By a plan; feeds that it does not read are left out. */
    private static Map<String, INDArray> quick(Map<String, INDArray> feeds, List<String> outputs) {
        Map<String, INDArray> read = new HashMap<>();
        session.placeholdersOf(outputs).forEach(name -> read.put(name, feeds.get(name)));
        Map<String, INDArray> results = new LinkedHashMap<>();
        assertThat(engine.run(read, outputs, results::put)).as("%s", outputs).isTrue();
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
            Map<String, INDArray> computed = cut.rule().run(fed, values);
            assertClose(computed, session.run(feeds, values));
            fed.putAll(computed);
            Map<String, INDArray> images = cut.decoder().run(fed, List.of(StyledGraph.OUTPUT));
            assertClose(images, session.run(feeds, List.of(StyledGraph.OUTPUT)));
        }
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

    /** With weights of their own, as patched generators have them, and the old ones in between. */
    @Test
    void nativeMemoryStaysFlatOverManyWeights() {
        Map<String, INDArray> feeds = feeds(1);
        String weight = "second.weight";
        INDArray original = feeds.get(weight);
        List<String> outputs = List.of(ModulatedLayers.value("second"), StyledGraph.STYLE);
        NativeMemory.assertKept(100, () -> {
            try (INDArray other = original.dup()) {
                feeds.put(weight, other);
                quick(feeds, outputs).values().forEach(INDArray::close);
            }
            feeds.put(weight, original);
            quick(feeds, outputs).values().forEach(INDArray::close);
        });
    }
}
