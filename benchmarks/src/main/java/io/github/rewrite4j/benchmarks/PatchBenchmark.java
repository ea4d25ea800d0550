package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.examples.AvatarEdits;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A patch on its way: applied, saved, loaded; milliseconds each. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class PatchBenchmark {
    private Generator generator;
    private Patch patch;
    private Path file;

    /** Makes a patch, as small a rewrite as will do. */
    @Setup(Level.Trial)
    public void prepare() throws IOException {
        ComputeThreads.use(1);
        generator = BundledGenerator.load();
        patch = LowRankRewrite.rank(3)
                .statistics(32, 1)
                .evaluatedOn(0, 2)
                .rewrite(generator.memory("layer4"), AvatarEdits.bun().plan().edit())
                .patch();
        file = Files.createTempFile("rewrite4j-benchmark", ".safetensors");
        patch.save(file);
    }

    /** Frees the generator and the file. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        generator.close();
        Files.delete(file);
    }

    /** A new generator with the patch in force. */
    @Benchmark
    public String apply() {
        try (Generator rewritten = generator.with(patch)) {
            return rewritten.spec().fingerprint();
        }
    }

    /** To a synced file. */
    @Benchmark
    public Path save() throws IOException {
        patch.save(file);
        return file;
    }

    /** From a file, every length checked. */
    @Benchmark
    public Patch read() throws IOException {
        return Patch.load(file);
    }
}
