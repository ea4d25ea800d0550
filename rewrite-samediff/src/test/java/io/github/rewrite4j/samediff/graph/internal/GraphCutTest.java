package io.github.rewrite4j.samediff.graph.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.samediff.Avatars;
import io.github.rewrite4j.samediff.Differences;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Small dense graphs: x -> k = tanh(x A) -> v = tanh(k W) -> image, with something beside it. */
class GraphCutTest {
    private static final Set<String> RULE = Set.of("W");
    private static final Set<String> WEIGHTS = Set.of("W", "U");

    private static Supplier<SameDiff> graph(Consumer<SameDiff> rest) {
        return () -> {
            SameDiff graph = SameDiff.create();
            SDVariable x = graph.placeHolder("x", DataType.FLOAT, -1, 4);
            graph.placeHolder("W", DataType.FLOAT, 4, 4);
            graph.placeHolder("U", DataType.FLOAT, 4, 4);
            SDVariable a = graph.constant("A", Avatars.random(1, 4, 4));
            graph.math.tanh("k", graph.mmul(x, a));
            rest.accept(graph);
            return graph;
        };
    }

    private static SDVariable value(SameDiff graph) {
        return graph.math.tanh("v", graph.mmul(graph.getVariable("k"), graph.getVariable("W")));
    }

    private static void image(SameDiff graph, SDVariable from) {
        graph.math.tanh("image", graph.mmul(from, graph.getVariable("U")));
    }

    private static GraphCut cut(Supplier<SameDiff> graph) {
        return GraphCut.open(graph, "k", "v", "image", RULE, WEIGHTS);
    }

    private static Map<String, INDArray> feeds(long seed) {
        return new HashMap<>(
                Map.of("x", Avatars.random(2, 3, 4), "W", Avatars.random(seed, 4, 4), "U", Avatars.random(4, 4, 4)));
    }

    /** Keys from the graph with the first weights, then rule and decoder with the weights of a seed. */
    private static INDArray throughTheCut(Supplier<SameDiff> graph, GraphCut cut, long seed) {
        List<String> before = new ArrayList<>(cut.keySide());
        before.add("k");
        Map<String, INDArray> atKey = new Program(graph.get()).run(feeds(3), before);
        Map<String, INDArray> feeds = feeds(seed);
        feeds.remove("x");
        feeds.putAll(atKey);
        List<String> between = new ArrayList<>(cut.recomputed());
        between.add("v");
        Map<String, INDArray> atValue = cut.rule().run(feeds, between);
        Map<String, INDArray> decoding = feeds(seed);
        decoding.remove("x");
        for (String side : cut.valueSide()) {
            decoding.put(side, Named.in(atValue.containsKey(side) ? atValue : atKey, side));
        }
        decoding.put("v", Named.in(atValue, "v"));
        return Named.in(cut.decoder().run(decoding, List.of("image")), "image");
    }

    private static void assertRoundTrip(Supplier<SameDiff> graph, GraphCut cut) {
        for (long seed : new long[] {3, 33}) {
            INDArray whole = Named.in(new Program(graph.get()).run(feeds(seed), List.of("image")), "image");
            assertThat(Differences.largest(throughTheCut(graph, cut, seed), whole))
                    .as("weights of seed " + seed)
                    .isLessThan(1e-6);
        }
    }

    @Test
    void aPlainChainNeedsNoSideTensors() {
        Supplier<SameDiff> graph = graph(g -> image(g, value(g)));
        GraphCut cut = cut(graph);
        assertThat(cut.keySide()).isEmpty();
        assertThat(cut.valueSide()).isEmpty();
        assertThat(cut.recomputed()).isEmpty();
        assertRoundTrip(graph, cut);
    }

    @Test
    void aSkipConnectionFromBeforeTheKeyIsASideTensor() {
        Supplier<SameDiff> graph = graph(g -> {
            SDVariable skip = g.math.sin("skip", g.getVariable("x"));
            image(g, value(g).add(skip));
        });
        GraphCut cut = cut(graph);
        assertThat(cut.valueSide()).containsExactly("skip");
        assertThat(cut.keySide()).containsExactly("skip");
        assertThat(cut.recomputed()).isEmpty();
        assertRoundTrip(graph, cut);
    }

