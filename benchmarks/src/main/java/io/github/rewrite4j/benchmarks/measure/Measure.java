package io.github.rewrite4j.benchmarks.measure;

import io.github.rewrite4j.samediff.ComputeThreads;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures everything and writes {@code RESULTS.md} and {@code results/summary.json}:
 *
 * <pre>java -jar benchmarks/target/benchmarks.jar [--quick | --full] [--threads N] [--out benchmarks]</pre>
 *
 * <p>Quick, the default, runs all benchmarks in this process with few sizes, in about five minutes; full gives each a
 * process of its own and takes an hour or two.
 */
public final class Measure {
    private Measure() {}

    /** What was asked for. */
    private record Plan(boolean full, int threads, Path out, String include) {
        static Plan of(String... arguments) {
            boolean full = false;
            int threads = ComputeThreads.configured();
            Path out = Path.of("benchmarks");
            String include = "";
            for (int i = 0; i < arguments.length; i++) {
                switch (arguments[i]) {
                    case "--quick" -> full = false;
                    case "--full" -> full = true;
                    case "--threads" -> threads = Integer.parseInt(arguments[++i]);
                    case "--out" -> out = Path.of(arguments[++i]);
                    case "--include" -> include = arguments[++i];
                    default ->
                        throw new IllegalArgumentException("Unknown argument '" + arguments[i]
                                + "': there are --quick, --full, --threads N, --out DIR and --include REGEX.");
                }
            }
            return new Plan(full, threads, out, include);
        }
    }

    /** Runs; see the class. */
    public static void main(String... arguments) throws Exception {
        Plan plan = Plan.of(arguments);
        ComputeThreads.use(plan.threads);
        Map<String, String> machine = Machine.facts(plan.threads);
        Peaks peaks = Peaks.measure(plan.full ? 100 : 30);
        List<Headline> headlines = new Headlines(plan.full ? 61 : 21, plan.threads).measure();
        headlines.forEach(headline ->
                System.out.printf(Locale.ROOT, "%s %.3g %s%n", headline.name(), headline.value(), headline.unit()));
        String mode = plan.full ? "full" : "quick";
        // A run that is cut short leaves the headlines.
        new Results(mode, machine, peaks, headlines, List.of()).write(plan.out);
        Collection<RunResult> results =
                new Runner(plan.full ? full(plan).build() : quick(plan).build()).run();
        new Results(mode, machine, peaks, headlines, results).write(plan.out);
    }

    private static ChainedOptionsBuilder options(Plan plan) {
        return new OptionsBuilder()
                .include("io\\.github\\.rewrite4j\\.benchmarks\\..*" + plan.include + ".*")
                .param("threads", Integer.toString(plan.threads))
                .shouldFailOnError(true);
    }

    private static ChainedOptionsBuilder full(Plan plan) {
        return options(plan);
    }

    private static ChainedOptionsBuilder quick(Plan plan) {
        return options(plan)
                // Slow, and among the headlines.
                .exclude(".*\\.(adam|projectedGradient|outerProducts)")
                .param("batch", "1", "16", "64")
                .param("channels", "64", "512")
                .param("keys", "131072")
                .param("rank", "1", "10")
                .param("megabytes", "64")
                .forks(0)
                .warmupIterations(1)
                .warmupTime(TimeValue.milliseconds(500))
                .measurementIterations(3)
                .measurementTime(TimeValue.milliseconds(500));
    }
}
