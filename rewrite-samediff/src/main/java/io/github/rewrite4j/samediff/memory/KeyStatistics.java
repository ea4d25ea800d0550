package io.github.rewrite4j.samediff.memory;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.InputSampler;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.samediff.graph.Program;
import io.github.rewrite4j.samediff.linalg.Precision;
import io.github.rewrite4j.samediff.linalg.SecondMoment;
import io.github.rewrite4j.stats.KeyCovariance;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Streams keys into their second moment. */
final class KeyStatistics {
    /** Above this, rounding of float32 products could reach the small eigenvalues (contract of the statistics). */
    private static final double DOUBLE_ABOVE = 1e8;

    private static final String STAGE = "key statistics";

    /** Inputs are small beside keys, and drawing many at once spares re-reading the random stream. */
    private static final int DRAWN_AT_ONCE = 1024;

    private KeyStatistics() {}

    /** float32 products first; all in float64 once more when the result is too ill-conditioned to trust them. */
    static KeyCovariance of(AssociativeMemory memory, int samples, long seed, RewriteListener listener) {
        if (samples < 1) {
            throw new IllegalArgumentException(
                    "Statistics need at least one sample, but asked for were " + samples + ".");
        }
        KeyCovariance fast = stream(memory, samples, seed, Precision.FLOAT32_IN_BLOCKS, listener);
        return fast.conditionNumber() > DOUBLE_ABOVE
                ? stream(memory, samples, seed, Precision.FLOAT64, listener)
                : fast;
    }

    private static KeyCovariance stream(
            AssociativeMemory memory, int samples, long seed, Precision precision, RewriteListener listener) {
        InputSampler sampler = memory.sampler();
        SecondMoment moment = SecondMoment.ofDimension(memory.spec().keyShape().channels(), precision);
        for (int block = 0; block < samples; block += DRAWN_AT_ONCE) {
            int end = Math.min(block + DRAWN_AT_ONCE, samples);
            Inputs inputs = sampler.at(Sample.range(seed, block, end));
            for (int from = block; from < end; from += Program.BATCH) {
                listener.report(STAGE, from, samples);
                int to = Math.min(from + Program.BATCH, end);
                INDArray keys =
                        memory.keys(inputs.slice(from - block, to - block)).tensor();
                moment.add(keys);
                keys.close();
            }
        }
        listener.report(STAGE, samples, samples);
        return moment.toCovariance();
    }
}
