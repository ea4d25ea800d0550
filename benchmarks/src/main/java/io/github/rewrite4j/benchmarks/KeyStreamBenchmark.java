package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.linalg.SecondMoment;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The second moment of a whole stream of keys, batch after batch of [16, d, 16, 16]; milliseconds per stream. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 5, time = 2)
public class KeyStreamBenchmark {
    private static final int SAMPLES = 16;
    private static final int GRID = 16;

    /** Channels of a key. */
    @Param({"64", "128", "256", "512"})
    public int channels;

    /** Keys in the stream. */
    @Param({"12288", "131072", "1048576"})
    public int keys;

    /** Native threads. */
    @Param("1")
    public int threads;

    private INDArray batch;

    /** Draws a batch. */
    @Setup(Level.Trial)
    public void draw() {
        ComputeThreads.use(threads);
        batch = Nd4j.randn(DataType.FLOAT, SAMPLES, channels, GRID, GRID);
    }

    /** Frees it. */
    @TearDown(Level.Trial)
    public void close() {
        batch.close();
    }

    /** Added up and averaged. */
    @Benchmark
    public long stream() {
        SecondMoment moment = SecondMoment.ofDimension(channels);
        while (moment.count() < keys) {
            moment.add(batch);
        }
        return moment.toCovariance().count();
    }
}
