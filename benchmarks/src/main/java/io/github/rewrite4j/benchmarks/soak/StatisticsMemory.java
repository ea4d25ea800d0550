package io.github.rewrite4j.benchmarks.soak;

import static io.github.rewrite4j.examples.cli.Rewrite.VERSION;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * The most memory that key statistics occupy, over the number of samples, which should not matter:
 *
 * <pre>
 * java -Xms512m -Xmx512m -XX:+AlwaysPreTouch -cp benchmarks/target/benchmarks.jar \
 *     io.github.rewrite4j.benchmarks.soak.StatisticsMemory [directory]
 * </pre>
 *
 * <p>Writes {@code statistics-memory.csv}.
 */
@Command(
        name = "StatisticsMemory",
        mixinStandardHelpOptions = true,
        version = VERSION,
        description = "The most memory that key statistics occupy, over the number of samples: statistics-memory.csv.")
public final class StatisticsMemory implements Callable<Integer> {
    private static final int[] SAMPLES = {1000, 4000, 16_000, 64_000};

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "Where the file goes (default: ${DEFAULT-VALUE}).")
    private Path directory = Path.of("benchmarks", "results");

    private StatisticsMemory() {}

    /** Runs; see the class. */
    public static void main(String... arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new StatisticsMemory());
    }

    @Override
    public Integer call() throws IOException {
        ComputeThreads.use(ComputeThreads.configured());
        Map<Integer, Double> peaks = run(SAMPLES);
        StringBuilder csv = new StringBuilder("samples,most resident megabytes\n");
        peaks.forEach((samples, peak) -> csv.append(String.format(Locale.ROOT, "%d,%.1f%n", samples, peak)));
        System.out.print(csv);
        AtomicFile.write(
                directory.resolve("statistics-memory.csv"),
                out -> out.write(csv.toString().getBytes(StandardCharsets.UTF_8)));
        return 0;
    }

    /** Most resident megabytes by number of samples, after a first pass that warms up. */
    static Map<Integer, Double> run(int... numbers) throws IOException {
        Map<Integer, Double> peaks = new TreeMap<>();
        try (Generator generator = BundledGenerator.load()) {
            AssociativeMemory memory = generator.memory("layer5");
            peak(memory, numbers[0]);
            for (int samples : numbers) {
                peaks.put(samples, peak(memory, samples));
            }
        }
        return peaks;
    }

    private static double peak(AssociativeMemory memory, int samples) {
        double[] most = new double[1];
        memory.covariance(samples, 1, progress -> {
            most[0] = Math.max(most[0], ResidentMemory.megabytes());
            return true;
        });
        return most[0];
    }
}
