package io.github.rewrite4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.RunnerException;

/** Every benchmark of drawing and training runs; {@link MathBenchmarksTest} runs the others, in another process. */
class BenchmarksTest {
    static final String DRAWING = "ColdStart|Generate|Patch|Project|TrainingStep";
    static final int COUNT = 11;

    @Test
    void everyBenchmarkOfDrawingAndTrainingRunsOnce() throws RunnerException {
        assertThat(BenchmarkRun.once("(" + DRAWING + ")Benchmark")).isEqualTo(COUNT);
    }
}
