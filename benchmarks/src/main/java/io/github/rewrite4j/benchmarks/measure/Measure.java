package io.github.rewrite4j.benchmarks.measure;

import static io.github.rewrite4j.examples.cli.Rewrite.VERSION;

import io.github.rewrite4j.samediff.ComputeThreads;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures everything and writes {@code RESULTS.md} and {@code results/summary.json}:
 *
 * <pre>java -jar benchmarks/target/benchmarks.jar [--quick | --full] [--threads N] [--out benchmarks]</pre>
 *
 * <p>Quick, the default, runs all benchmarks in this process with few sizes, in about five minutes; full gives each a
 * process of its own and takes half an hour or more.
 */
@Command(
        name = "java -jar benchmarks/target/benchmarks.jar",
        mixinStandardHelpOptions = true,
        version = VERSION,
        sortOptions = false,
        description = {
            "Measures everything and writes RESULTS.md and results/summary.json.",
            "Leave the machine alone meanwhile: what else runs is measured with it."
        })
public final class Measure implements Callable<Integer> {
    @ArgGroup
    private Mode mode = new Mode();

    @Option(
            names = "--threads",
            paramLabel = "N",
            description =
                    "Threads of native code (default: the system property " + ComputeThreads.PROPERTY + ", or 1).")
    private int threads = ComputeThreads.configured();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Directory of RESULTS.md, whose tables are replaced (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("benchmarks");

    @Option(
            names = "--include",
            paramLabel = "REGEX",
            description = "JMH benchmarks whose names hold this, such as Generate; headlines are measured always.")
    private String include = "";

    /** How much is measured. */
    private static final class Mode {
        // What is done unless --full is given.
        @SuppressWarnings("unused")
        @Option(
                names = "--quick",
                description = "All benchmarks in one process with few sizes: about five minutes. The default.")
        private boolean quick;

        @Option(names = "--full", description = "All sizes, each in a process of its own: half an hour or more.")
        private boolean full;
    }

    private Measure() {}

    /** Runs; see the class. Ends the process with 2 after wrong usage. */
    public static void main(String... arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Measure());
    }

    /** The quick run with the configured number of threads. */
    public static void quickly(Path out) throws Exception {
        Measure measure = new Measure();
        measure.out = out;
        measure.call();
    }

    @Override
    public Integer call() throws Exception {
        ComputeThreads.use(threads);
        Map<String, String> machine = Machine.facts(threads);
        Peaks peaks = Peaks.measure(mode.full ? 100 : 30);
        List<Headline> headlines = new Headlines(mode.full ? 61 : 21, threads).measure();
        headlines.forEach(headline ->
                System.out.printf(Locale.ROOT, "%s %.3g %s%n", headline.name(), headline.value(), headline.unit()));
        String label = mode.full ? "full" : "quick";
        // A run that is cut short leaves the headlines.
        new Results(label, machine, peaks, headlines, List.of()).write(out);
        Collection<RunResult> results = new Runner((mode.full ? options() : quick()).build()).run();
        new Results(label, machine, peaks, headlines, results).write(out);
        return 0;
    }

    private ChainedOptionsBuilder options() {
        return new OptionsBuilder()
                .include("io\\.github\\.rewrite4j\\.benchmarks\\..*" + include + ".*")
                .param("threads", Integer.toString(threads))
                .shouldFailOnError(true);
    }

    private ChainedOptionsBuilder quick() {
        return options()
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
