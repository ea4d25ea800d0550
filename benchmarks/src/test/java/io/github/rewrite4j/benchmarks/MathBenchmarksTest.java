package io.github.rewrite4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.RunnerException;

/** Every benchmark that {@link BenchmarksTest} does not run. */
class MathBenchmarksTest {
    @Test
    void everyOtherBenchmarkRunsOnce() throws RunnerException {
        assertThat(BenchmarkRun.once("(?!(" + BenchmarksTest.DRAWING + ")Benchmark)\\w+"))
                .isEqualTo(BenchmarkRun.BENCHMARKS - BenchmarksTest.COUNT);
    }
}
