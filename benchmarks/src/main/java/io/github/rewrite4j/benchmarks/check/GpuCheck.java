package io.github.rewrite4j.benchmarks.check;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.benchmarks.measure.Machine;
import io.github.rewrite4j.benchmarks.measure.Measure;
import io.github.rewrite4j.examples.BundledGenerator;
import io.github.rewrite4j.io.AtomicFile;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Compares this backend with reference numbers and measures the quick benchmarks; see {@code ./gpu-check}.
 *
 * <pre>GpuCheck [--parity-only] [--out DIR]</pre>
 *
 * <p>Writes {@code parity.md} and what {@link Measure} writes into a directory of its own. Ends with 1 when a comparison
 * fails.
 */
public final class GpuCheck {
    private GpuCheck() {}

    /** Runs; see the class. */
    public static void main(String[] arguments) throws Exception {
        boolean parityOnly = false;
        Path out = Path.of("benchmarks", "target", "gpu-check");
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--parity-only" -> parityOnly = true;
                case "--out" -> out = Path.of(arguments[++i]);
                default ->
                    throw new IllegalArgumentException(
                            "Unknown argument '" + arguments[i] + "': there are --parity-only and --out DIR.");
            }
        }
        ComputeThreads.use(ComputeThreads.configured());
        List<Parity> rows = compare();
        String text = report(rows);
        System.out.print(text);
        AtomicFile.write(out.resolve("parity.md"), stream -> stream.write(text.getBytes(StandardCharsets.UTF_8)));
        if (!parityOnly) {
            Measure.main("--quick", "--out", out.toString());
        }
        if (!rows.stream().allMatch(Parity::holds)) {
            System.exit(1);
        }
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
