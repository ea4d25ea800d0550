package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Values;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.io.IOException;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The bundled generator with a batch at hand. */
@State(Scope.Benchmark)
public class Avatars {
    /** Samples per call. */
    @Param({"1", "16", "64"})
    public int batch;

    /** Native threads. */
    @Param("1")
    public int threads;

    Generator generator;
    Inputs inputs;
    AssociativeMemory memory;
    Values values;

    /** Loads the generator and draws the batch. */
    @Setup(Level.Trial)
    public void load() throws IOException {
        ComputeThreads.use(threads);
        generator = BundledGenerator.load();
        inputs = generator.sample(batch, 1);
        memory = generator.memory("layer5");
        values = memory.values(memory.keys(inputs));
    }

    /** Frees the generator. */
    @TearDown(Level.Trial)
    public void close() {
        generator.close();
    }
}
