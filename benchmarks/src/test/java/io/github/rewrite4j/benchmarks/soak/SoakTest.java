package io.github.rewrite4j.benchmarks.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.samediff.ComputeThreads;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
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

    /** What patching takes on the way would be hundreds of megabytes: native memory waits for the collector. */
    @Test
    void patchingAndClosingTakesNoNativeMemoryOnTheWay() throws Exception {
        try (Generator avatars = BundledGenerator.load()) {
            Patch patch = PatchedRequests.patch(avatars, "layer5");
            patchAndClose(avatars, patch, 300);
            double before = ResidentMemory.megabytes();
            patchAndClose(avatars, patch, 150);
            assertThat(ResidentMemory.megabytes() - before).isLessThan(80);
        }
    }

    private static void patchAndClose(Generator generator, Patch patch, int times) {
        for (int i = 0; i < times; i++) {
            generator.with(patch, i / 100.0).close();
        }
    }

    @Test
    void requestsAreServedWithAndWithoutPatches() throws Exception {
        assertThat(PatchedRequests.serve(4, 2, true)).isPositive();
        assertThat(PatchedRequests.serve(4, 2, false)).isPositive();
    }
}
