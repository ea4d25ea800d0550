package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.examples.AvatarEdits;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The bun edit by each solver, statistics cached and nothing measured on fresh samples: what the rewrite itself costs,
 * milliseconds per edit.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
public class InsertionBenchmark {
    /** Context directions. */
    @Param({"1", "3", "10"})
    public int rank;

    /** Native threads. */
    @Param("1")
    public int threads;

    /** Steps of the published optimisers; 2,001 as published. */
    @Param("2001")
    public int steps;

    private Generator generator;
    private AssociativeMemory memory;
    private Edit edit;
    private Path directory;
    private LowRankRewrite rewrite;

    /** Loads the generator and fills the cache. */
    @Setup(Level.Trial)
    public void load() throws IOException {
        ComputeThreads.use(threads);
        generator = BundledGenerator.load();
        memory = generator.memory("layer4");
        edit = AvatarEdits.bun().plan().edit();
        directory = Files.createTempDirectory("rewrite4j-benchmark");
        CovarianceCache cache = CovarianceCache.in(directory);
        rewrite = LowRankRewrite.rank(rank).cache(cache).evaluatedOn(0, 2);
        cache.covariance(memory, 1000, 1, RewriteListener.SILENT);
    }

    /** Frees the generator and the cache. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        generator.close();
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    /** Ours. */
    @Benchmark
    public Rewrite levenbergMarquardt() {
        return rewrite.rewrite(memory, edit);
    }

    /** Published, on the amounts. */
    @Benchmark
    public Rewrite adam() {
        return rewrite.byAdam(steps, 0.05).rewrite(memory, edit);
    }

    /** Published, on the whole weight. */
    @Benchmark
    public Rewrite projectedGradient() {
        return rewrite.byProjectedGradient(steps, 0.05).rewrite(memory, edit);
    }
}
