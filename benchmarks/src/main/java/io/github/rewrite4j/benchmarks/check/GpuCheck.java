package io.github.rewrite4j.benchmarks.check;

import static io.github.rewrite4j.examples.cli.Rewrite.VERSION;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.NoBackendException;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.benchmarks.measure.Machine;
import io.github.rewrite4j.benchmarks.measure.Measure;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Compares this backend with reference numbers and measures the quick benchmarks; see {@code ./gpu-check}.
 *
 * <p>Writes {@code parity.md} and what {@link Measure} writes into a directory of its own. Ends with 1 when a comparison
 * fails.
 */
@Command(
        name = "gpu-check",
        mixinStandardHelpOptions = true,
        version = VERSION,
        sortOptions = false,
        description = {
            "Compares the backend with reference numbers, then measures the quick benchmarks with it.",
            "Ends with 1 when a comparison fails.",
            "The script takes --cpu as its first argument as well: the ordinary backend instead of CUDA."
        })
public final class GpuCheck implements Callable<Integer> {
    @Option(names = "--parity-only", description = "Compares and measures nothing.")
    private boolean parityOnly;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where parity.md, RESULTS.md and results go (default: ${DEFAULT-VALUE}).")
    private Path out = Path.of("benchmarks", "target", "gpu-check");

    private GpuCheck() {}

    /** Runs; see the class. */
    public static void main(String... arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new GpuCheck()).setExecutionExceptionHandler((failure, line, arguments) -> {
            if (!(failure instanceof NoBackendException)) {
                throw failure;
            }
            line.getErr().println(failure.getMessage());
            return 1;
        });
    }

    @Override
    public Integer call() throws Exception {
        ComputeThreads.use(ComputeThreads.configured());
        List<Parity> rows = compare();
        String text = report(rows);
        System.out.print(text);
        AtomicFile.write(out.resolve("parity.md"), stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
        if (!parityOnly) {
            Measure.quickly(out);
        }
        return rows.stream().allMatch(Parity::holds) ? 0 : 1;
    }

    static List<Parity> compare() throws IOException {
        try (Generator generator = BundledGenerator.load()) {
            return new ParityCheck(generator, ReferenceNumbers.load()).run();
        }
    }

    /** Which backend this was, and the table. */
    static String report(List<Parity> rows) {
        return (Machine.isGpu()
                        ? "Backend: " + Machine.backend() + ".\n\n"
                        : "This is no GPU: the backend is " + Machine.backend()
                                + ". The comparisons below hold for it.\n\n")
                + "| compared | with | deviation | tolerance | |\n|---|---|---:|---:|---|\n"
                + rows.stream().map(row -> row.row() + "\n").collect(Collectors.joining());
    }
}
