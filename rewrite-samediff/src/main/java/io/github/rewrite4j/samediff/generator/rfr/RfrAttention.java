package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.samediff.generator.Edges;
import io.github.rewrite4j.samediff.generator.internal.MapGraph;
import io.github.rewrite4j.samediff.generator.internal.MapGraph.Steps;
import io.github.rewrite4j.samediff.generator.internal.Maps;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Pooling2DConfig;

/**
 * Attention that stays consistent: every cell asks all cells, its answers are summed with those of its neighbours, and from
 * the second recurrence on the scores are mixed with those of the one before, where that one knew the cell.
 */
final class RfrAttention {
    private static final double SMALL = 1e-7;
    private static final int WINDOW = 3;

    private final MapGraph graph;
    private final RfrWeights weights;
    private final String name;
    private final double share;
    private @Nullable SDVariable scores;
    private @Nullable SDVariable known;

    RfrAttention(MapGraph graph, RfrWeights weights, String name) {
        this.graph = graph;
        this.weights = weights;
        this.name = name;
        this.share = Math.abs(weights.tensors().get(name + "att.ratio").getDouble(0)) + SMALL;
    }

    Maps of(Maps read, Maps mask, int recurrence) {
        Maps x = read.named("attention." + recurrence + ".read");
        SameDiff sd = graph.graph();
        int cells = x.height() * x.width();
        SDVariable queries = sd.reshape(sd.permute(x.variable(), 0, 2, 3, 1), -1, cells, x.channels());
        SDVariable lifted = queries.add(SMALL);
        SDVariable length = sd.math().sqrt(sd.sum(sd.math().square(lifted), true, 2));
        SDVariable keys = lifted.div(length);
        SDVariable asked = neighbours(x, cells, sd.mmul(queries, keys, false, true, false));
        SDVariable found = sd.nn().softmax(asked, 2);
        SDVariable mixed = scores == null || known == null
                ? found
                : scores.mul(known).add(found.mul(share)).div(known.add(share));
        mixed = mixed.rename("attention." + recurrence + ".scores");
        scores = mixed;
        known = sd.reshape(coarse(mask, x), -1, cells, 1).rename("attention." + recurrence + ".known");
        SDVariable pasted = sd.permute(
                        sd.reshape(sd.mmul(mixed, keys), -1, x.height(), x.width(), x.channels()), 0, 3, 1, 2)
                .rename("attention." + recurrence + ".pasted");
        SDVariable both = sd.concat(1, pasted, x.variable());
        Maps combined = graph.convolved(
                new Maps(both, 2 * x.channels(), x.height(), x.width()),
                weights.kernel(name + "combiner"),
                x.channels(),
                new Steps(1, 1, 0));
        return combined.as(combined.variable()
                .add(
                        "attention." + recurrence + ".out",
                        weights.perChannel(
                                name + "combiner.bias", weights.tensors().get(name + "combiner.bias"))));
    }

    /** Sums over the 3 x 3 cells that ask. */
    private SDVariable neighbours(Maps x, int cells, SDVariable asked) {
        SameDiff sd = graph.graph();
        SDVariable maps = sd.permute(sd.reshape(asked, -1, x.height(), x.width(), cells), 0, 3, 1, 2);
        Maps padded = graph.padded(new Maps(maps, cells, x.height(), x.width()), 1, Edges.ZERO);
        SDVariable means = sd.cnn()
                .avgPooling2d(
                        padded.variable(),
                        Pooling2DConfig.builder()
                                .kH(WINDOW)
                                .kW(WINDOW)
                                .sH(1)
                                .sW(1)
                                .pH(0)
                                .pW(0)
                                .paddingMode(PaddingMode.VALID)
                                .build());
        return sd.reshape(sd.permute(means.mul(WINDOW * WINDOW), 0, 2, 3, 1), -1, cells, cells);
    }

    /** The mask at the cells of the attention: every so many of its own. */
    private SDVariable coarse(Maps mask, Maps x) {
        SDVariable rows = graph.slice(mask.variable(), 2, 0, mask.height(), mask.height() / x.height());
        return graph.slice(rows, 3, 0, mask.width(), mask.width() / x.width());
    }
}
