package io.github.rewrite4j.benchmarks.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.samediff.ComputeThreads;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class MeasureTest {
    private static final Peaks PEAKS = new Peaks(80e9, 100e9, 50e9, 10e9);

    @BeforeAll
    static void oneThread() {
        ComputeThreads.use(1);
    }

    @Test
    void theProgramExplainsItselfAndRefusesWrongUsage() {
        StringWriter text = new StringWriter();
        CommandLine program =
                Measure.commandLine().setOut(new PrintWriter(text)).setErr(new PrintWriter(text));
        assertThat(program.execute("--help")).isZero();
        assertThat(text.toString()).contains("--full", "--threads=N", "default: benchmarks");
        assertThat(program.execute("--quick", "--full")).isEqualTo(2);
        assertThat(text.toString()).contains("mutually exclusive");
        assertThat(program.execute("--threads", "few")).isEqualTo(2);
    }

    @Test
    void peaksArePositive() {
        Peaks peaks = Peaks.measure(1);
        assertThat(List.of(peaks.ssyrk(), peaks.sgemm(), peaks.dgemm(), peaks.copy()))
                .allMatch(rate -> rate > 0);
    }

    @Test
    void workIsReadAsAShareOfItsPeak() {
        Work work =
                Work.of("SecondMomentBenchmark.syrk", Map.of("channels", "512")).orElseThrow();
        assertThat(work.achieved(20, PEAKS)).isEqualTo("53.79 GFLOP/s, 67 % of ssyrk");
        assertThat(Work.of("ColdStartBenchmark.firstImage", Map.of())).isEmpty();
    }

    @Test
    void headlinesHaveBothSides() throws Exception {
        List<Headline> headlines = new Headlines(1, 1, 10).measure();
        assertThat(headlines)
                .extracting(Headline::name)
                .contains(
                        "secondMomentOverSyrkPeak",
                        "secondMomentOverOuterProducts",
                        "rankOneEditOverProjectedGradient",
                        "generateImagesPerSecond",
                        "projectorStepsPerSecond");
        assertThat(headlines).allMatch(h -> h.times().ours() > 0 && h.times().baseline() > 0);
    }

    @Test
    void tablesReplaceWhatIsBetweenTheMarkersOnly(@TempDir Path directory) throws Exception {
        Headline headline = new Headline("a", 2, "times", "ours", "theirs", new Interleaved(1, 2, 3));
        Results results = new Results("quick", Map.of("cores", "2"), PEAKS, List.of(headline), List.of());
        Files.writeString(
                directory.resolve("RESULTS.md"), "Before\n" + Results.START + "\nold\n" + Results.END + "\nAfter\n");
        results.write(directory);
        assertThat(directory.resolve("RESULTS.md"))
                .content()
                .startsWith("Before\n")
                .endsWith("\nAfter\n")
                .contains("| a | 2.00 times | 1.000 | 2.000 | 3 |")
                .doesNotContain("old");
        assertThat(directory.resolve("results/summary.json")).content().contains("\"oursMedianMilliseconds\" : 1.0");
    }

    @Test
    void textWithoutMarkersIsLeftAlone() {
        assertThatThrownBy(() -> Results.between("By hand.", "tables"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Results.START);
    }

    @Test
    void medians() {
        assertThat(Interleaved.median(3, 1, 2)).isEqualTo(2);
        assertThat(Interleaved.median(4, 1, 2, 3)).isEqualTo(2.5);
    }
}
