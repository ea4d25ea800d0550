package io.github.rewrite4j.samediff.expansion;

import io.github.rewrite4j.ProgressListener;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.samediff.tape.Adam;
import io.github.rewrite4j.samediff.tape.Divergence;
import io.github.rewrite4j.samediff.tape.MovingAverage;
import io.github.rewrite4j.samediff.tape.Parameter;
import io.github.rewrite4j.samediff.tape.Ranges;
import io.github.rewrite4j.samediff.tape.Shards;
import io.github.rewrite4j.samediff.tape.Tape;
import io.github.rewrite4j.samediff.tape.TrainingLoop;
import java.util.Random;

/**
 * How the baselines of an expansion are trained: as it is itself, without its directions.
 *
 * @param iterations steps
 * @param batch samples of a step
 * @param rate of Adam in the first half, relative to the root mean square of each weight
 * @param average decay of the moving average of the weights
 * @param seed of the samples
 */
record AdaptationSchedule(int iterations, int batch, double rate, double average, long seed) {
    private static final double SMALLEST = 0.05;
    private static final long STEP_STRIDE = 1_000_003;
    private static final int SHARDS = 2;

    AdaptationSchedule {
        Ranges.from("number of iterations", iterations, 1);
        Ranges.from("batch", batch, 1);
        Ranges.positive("learning rate", rate);
        Ranges.share("decay of the average", average);
        Sample.requireSeed(seed);
    }

    /** The rate of a weight. */
    double rate(Parameter weight) {
        return rate * Math.max(SMALLEST, weight.rms());
    }

    /** The loss of a part of a step's samples, whose gradient it leaves. */
    interface Part {
        double loss(Tape tape, int samples, Random random);
    }

    /**
     * Trains.
     *
     * @param what as in "The adaptation to 'night'"
     * @throws io.github.rewrite4j.NotFiniteException when the loss stops being a number
     */
    void train(Stage stage, String what, Adam optimiser, MovingAverage mean, Part part, ProgressListener listener) {
        int parts = Math.min(SHARDS, batch);
        try (Shards shards =
                new Shards(parts, Math.min(parts, Runtime.getRuntime().availableProcessors()))) {
            TrainingLoop.of(stage, new Divergence(what, iterations, "Lower the learning rate, now " + rate))
                    .descend(
                            i -> {
                                double loss = shards.run((tape, shard) -> part.loss(
                                        tape,
                                        (batch + parts - 1 - shard) / parts,
                                        new Random((seed * STEP_STRIDE + i) * 31 + shard)));
                                double done = (double) i / iterations;
                                optimiser.step(done < 0.5 ? 1 : 2 * (1 - done));
                                mean.update(i + 1);
                                return loss;
                            },
                            listener);
        }
    }
}
