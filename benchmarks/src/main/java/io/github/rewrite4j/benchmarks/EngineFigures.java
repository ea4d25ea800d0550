package io.github.rewrite4j.benchmarks;

import ai.onnxruntime.OrtException;
import io.github.rewrite4j.AssociativeMemory;
import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What the engine is measured by, one after the other in one process: the bundled generator and a StyleGAN2 of 256 pixels
 * beside ONNX Runtime, an enlarging network beside SameDiff's session, and an edit of the large network with the most memory
 * that the process has held. Takes some five minutes on a quiet machine.
 *
 * <pre>
 * java -cp benchmarks/target/benchmarks.jar io.github.rewrite4j.benchmarks.EngineFigures benchmarks/side-by-side/avatar.onnx
 * </pre>
 */
public final class EngineFigures {
    private static final int SIDE = 256;
    private static final String LAYER = "convs.5.conv";
    private static final int STATISTICS = 16;
    private static final int EDITS = 2;

    private EngineFigures() {}

    /**
     * Measures.
     *
     * @param args the bundled generator for ONNX Runtime
     */
    public static void main(String[] args) throws IOException, OrtException {
        if (args.length != 1) {
            System.err.println("usage: EngineFigures AVATAR.onnx");
            System.exit(2);
        }
        Path folder = Files.createTempDirectory("rewrite4j");
        try {
            RandomStyleGan2.Files random = RandomStyleGan2.write(SIDE, folder);
            edit(random.checkpoint());
            BesideOnnxRuntime.main(new String[] {args[0], "bundled", "300", "1", "16"});
            BesideOnnxRuntime.main(new String[] {
                random.network().toString(), random.checkpoint().toString(), "5", "1", "4"
            });
            BesideSession.main(new String[] {"40", "64", "128"});
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                files.sorted(Comparator.reverseOrder()).forEach(EngineFigures::delete);
            }
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException unwilling) {
            throw new UncheckedIOException(unwilling);
        }
    }

    /** A copied rule of rank one, twice: the first time everything is compiled. */
    private static void edit(Path checkpoint) throws IOException {
        try (Generator generator = StyleGan2.load(checkpoint)) {
            AssociativeMemory memory = generator.memory(LAYER);
            Region spot = Region.ellipse(SIDE / 4.0, SIDE / 4.0, SIDE / 10.0, SIDE / 10.0);
            Edit edit = Edit.copy(Sample.of(1), spot).pasteInto(Sample.range(1, 10, 14), spot);
            for (int i = 0; i < EDITS; i++) {
                long started = System.nanoTime();
                LowRankRewrite.rank(1)
                        .statistics(STATISTICS, Sample.DEFAULT_SEED)
                        .evaluatedOn(0, Sample.DEFAULT_SEED)
                        .rewrite(memory, edit);
                System.out.printf(
                        Locale.ROOT,
                        "rank-one edit of %s at %d pixels, %d samples of statistics: %.2f s, at most %.0f MB so far%n",
                        LAYER,
                        SIDE,
                        STATISTICS,
                        (System.nanoTime() - started) / 1e9,
                        mostMegabytes());
            }
        }
    }

    private static double mostMegabytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status)) {
            return Double.NaN;
        }
        return Files.readAllLines(status, StandardCharsets.US_ASCII).stream()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElse(0)
                / 1024.0;
    }
}