    @Test
    void aSideTensorOfTheRuleIsCarriedByTheKeysAlone() {
        Supplier<SameDiff> graph = graph(g -> {
            SDVariable style = g.math.sin("style", g.getVariable("x"));
            SDVariable product = g.mmul(g.getVariable("k"), g.getVariable("W"));
            image(g, g.math.tanh("v", product.mul(style)));
        });
        GraphCut cut = cut(graph);
        assertThat(cut.keySide()).containsExactly("style");
        assertThat(cut.valueSide()).isEmpty();
        assertRoundTrip(graph, cut);
    }

    @Test
    void theKeyItselfMaySkipTheRule() {
        Supplier<SameDiff> graph = graph(g -> image(g, value(g).add(g.getVariable("k"))));
        GraphCut cut = cut(graph);
        assertThat(cut.valueSide()).containsExactly("k");
        assertRoundTrip(graph, cut);
    }

    @Test
    void whatLeaksBesideTheValueIsRecomputedWithTheEditedWeights() {
        Supplier<SameDiff> graph = graph(g -> {
            SDVariable product = g.mmul(g.getVariable("k"), g.getVariable("W"));
            SDVariable leak = g.math.sin("leak", product);
            image(g, g.math.tanh("v", product).add(leak));
        });
        GraphCut cut = cut(graph);
        assertThat(cut.recomputed()).containsExactly("leak");
        assertThat(cut.valueSide()).containsExactly("leak");
        assertRoundTrip(graph, cut);
    }

    @Test
    void aDecoderThatReadsTheRuleWeightSeesItsEdit() {
        Supplier<SameDiff> graph = graph(g -> {
            SDVariable size = g.math.square(g.getVariable("W")).sum("size", true, 0);
            image(g, value(g).mul(size));
        });
        assertRoundTrip(graph, cut(graph));
    }

    @Test
    void aKeyThatIsOneOfSeveralOutputsCanBeCut() {
        Supplier<SameDiff> graph = () -> {
            SameDiff g = SameDiff.create();
            SDVariable x = g.placeHolder("x", DataType.FLOAT, -1, 4);
            g.placeHolder("W", DataType.FLOAT, 4, 4);
            g.placeHolder("U", DataType.FLOAT, 4, 4);
            SDVariable wide = g.mmul(x, g.constant("A", Avatars.random(1, 4, 8)));
            SDVariable[] halves = g.split(new String[] {"k", "other"}, wide, 2, 1);
            image(g, value(g).add(halves[1]));
            return g;
        };
        assertRoundTrip(graph, cut(graph));
    }

    @Test
    void aWeightThatIsUsedTwiceIsRefused() {
        assertThatThrownBy(() -> cut(graph(g -> image(g, g.mmul(value(g), g.getVariable("W"))))))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("'W'")
                .hasMessageContaining("more than once");
        assertThatThrownBy(() -> cut(graph(g -> {
                    SDVariable turned = g.permute(g.getVariable("W"), 1, 0);
                    image(g, g.mmul(value(g), turned));
                })))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("'W'");
        assertThatThrownBy(() -> GraphCut.open(
                        graph(g -> {
                            SDVariable early = g.mmul("early", g.getVariable("k"), g.getVariable("W"));
                            image(g, g.math.tanh("v", g.mmul(early, g.getVariable("W"))));
                        }),
                        "early",
                        "v",
                        "image",
                        RULE,
                        WEIGHTS))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("'W'");
    }

    @Test
    void aValueThatDoesNotDependOnTheKeyIsRefused() {
        assertThatThrownBy(() -> cut(graph(g -> {
                    SDVariable aside = g.math.tanh("v", g.mmul(g.getVariable("x"), g.getVariable("W")));
                    image(g, aside.add(g.getVariable("k")));
                })))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("'v' does not depend on the key 'k'");
    }

    @Test
    void aValueThatTheOutputDoesNotReadIsRefused() {
        assertThatThrownBy(() -> cut(graph(g -> {
                    value(g);
                    image(g, g.getVariable("k"));
                })))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("'image' does not read the value 'v'");
    }

    @Test
    void unknownNamesAreAnsweredWithNearOnes() {
        Supplier<SameDiff> graph = graph(g -> image(g, value(g)));
        assertThatThrownBy(() -> GraphCut.open(graph, "k", "v", "imago", RULE, WEIGHTS))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("'imago'")
                .hasMessageContaining("'image'");
        assertThatThrownBy(() -> GraphCut.open(graph, "k", "v", "image", Set.of("zzzzzz"), WEIGHTS))
                .isInstanceOf(RewriteException.class)
                .hasMessageContaining("Known names: ");
    }
}
