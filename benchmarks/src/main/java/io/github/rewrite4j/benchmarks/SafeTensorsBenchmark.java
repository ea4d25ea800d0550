package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.io.SafeTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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

/** A safetensors file with one float32 tensor, in the temporary directory; milliseconds per file. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class SafeTensorsBenchmark {
    private static final String NAME = "tensor";

    /** Size of the tensor. */
    @Param({"1", "64"})
    public int megabytes;

    private INDArray tensor;
    private Path file;

    /** Draws the tensor and writes it once. */
    @Setup(Level.Trial)
    public void prepare() throws IOException {
        tensor = Nd4j.randn(DataType.FLOAT, megabytes, (1L << 20) / Float.BYTES);
        file = Files.createTempFile("rewrite4j-benchmark", ".safetensors");
        write();
    }

    /** Frees tensor and file. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        tensor.close();
        Files.delete(file);
    }

    /** Written beside the old file, synced and moved into its place. */
    @Benchmark
    public final Path write() throws IOException {
        SafeTensors.write(file, Map.of(NAME, tensor), Map.of());
        return file;
    }

    /** Opened, checked and copied into an array. */
    @Benchmark
    public long read() throws IOException {
        try (SafeTensors tensors = SafeTensors.open(file);
                INDArray array = tensors.load(NAME)) {
            return array.length();
        }
    }
}
