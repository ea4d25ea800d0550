package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.closedform.ContextDirections;
import io.github.rewrite4j.samediff.closedform.SelectedKeys;
import io.github.rewrite4j.samediff.linalg.Matrix;
import io.github.rewrite4j.stats.KeyCovariance;
import java.util.Arrays;
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

/** Whitened principal directions of a context of 400 keys; milliseconds per context. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class DirectionsBenchmark {
    private static final int KEYS = 400;

    /** Channels of a key. */
    @Param({"64", "512"})
    public int channels;

    /** Directions. */
    @Param({"1", "10"})
    public int rank;

    /** Native threads. */
    @Param("1")
    public int threads;

    private Matrix moment;
    private SelectedKeys context;
    private KeyCovariance decomposed;

    /** Draws the context and decomposes the statistics once. */
    @Setup(Level.Trial)
    public void prepare() {
        ComputeThreads.use(threads);
        moment = Statistics.secondMoment(channels);
        double[] ones = new double[KEYS];
        Arrays.fill(ones, 1);
        context = SelectedKeys.of(Statistics.gaussian(KEYS, channels, 5), ones);
        decomposed = Statistics.covariance(moment);
        cached();
    }

    /** Includes the factorisation and the eigenvectors of the statistics. */
    @Benchmark
    public Matrix decomposing() {
        return ContextDirections.zca().directions(Statistics.covariance(moment), context, rank);
    }

    /** With statistics that earlier directions were taken from. */
    @Benchmark
    public final Matrix cached() {
        return ContextDirections.zca().directions(decomposed, context, rank);
    }
}
