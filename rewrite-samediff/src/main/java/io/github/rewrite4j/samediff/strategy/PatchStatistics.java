package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.LinearStage;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Box;
import io.github.rewrite4j.samediff.linalg.Precision;
import io.github.rewrite4j.samediff.linalg.SecondMoment;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Second moment of whole patches of keys, [in x taps, in x taps]: what a kernel sees at every cell of its output, zeros
 * beyond the border included.
 */
final class PatchStatistics {
    private static final String STAGE = "patch statistics";

    private PatchStatistics() {}

    /** Over all cells of the first samples of a seed, in float64. Cost: (in x taps)^2 per cell. */
    static KeyCovariance of(
            AssociativeMemory memory, LinearStage stage, int samples, long seed, RewriteListener listener) {
        int channels = memory.spec().keyShape().channels();
        int height = memory.spec().keyShape().height();
        int width = memory.spec().keyShape().width();
        int[] grid = stage.outputGrid(height, width);
        SecondMoment moment =
                SecondMoment.ofDimension(channels * stage.kernelHeight() * stage.kernelWidth(), Precision.FLOAT64);
        for (Sample sample : Sample.range(seed, 0, samples)) {
            listener.report(STAGE, sample.index(), samples);
            INDArray keys = memory.keys(memory.sampler().at(List.of(sample))).tensor();
            moment.addRows(LinearColumns.of(
                            stage,
                            LinearGoals.doubles(EditCompiler.sample(keys, 0)),
                            channels,
                            height,
                            width,
                            new Box(0, 0, grid[0], grid[1]))
                    .toArray());
        }
        listener.report(STAGE, samples, samples);
        return moment.toCovariance();
    }
}
