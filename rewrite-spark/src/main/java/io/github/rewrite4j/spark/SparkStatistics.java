package io.github.rewrite4j.spark;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.samediff.linalg.PackedMoment;
import io.github.rewrite4j.samediff.linalg.Precision;
import io.github.rewrite4j.samediff.memory.PartialStatistics;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.Objects;

/**
 * The second moment of a layer's keys over the samples of a cluster's tasks: what {@link
 * io.github.rewrite4j.AssociativeMemory#covariance} collects on one machine, to 1e-9 of its largest entry, whatever the cuts. Each
 * task gives back d (d + 1) / 2 numbers; the executors add them up.
 */
public final class SparkStatistics {
    private SparkStatistics() {}

    /**
     * Collects with float32 products first, and in float64 once more if the condition number comes out too large to trust them.
     *
     * @param samples over which; where it does not begin at sample 0, statistics of that part
     * @param layer name of the layer
     */
    public static KeyCovariance covariance(SparkSamples samples, String layer) {
        Objects.requireNonNull(samples, "samples");
        Objects.requireNonNull(layer, "layer");
        KeyCovariance fast = covariance(samples, layer, Precision.FLOAT32_IN_BLOCKS);
        return fast.conditionNumber() > PartialStatistics.DOUBLE_ABOVE
                ? covariance(samples, layer, Precision.FLOAT64)
                : fast;
    }

    /** As {@link #covariance(SparkSamples, String)}, with products of this precision. */
    public static KeyCovariance covariance(SparkSamples samples, String layer, Precision precision) {
        Objects.requireNonNull(samples, "samples");
        Objects.requireNonNull(layer, "layer");
        Objects.requireNonNull(precision, "precision");
        return samples.aggregate(
                        (generator, block) -> partial(generator, layer)
                                .part(block.seed(), block.from(), block.to(), precision, RewriteListener.SILENT),
                        PackedMoment::plus)
                .toCovariance();
    }

    private static PartialStatistics partial(Generator generator, String layer) {
        return generator
                .memory(layer)
                .capability(PartialStatistics.class)
                .orElseThrow(() -> new RewriteException("The statistics of layer '" + layer
                        + "' cannot be collected in parts: its memory does not offer PartialStatistics. Collect them on one"
                        + " machine with memory.covariance(...)."));
    }
}
