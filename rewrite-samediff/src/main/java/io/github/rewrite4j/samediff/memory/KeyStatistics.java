package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.event.StatisticsEvent;
import io.github.rewrite4j.samediff.graph.internal.Program;
import io.github.rewrite4j.samediff.linalg.PackedMoment;
import io.github.rewrite4j.samediff.linalg.Precision;
import io.github.rewrite4j.samediff.linalg.SecondMoment;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Streams keys into their second moment. What a batch needed is freed before the next one is drawn, so that the peak of
 * memory does not depend on the number of samples.
 */
final class KeyStatistics {
    private static final Stage STAGE = Stage.KEY_STATISTICS;

    /** Drawing many latents at once spares re-reading the random stream; pictures are too large for that. */
    private static final long NUMBERS_AT_ONCE = 1L << 21;

    private static final int SAMPLES_AT_ONCE = 1024;

    private final int channels;
    private final InputSampler sampler;
    private final BiConsumer<Inputs, Consumer<INDArray>> keys;

    /**
     * The statistics of a memory.
     *
     * @param channels length of a key
     * @param sampler draws the inputs
     * @param keys shows the keys [N, C, h, w] of inputs to a reader; an array is lent until the reader returns
     */
    KeyStatistics(int channels, InputSampler sampler, BiConsumer<Inputs, Consumer<INDArray>> keys) {
        this.channels = channels;
        this.sampler = sampler;
        this.keys = keys;
    }

    /** float32 products first; all in float64 once more when the result is too ill-conditioned to trust them. */
    KeyCovariance of(int samples, long seed, ProgressListener listener) {
        if (samples < 1) {
            throw new IllegalArgumentException(
                    "Statistics need at least one sample, but asked for were " + samples + ".");
        }
        sampler.requireReachable(new Sample(seed, samples - 1));
        KeyCovariance fast = stream(seed, 0, samples, Precision.FLOAT32_IN_BLOCKS, listener.part(0, 0.9))
                .toCovariance();
        return fast.conditionNumber() > PartialStatistics.DOUBLE_ABOVE
                ? stream(seed, 0, samples, Precision.FLOAT64, listener.part(0.9, 1))
                        .toCovariance()
                : fast;
    }

    /** See {@link PartialStatistics#part}. */
    PackedMoment part(long seed, int from, int to, Precision precision, ProgressListener listener) {
        if (from < 0 || to <= from || from % PartialStatistics.BLOCK != 0) {
            throw new IllegalArgumentException("A part of statistics begins at a multiple of " + PartialStatistics.BLOCK
                    + " and has at least one sample, but asked for were samples " + from + " to " + to + ".");
        }
        sampler.requireReachable(new Sample(seed, to - 1));
        return stream(seed, from, to, precision, listener).packed();
    }

    private SecondMoment stream(long seed, int start, int end, Precision precision, ProgressListener listener) {
        StatisticsEvent event = StatisticsEvent.started();
        SecondMoment moment = SecondMoment.ofDimension(channels, precision);
        int drawn = start;
        int atOnce = Program.BATCH;
        while (drawn < end) {
            int first = drawn;
            drawn = Math.min(first + atOnce, end);
            try (Inputs inputs = sampler.at(Sample.range(seed, first, drawn))) {
                for (int from = first; from < drawn; from += Program.BATCH) {
                    listener.report(STAGE, from - start, end - start);
                    try (Inputs batch = inputs.slice(from - first, Math.min(from + Program.BATCH, drawn) - first)) {
                        keys.accept(batch, moment::add);
                    }
                }
                atOnce = affordable(inputs);
            }
        }
        listener.report(STAGE, end - start, end - start);
        event.collected(end - start, channels);
        return moment;
    }

    /** How many samples like these to draw at once. */
    private static int affordable(Inputs inputs) {
        long numbers =
                inputs.arrays().values().stream().mapToLong(INDArray::length).sum() / inputs.size();
        long batches = NUMBERS_AT_ONCE / Math.max(1, numbers) / Program.BATCH;
        return (int) Math.min(SAMPLES_AT_ONCE, Math.max(1, batches) * Program.BATCH);
    }
}
