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
import org.openjdk.jmh.annotations.TearDown;
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

    /** Elements of a block of outer products that stays in a cache. */
    private static final int SMALL = 1 << 16;

    /** Channels of a key. */
    @Param({"64", "128", "256", "512"})
    public int channels;

    /** Native threads. */
    @Param("1")
    public int threads;

    private INDArray keys;
    private SecondMoment moment;

    /** Draws the keys. */
    @Setup(Level.Trial)
    public void draw() {
        ComputeThreads.use(threads);
        keys = Nd4j.randn(DataType.FLOAT, SAMPLES, channels, GRID, GRID);
        moment = SecondMoment.ofDimension(channels);
    }

    /** Frees them. */
    @TearDown(Level.Trial)
    public void close() {
        keys.close();
    }

    /** Ours: symmetric rank-k updates where the keys lie, added to the float64 sum of the batches before. */
    @Benchmark
    public long syrk() {
        return moment.add(keys).count();
    }

    /** Keys moved into rows, then one float32 matrix product. */
    @Benchmark
    public double gemm() {
        try (INDArray rows = rows();
                INDArray product = rows.transpose().mmul(rows)) {
            return product.getDouble(0);
        }
    }

    /**
     * The outer product of every key, some at once into an array that is reused, added up. Of blocks of 1, 4, 16 and 64 keys,
     * and of broadcast products, batched matrix products and single ones, this was the quickest at 512 channels.
     */
    @Benchmark
    public double outerProducts() {
        int block = Math.max(4, Math.min(GRID, SMALL / (channels * channels)));
        try (INDArray rows = rows();
                INDArray outer = Nd4j.createUninitialized(DataType.FLOAT, block, channels, channels);
                INDArray sum = Nd4j.zeros(DataType.FLOAT, channels, channels)) {
            for (long n = 0; n < rows.size(0); n += block) {
                INDArray some = rows.get(NDArrayIndex.interval(n, n + block), NDArrayIndex.all())
                        .dup('c');
                try (some) {
                    some.reshape(block, channels, 1).mul(some.reshape(block, 1, channels), outer);
                }
                try (INDArray part = outer.sum(0)) {
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
