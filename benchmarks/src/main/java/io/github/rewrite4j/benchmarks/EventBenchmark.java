package io.github.rewrite4j.benchmarks;

import io.github.rewrite4j.event.CacheEvent;
import io.github.rewrite4j.event.EditEvent;
import io.github.rewrite4j.event.GenerationEvent;
import io.github.rewrite4j.event.StatisticsEvent;
import io.github.rewrite4j.event.StepEvent;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Event;
import jdk.jfr.Recording;
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
 * What an event of the Flight Recorder costs, while nobody records and while all are recorded; nanoseconds. A call of {@code generate} is
 * one event whatever its batch, a step of a training one, a part of statistics one.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@State(Scope.Benchmark)
public class EventBenchmark {
    @Param({"false", "true"})
    public boolean recorded;

    private final Recording recording = new Recording();

    @Setup(Level.Trial)
    public void start() {
        if (recorded) {
            for (Class<? extends Event> event : List.of(
                    GenerationEvent.class, StatisticsEvent.class, EditEvent.class, CacheEvent.class, StepEvent.class)) {
                recording.enable(event).withoutThreshold();
            }
            recording.setMaxSize(1 << 24);
            recording.start();
        }
    }

    @TearDown(Level.Trial)
    public void stop() {
        recording.close();
    }

    @Benchmark
    public void generation() {
        GenerationEvent.started().drawn(1, 0);
    }

    @Benchmark
    public void statistics() {
        StatisticsEvent.started().collected(16, 512);
    }

    @Benchmark
    public void cache() {
        CacheEvent.asked("layer5", true);
    }

    @Benchmark
    public void step() {
        StepEvent.reached("training", 1, 100, 0.5);
    }
}
