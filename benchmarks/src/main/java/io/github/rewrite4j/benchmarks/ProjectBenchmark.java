package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.avatars.BundledProjector;
import io.github.rewrite4j.samediff.projector.TrainedProjector;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.ndarray.INDArray;
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

/** From images to the values of a layer by the bundled projector; milliseconds per batch. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class ProjectBenchmark {
    private TrainedProjector projector;
    private INDArray images;

    /** Loads the projector and draws the images. */
    @Setup(Level.Trial)
    public void load(Avatars avatars) throws IOException {
        projector = BundledProjector.load();
        images = avatars.generator.generate(avatars.inputs);
    }

    /** Frees the images. */
    @TearDown(Level.Trial)
    public void close() {
        images.close();
    }

    /** Forward. */
    @Benchmark
    public long project() {
        try (INDArray values = projector.project(images)) {
            return values.length();
        }
    }
}
