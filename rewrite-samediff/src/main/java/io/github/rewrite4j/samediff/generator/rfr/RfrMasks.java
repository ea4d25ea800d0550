package io.github.rewrite4j.samediff.generator.rfr;

import io.github.rewrite4j.samediff.generator.internal.MapGraph;
import io.github.rewrite4j.samediff.generator.internal.MapGraph.Steps;
import io.github.rewrite4j.samediff.generator.internal.Maps;
import io.github.rewrite4j.samediff.graph.internal.Named;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * How what is known grows under partial convolutions (Liu et al. 2018). All channels of a mask are equal, so one is computed;
 * with c channels a window that sees n known cells covers c n of c k^2 numbers.
 */
final class RfrMasks {
    private static final double SMALL = 1e-8;

    private final MapGraph graph;
    private final Map<String, Maps> named = new HashMap<>();
    private @Nullable Maps last;

    RfrMasks(MapGraph graph) {
        this.graph = graph;
    }

    /**
     * What a partial convolution makes of a mask.
     *
     * @param mask 1 where the window saw anything
     * @param ratio what its sums are multiplied by
     */
    record Grown(Maps mask, SDVariable ratio) {}

    static String name(String layer, int recurrence) {
        return layer + "." + recurrence;
    }

    Grown grown(Maps mask, int channels, Steps steps, String name) {
        Maps cover = covered(mask, channels, steps);
        Grown grown = grown(cover, (double) channels * steps.kernel() * steps.kernel());
        Maps kept = grown.mask().named(name + ".mask");
        named.put(name, kept);
        return new Grown(kept, grown.ratio());
    }

    /** Of two masks side by side, each with channels of its own. */
    Grown grown(Maps one, int channels, Maps other, int others, Steps steps) {
        Maps a = covered(one, channels, steps);
        Maps b = covered(other, others, steps);
        return grown(
                a.as(a.variable().add(b.variable())), (double) (channels + others) * steps.kernel() * steps.kernel());
    }

    private Maps covered(Maps mask, int channels, Steps steps) {
        SDVariable ones = graph.constant(Nd4j.ones(DataType.FLOAT, steps.kernel(), steps.kernel(), 1, 1));
        Maps seen = graph.convolved(mask, ones, 1, steps);
        return seen.as(seen.variable().mul(channels));
    }

    private Grown grown(Maps cover, double all) {
        SDVariable clamped = graph.graph().math().clipByValue(cover.variable(), 0, 1);
        SDVariable ratio = cover.variable().add(SMALL).rdiv(all).mul(clamped);
        return new Grown(cover.as(clamped), ratio);
    }

    Maps named(String layer, int recurrence) {
        return Named.in(named, name(layer, recurrence));
    }

    void keepLast(Maps mask) {
        this.last = mask;
    }

    Maps last() {
        return Objects.requireNonNull(last, "last");
    }
}
