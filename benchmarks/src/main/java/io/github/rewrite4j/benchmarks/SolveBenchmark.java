package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.linalg.Cholesky;
import io.github.rewrite4j.samediff.linalg.Matrix;
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

/** Solving with and whitening by a second moment; 4,608 are the patches of 512 channels. Milliseconds each. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 1, time = 2)
@Measurement(iterations = 3, time = 2)
public class SolveBenchmark {
    private static final int RIGHT_HAND_SIDES = 16;

    /** Order of the matrix. */
    @Param({"64", "512", "4608"})
    public int channels;

    /** Native threads. */
    @Param("1")
    public int threads;

    private Matrix moment;
    private Matrix keys;
    private Cholesky factored;

    /** Makes and factors the matrix. */
    @Setup(Level.Trial)
    public void prepare() {
        ComputeThreads.use(threads);
        moment = Statistics.secondMoment(channels);
        keys = Statistics.gaussian(channels, RIGHT_HAND_SIDES, 2);
        factored = Cholesky.of(moment, "The second moment");
    }

    /** The factorisation alone. */
    @Benchmark
    public Cholesky factor() {
        return Cholesky.of(moment, "The second moment");
    }

    /** Sixteen right-hand sides with a factorisation at hand. */
    @Benchmark
    public Matrix solve() {
        return factored.solve(keys);
    }

    /** C^(-1/2) from all eigenvectors. */
    @Benchmark
    public long whiten() {
        return Statistics.covariance(moment).whiten(0).length();
    }
}
