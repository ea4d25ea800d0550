package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.linalg.SecondMoment;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
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

/**
 * The second moment of one batch of keys [16, d, 16, 16], three ways that give the same matrix; milliseconds per batch.
 * The outer products are what a literal E[kk'] costs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class SecondMomentBenchmark {
    private static final int SAMPLES = 16;
    private static final int GRID = 16;

    /** Channels of a key. */
    @Param({"64", "128", "256", "512"})
    public int channels;

    /** Native threads. */
    @Param("1")
    public int threads;

    private INDArray keys;

    /** Draws the keys. */
    @Setup(Level.Trial)
    public void draw() {
        ComputeThreads.use(threads);
        keys = Nd4j.randn(DataType.FLOAT, SAMPLES, channels, GRID, GRID);
    }

    /** Ours: symmetric rank-k updates where the keys lie, summed in float64. */
    @Benchmark
    public long syrk() {
        return SecondMoment.ofDimension(channels).add(keys).count();
    }

    /** Keys moved into rows, then one float32 matrix product. */
    @Benchmark
    public double gemm() {
        try (INDArray rows = rows();
                INDArray product = rows.transpose().mmul(rows)) {
            return product.getDouble(0);
        }
    }

    /** One outer product per sixteen-key block, added up. */
    @Benchmark
    public double outerProducts() {
        try (INDArray rows = rows();
                INDArray sum = Nd4j.zeros(DataType.FLOAT, channels, channels)) {
            for (long n = 0; n < rows.size(0); n += GRID) {
                INDArray block = rows.get(NDArrayIndex.interval(n, n + GRID), NDArrayIndex.all())
                        .dup('c');
                try (block;
                        INDArray outer = block.reshape(GRID, channels, 1).mul(block.reshape(GRID, 1, channels));
                        INDArray part = outer.sum(0)) {
                    sum.addi(part);
                }
            }
            return sum.getDouble(0);
        }
    }

    private INDArray rows() {
        return keys.permute(0, 2, 3, 1).dup('c').reshape(-1, channels);
    }
}
