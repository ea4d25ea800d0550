package io.github.rewrite4j.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SoakTest {
    @BeforeAll
    static void oneThread() {
        ComputeThreads.use(1);
        Assumptions.assumeTrue(ResidentMemory.isKnown());
    }

    @Test
    void aFewEditsAreMeasuredAndDrawn(@TempDir Path directory) throws Exception {
        ManyEdits.Growth growth = ManyEdits.run(3);
        assertThat(growth.megabytes()).hasSize(3);
        assertThat(growth.megabytes()[0]).isGreaterThan(50);
        MemoryPlot.write(directory, "edits", "Edits", "edit", growth.megabytes());
        assertThat(directory.resolve("edits.csv")).content().hasLineCount(4);
        assertThat(directory.resolve("edits.png")).isNotEmptyFile();
    }

    @Test
    void growthIsWhatIsLeftAfterWarmingUp() {
        double[] flat = new double[100];
        for (int i = 0; i < 100; i++) {
            flat[i] = i < 20 ? 100 + i : 120;
        }
        assertThat(new ManyEdits.Growth(flat).lateGrowth()).isZero();
        for (int i = 0; i < 100; i++) {
            flat[i] += i;
        }
        assertThat(new ManyEdits.Growth(flat).lateGrowth()).isEqualTo(70);
    }

    @Test
    void programsExplainThemselvesAndRefuseWrongUsage() {
        for (CommandLine program : List.of(ManyEdits.commandLine(), StatisticsMemory.commandLine())) {
            StringWriter text = new StringWriter();
            program.setOut(new PrintWriter(text)).setErr(new PrintWriter(text));
            assertThat(program.execute("--help")).isZero();
            assertThat(text.toString()).contains("benchmarks" + File.separator + "results");
            assertThat(program.execute("--much")).isEqualTo(2);
            assertThat(text.toString()).contains("Unknown option: '--much'");
        }
        assertThat(ManyEdits.commandLine()
                        .setErr(new PrintWriter(new StringWriter()))
                        .execute("0"))
                .isEqualTo(2);
    }

    @Test
    void memoryOfStatisticsIsMeasuredByNumberOfSamples() throws Exception {
        assertThat(StatisticsMemory.run(16, 32))
                .containsOnlyKeys(16, 32)
                .allSatisfy((n, megabytes) -> assertThat(megabytes).isPositive());
    }

    /**
     * What patching takes on the way would be hundreds of megabytes: native memory waits for the collector. Measured in a
     * process of its own whose heap is resident from the start, so that what grows is not the heap.
     */
    @Test
    void patchingAndClosingTakesNoNativeMemoryOnTheWay() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms256m",
                        "-Xmx256m",
                        "-XX:+AlwaysPreTouch",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PatchedAndClosed.class.getName())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(printed).isZero();
        assertThat(printed).containsPattern("grown by -?\\d+ MB");
        String grown = printed.replaceAll("(?s).*grown by (-?\\d+) MB.*", "$1");
        assertThat(Integer.parseInt(grown)).as(printed).isLessThan(80);
    }

    /** Patches a generator and closes it, many times, and prints by how much memory grew after the first times. */
    static final class PatchedAndClosed {
        private PatchedAndClosed() {}

        public static void main(String... arguments) throws IOException {
            ComputeThreads.use(1);
            try (Generator avatars = BundledGenerator.load()) {
                Patch patch = PatchedRequests.patch(avatars, "layer5");
                patchAndClose(avatars, patch, 300);
                double before = ResidentMemory.megabytes();
                patchAndClose(avatars, patch, 600);
                System.out.printf(Locale.ROOT, "grown by %.0f MB%n", ResidentMemory.megabytes() - before);
            }
        }

        private static void patchAndClose(Generator generator, Patch patch, int times) {
            for (int i = 0; i < times; i++) {
                generator.with(patch, i / 100.0).close();
            }
        }
    }

    @Test
    void requestsAreServedWithAndWithoutPatches() throws Exception {
        assertThat(PatchedRequests.serve(4, 2, true)).isPositive();
        assertThat(PatchedRequests.serve(4, 2, false)).isPositive();
    }
}
