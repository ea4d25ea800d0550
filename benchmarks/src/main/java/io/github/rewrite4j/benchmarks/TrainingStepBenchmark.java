package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.Accessories;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.examples.ExpandAvatars;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.projector.ProjectorTraining;
import java.io.IOException;
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

/** One step of each training on the bundled generator, with its default batch; milliseconds per step. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class TrainingStepBenchmark {
    /** The training of a projector, and what it needs. */
    @State(Scope.Benchmark)
    public static class Projector {
        /** Native threads. */
        @Param("1")
        public int threads;

        private Generator generator;
        private SteppedRun training;

        /** Fills the pool of samples and takes the first step. */
        @Setup(Level.Trial)
        public void start() throws IOException {
            ComputeThreads.use(threads);
            generator = BundledGenerator.load();
            training = SteppedRun.projector(generator, ProjectorTraining.defaults(), threads);
        }

        /** Ends the training. */
        @TearDown(Level.Trial)
        public void close() {
            training.close();
            generator.close();
        }
    }

    /** An out-of-domain rewrite of three layers, and what it needs. */
    @State(Scope.Benchmark)
    public static class OutOfDomain {
        /** Threads that share a step, each with native code on one thread. */
        @Param("1")
        public int threads;

        private Generator generator;
        private SteppedRun training;

        /** Draws the contexts and takes the first step. */
        @Setup(Level.Trial)
        public void start() throws IOException {
            ComputeThreads.use(1);
            generator = BundledGenerator.load();
            training = SteppedRun.outOfDomain(
                    generator, Accessories.bundled().named("sunglasses").subList(0, 3), threads);
        }

        /** Ends the training. */
        @TearDown(Level.Trial)
        public void close() {
            training.close();
            generator.close();
        }
    }

    /** The expansion that comes with the examples, and what it needs. */
    @State(Scope.Benchmark)
    public static class Expansion {
        /** Threads that share a step, each with native code on one thread. */
        @Param("1")
        public int threads;

        private Generator generator;
        private SteppedRun training;

        /** Chooses directions, draws latents and takes the first step. */
        @Setup(Level.Trial)
        public void start() throws IOException {
            ComputeThreads.use(1);
            generator = BundledGenerator.load();
            training = SteppedRun.expansion(generator, ExpandAvatars.training(ExpandAvatars.objectives()), threads);
        }

        /** Ends the training. */
        @TearDown(Level.Trial)
        public void close() {
            training.close();
            generator.close();
        }
    }

    /** Four pictures: network, decoder, losses, all gradients, Adam. */
    @Benchmark
    public void projectorStep(Projector projector) {
        projector.training.step();
    }

    /** Eight samples, 24 pictures: base, domain and source, replay with a network that looks, all gradients, Adam. */
    @Benchmark
    public void expansionStep(Expansion expanding) {
        expanding.training.step();
    }

    /** Eight pictures: three layers, decoder, loss in images, all gradients, Adam. */
    @Benchmark
    public void outOfDomainStep(OutOfDomain rewriting) {
        rewriting.training.step();
    }
}
