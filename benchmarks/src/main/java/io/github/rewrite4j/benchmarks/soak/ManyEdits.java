package io.github.rewrite4j.benchmarks.soak;

import static io.github.rewrite4j.examples.cli.Rewrite.VERSION;

import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Inputs;
import io.github.rewrite4j.Rewrite;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.ComputeThreads;
import io.github.rewrite4j.samediff.memory.CovarianceCache;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * A thousand edits in a row, each rewritten, applied, drawn and thrown away, and the resident memory after each:
 *
 * <pre>
 * java -Xms512m -Xmx512m -XX:+AlwaysPreTouch -cp benchmarks/target/benchmarks.jar \
 *     io.github.rewrite4j.benchmarks.soak.ManyEdits [edits] [directory]
 * </pre>
 *
 * <p>With the heap resident from the start, growth can only be native. Writes {@code many-edits.csv} and {@code .png}.
 */
@Command(
        name = "ManyEdits",
        mixinStandardHelpOptions = true,
        version = VERSION,
        description = "Resident memory over many edits in a row: many-edits.csv and many-edits.png.")
public final class ManyEdits implements Callable<Integer> {
    private static final int STATISTICS = 64;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "EDITS",
            description = "How many (default: ${DEFAULT-VALUE}).")
    private int edits = 1000;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DIR",
            description = "Where the files go (default: ${DEFAULT-VALUE}).")
    private Path directory = Path.of("benchmarks", "results");

    private ManyEdits() {}

    /** What was seen: resident megabytes after each edit. */
    static final class Growth {
        private final double[] megabytes;

        Growth(double... megabytes) {
            this.megabytes = megabytes.clone();
        }

        double[] megabytes() {
            return megabytes.clone();
        }

        /** Median of the last tenth less that of the third tenth, in megabytes: what is left after warming up. */
        double lateGrowth() {
            int tenth = Math.max(1, megabytes.length / 10);
            double early = median(Arrays.copyOfRange(
                    megabytes, Math.min(2 * tenth, megabytes.length - 1), Math.min(3 * tenth, megabytes.length)));
            return median(Arrays.copyOfRange(megabytes, megabytes.length - tenth, megabytes.length)) - early;
        }

        private static double median(double... values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            return sorted[sorted.length / 2];
        }
    }

    /** Runs; see the class. */
    public static void main(String... arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new ManyEdits());
    }

    @Override
    public Integer call() throws IOException {
        if (edits < 1) {
            throw new CommandLine.ParameterException(
                    new CommandLine(this), "At least one edit is needed, not " + edits + ".");
        }
        ComputeThreads.use(ComputeThreads.configured());
        Growth growth = run(edits);
        MemoryPlot.write(
                directory,
                "many-edits",
                String.format(Locale.ROOT, "Resident memory over %,d edits in a row", edits),
                "edit",
                growth.megabytes());
        System.out.printf(
                Locale.ROOT,
                "%,d edits: %.0f MB after the first, %.0f MB after the last; from the third tenth to the last %+.1f MB%n",
                edits,
                growth.megabytes()[0],
                growth.megabytes()[edits - 1],
                growth.lateGrowth());
        return 0;
    }

    /** Edits one after the other on one generator, all different. */
    static Growth run(int edits) throws IOException {
        double[] megabytes = new double[edits];
        Path directory = Files.createTempDirectory("rewrite4j-many-edits");
        try (Generator generator = BundledGenerator.load()) {
            LowRankRewrite strategy = LowRankRewrite.rank(1)
                    .byLevenbergMarquardt(3)
                    .statistics(STATISTICS, 1)
                    .cache(CovarianceCache.in(directory))
                    .evaluatedOn(0, 2);
            Inputs inputs = generator.sample(2, 9);
            for (int i = 0; i < edits; i++) {
                edit(generator, strategy, inputs, i);
                megabytes[i] = ResidentMemory.megabytes();
            }
        } finally {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return new Growth(megabytes);
    }

    private static void edit(Generator generator, LowRankRewrite strategy, Inputs inputs, int number) {
        Region region = Region.ellipse(32, 12 + number % 30, 9, 4);
        AssociativeMemory memory = generator.memory(number % 2 == 0 ? "layer4" : "layer5");
        Edit edit = Edit.copy(Sample.of(number), region).pasteInto(Sample.of(number + 1), region);
        Rewrite rewrite = strategy.rewrite(memory, edit);
        try (Generator rewritten = generator.with(rewrite.patch())) {
            rewritten.generate(inputs).close();
        }
    }
}
