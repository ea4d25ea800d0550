package io.github.rewrite4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs benchmarks once and small; how long they take is never asserted. */
final class BenchmarkRun {
    /** All that there are. */
    static final int BENCHMARKS = 35;

    private BenchmarkRun() {}

    /**
     * Runs the benchmarks of some classes, each of which must end with a time.
     *
     * @param classes a regular expression for their simple names
     * @return how many ran
     */
    static int once(String classes) throws RunnerException {
        Options options = new OptionsBuilder()
                .include("io\\.github\\.rewrite4j\\.benchmarks\\.(" + classes + ")\\..*")
                .param("batch", "1")
                .param("channels", "64")
                .param("keys", "12288")
                .param("pairs", "1")
                .param("megabytes", "1")
                .param("rank", "1")
                .param("steps", "2")
                .mode(Mode.SingleShotTime)
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .build();
        Collection<RunResult> results = new Runner(options).run();
        assertThat(results)
                .allSatisfy(result -> assertThat(result.getPrimaryResult().getScore())
                        .isPositive()
                        .isFinite());
        return results.size();
    }
}
