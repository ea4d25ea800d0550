package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.samediff.generator.internal.MapGraph;
import io.github.rewrite4j.samediff.generator.internal.MapGraph.Steps;
import io.github.rewrite4j.samediff.generator.internal.Maps;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;

/** The module that all recurrences run through: an encoder, a decoder with skips, attention in its middle. */
final class RfrModule {
    private static final String NAME = "RFRModule.";
    private static final double SLOPE = 0.2;

    private final MapGraph graph;
    private final RfrWeights weights;
    private final int encoder;
    private final RfrAttention attention;

    RfrModule(MapGraph graph, RfrWeights weights, int encoder) {
        this.graph = graph;
        this.weights = weights;
        this.encoder = encoder;
        this.attention = new RfrAttention(graph, weights, NAME + "att.");
    }

    private SameDiff sd() {
        return graph.graph();
    }

    /** The module of one recurrence; the attention remembers the one before. */
    Maps of(Maps x, Maps mask, int recurrence) {
        Maps[] encoded = new Maps[7];
        encoded[0] = x;
        for (int i = 1; i <= 6; i++) {
            String name = NAME + "enc_" + i;
            Steps steps = i <= 3 ? new Steps(3, 2, 1) : new Steps(3, 1, 2, 2);
            Maps y = graph.convolved(encoded[i - 1], weights.kernel(name + ".0"), channels(name), steps);
            encoded[i] = y.as(sd().nn().relu(weights.normal(y, name + ".1").variable(), 0));
        }
        Maps h = encoded[6];
        for (int i = 5; i >= 4; i--) {
            String name = NAME + "dec_" + i;
            h = leaky(
                    graph.convolved(joined(h, encoded[i]), weights.kernel(name + ".0"), encoder, new Steps(3, 1, 2, 2)),
                    name);
        }
        for (int i = 3; i >= 1; i--) {
            String name = NAME + "dec_" + i;
            Maps skip = encoded[i];
            h = leaky(
                    graph.doubledBy(
                            joined(h, skip),
                            weights.turnedKernel(name + ".0"),
                            Math.toIntExact(
                                    weights.tensors().transposed(name + ".0").size(0))),
                    name);
            if (i == 3) {
                h = attention.of(h, mask, recurrence);
            }
        }
        return h.named(NAME + recurrence + ".out");
    }

    private int channels(String name) {
        return Math.toIntExact(weights.tensors().canonical(name + ".0").size(0));
    }

    private Maps joined(Maps one, Maps other) {
        SDVariable both = sd().concat(1, one.variable(), other.variable());
        return new Maps(both, one.channels() + other.channels(), one.height(), one.width());
    }

    private Maps leaky(Maps x, String name) {
        return x.as(sd().nn().leakyRelu(weights.normal(x, name + ".1").variable(), SLOPE));
    }
}
