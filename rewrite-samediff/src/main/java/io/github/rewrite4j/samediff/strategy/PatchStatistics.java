package io.github.rewrite4j.samediff.strategy;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Keys;
import io.github.rewrite4j.LinearStage;
import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
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
    private static final Stage STAGE = Stage.PATCH_STATISTICS;

    private PatchStatistics() {}

    /** Over all cells of the first samples of a seed, in float64. Cost: (in x taps)^2 per cell. */
    static KeyCovariance of(
            AssociativeMemory memory, LinearStage stage, int samples, long seed, ProgressListener listener) {
        int channels = memory.spec().keyShape().channels();
        int height = memory.spec().keyShape().height();
        int width = memory.spec().keyShape().width();
        int[] grid = stage.outputGrid(height, width);
        SecondMoment moment =
                SecondMoment.ofDimension(channels * stage.kernelHeight() * stage.kernelWidth(), Precision.FLOAT64);
        for (Sample sample : Sample.range(seed, 0, samples)) {
            listener.report(STAGE, sample.index(), samples);
            try (Inputs inputs = memory.sampler().at(List.of(sample));
                    Keys keys = memory.keys(inputs);
                    INDArray map = EditCompiler.sample(keys.tensor(), 0);
                    INDArray patches = LinearColumns.of(
                                    stage,
                                    LinearGoals.doubles(map),
                                    channels,
                                    height,
                                    width,
                                    new Box(0, 0, grid[0], grid[1]))
                            .toArray()) {
                moment.addRows(patches);
            }
        }
        listener.report(STAGE, samples, samples);
        return moment.toCovariance();
    }
}
