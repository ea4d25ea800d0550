package io.github.rewrite4j.benchmarks;

import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/** Running the bundled generator and its parts at layer 5; milliseconds per batch. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class GenerateBenchmark {
    /** Inputs to images. */
    @Benchmark
    public long generate(Avatars avatars) {
        return closed(avatars.generator.generate(avatars.inputs));
    }

    /** Inputs to keys. */
    @Benchmark
    public long keys(Avatars avatars) {
        return closed(avatars.memory.keys(avatars.inputs).tensor());
    }

    /** Values to images. */
    @Benchmark
    public long decode(Avatars avatars) {
        return closed(avatars.memory.decode(avatars.values));
    }

    private static long closed(INDArray array) {
        // A graphics processor answers before it is done.
        Nd4j.getExecutioner().commit();
        long length = array.length();
        array.close();
        return length;
    }
}
