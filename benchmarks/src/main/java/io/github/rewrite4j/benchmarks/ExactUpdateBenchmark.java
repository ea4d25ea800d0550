package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.closedform.ExactUpdate;
import io.github.rewrite4j.samediff.closedform.LinearUpdate;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The exact closed form for one pair and for several, on a square weight [d, d]; milliseconds per update. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class ExactUpdateBenchmark {
    /** Channels of keys and values. */
    @Param({"64", "512"})
    public int channels;

    /** New pairs of key and value. */
    @Param({"1", "16"})
    public int pairs;

    /** Native threads. */
    @Param("1")
    public int threads;

    private Matrix moment;
    private Matrix weights;
    private Matrix keys;
    private Matrix values;
    private KeyCovariance factored;

    /** Draws weights and pairs and factors the statistics once. */
    @Setup(Level.Trial)
    public void prepare() {
        ComputeThreads.use(threads);
        moment = Statistics.secondMoment(channels);
        weights = Statistics.gaussian(channels, channels, 2);
        keys = Statistics.gaussian(channels, pairs, 3);
        values = Statistics.gaussian(channels, pairs, 4);
        factored = Statistics.covariance(moment);
        cached();
    }

    /** Statistics that nothing was solved with before: includes their factorisation. */
    @Benchmark
    public LinearUpdate factoring() {
        return ExactUpdate.exact().update(weights, Statistics.covariance(moment), keys, values);
    }

    /** Statistics that were solved with before, as in every edit of a layer but the first. */
    @Benchmark
    public final LinearUpdate cached() {
        return ExactUpdate.exact().update(weights, factored, keys, values);
    }
}
