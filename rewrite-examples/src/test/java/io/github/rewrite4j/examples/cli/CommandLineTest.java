package io.github.rewrite4j.examples.cli;

import static io.github.rewrite4j.examples.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Patch;
import io.github.rewrite4j.PatchReference;
import io.github.rewrite4j.Progress;
import io.github.rewrite4j.RewriteListener;
import io.github.rewrite4j.Stage;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;

class CommandLineTest {
    private static final String REGION = "ellipse(32, 37, 9, 4)";

    @TempDir
    Path folder;

    private Path plan(String layer, int rank) throws IOException {
        Path file = folder.resolve("plan.json");
        Json.write(
                file,
                Map.of(
                        "layer",
                        layer,
                        "rank",
                        rank,
                        "object",
                        Map.of("sample", 204, "region", REGION),
                        "paste",
                        List.of(Map.of("samples", "1000-1001", "region", REGION)),
                        "fresh",
                        4));
        return file;
    }

    @Test
    void anEditIsCarriedOutByAnotherStrategy() throws IOException {
        Path out = folder.resolve("off");
        assertThat(run("edit", "--edit", plan("layer3", 1), "--strategy", "unit-ablation", "--out", out)
                        .code())
                .isZero();
        assertThat(JsonText.read(out.resolve("report.json")).get("strategy").asText())
                .isEqualTo("unit-ablation");
    }

    @Test
    void anEditIsWrittenAppliedAndInspected() throws IOException {
        Path out = folder.resolve("made");
        Path log = folder.resolve("log");
        Ended edited = run("edit", "--edit", plan("layer3", 1), "--out", out, "--log", log);
        assertThat(Files.readAllLines(log.resolve("scalars.csv")))
                .anyMatch(line -> line.contains(",inserting-the-rule,"));
        assertThat(edited.err()).doesNotContain("rewrite:");
        assertThat(edited.code()).isZero();
        assertThat(edited.out()).contains("low-rank/levenberg-marquardt of layer3, rank 1");
        assertThat(out)
                .isDirectoryContaining("glob:**before.png")
                .isDirectoryContaining("glob:**after.png")
                .isDirectoryContaining("glob:**compare.png");
        JsonNode report = JsonText.read(out.resolve("report.json"));
        assertThat(report.get("lossAfter").asDouble())
                .isLessThan(report.get("lossBefore").asDouble());
        Path patch = out.resolve("patch.safetensors");
        assertThat(report.get("patchBytes").asLong()).isEqualTo(Files.size(patch));

        Path applied = folder.resolve("applied");
        assertThat(run("apply", "--patch", patch, "--count", 3, "--out", applied)
                        .code())
                .isZero();
        assertThat(JsonText.read(applied.resolve("report.json"))
                        .get("meanAbsoluteChange")
                        .asDouble())
                .isPositive();
        assertThat(run("apply", "--patch", patch, "--strength=0", "--count", 3, "--out", applied)
                        .code())
                .isZero();
        assertThat(Files.readAllBytes(applied.resolve("after.png")))
                .isEqualTo(Files.readAllBytes(applied.resolve("before.png")));

        Ended inspected = run("inspect", patch);
        assertThat(inspected.code()).isZero();
        assertThat(inspected.out())
                .contains("kind: patch", "layer: layer3", "layer3.conv.weight/left", "[96, 1, 3, 3]");
        assertThat(run("inspect", out.resolve("report.json")).out()).contains("layer: layer3", "insideL1After: ");
    }

    @Test
    void anEditLearntOnTopOfAPatchNamesItAndIsMissedWithoutIt() throws IOException {
        Path first = folder.resolve("first");
        assertThat(run("edit", "--edit", plan("layer3", 1), "--out", first).code())
                .isZero();
        Path below = first.resolve("patch.safetensors");
        Path second = folder.resolve("second");
        Ended onTop = run("edit", "--edit", plan("layer3", 2), "--patch", below, "--strength", 0.5, "--out", second);
        assertThat(onTop.err()).doesNotContain("rewrite:");
        assertThat(onTop.code()).isZero();
        JsonNode report = JsonText.read(second.resolve("report.json"));
        assertThat(report.get("learntOn").get(0).get("file").asText()).isEqualTo(below.toString());
        assertThat(report.get("learntOn").get(0).get("strength").asDouble()).isEqualTo(0.5);
        assertThat(report.get("interplay").get("effects")).hasSize(2);
        Path above = second.resolve("patch.safetensors");
        Patch made = Patch.load(above);
        assertThat(made.learntOn())
                .containsExactly(new PatchReference(Patch.load(below).id(), 0.5));
        assertThat(made.baseFingerprint()).isEqualTo(Patch.load(below).baseFingerprint());
        assertThat(run("inspect", above).out())
                .contains("learntOn: " + Patch.load(below).id() + " x 0.5", "apply it together with");

        Path out = folder.resolve("applied");
        Ended without = run("apply", "--patch", above, "--count", 2, "--fresh", 2, "--out", out);
        assertThat(without.code()).isZero();
        assertThat(without.out())
                .contains("patch.safetensors was learnt on top of patch "
                        + Patch.load(below).id().substring(0, 12) + " x 0.5, which is not in force like that");
        Ended together = run(
                "apply",
                "--patch",
                below,
                "--patch",
                above,
                "--strength",
                0.5,
                "--strength",
                1,
                "--count",
                2,
                "--fresh",
                2,
                "--out",
                out);
        assertThat(together.code()).isZero();
        assertThat(together.out())
                .contains(
                        Path.of("first", "patch.safetensors").toString(),
                        Path.of("second", "patch.safetensors").toString(),
                        "kept")
                .doesNotContain("not in force like that");
        JsonNode applied = JsonText.read(out.resolve("report.json"));
        assertThat(applied.get("patches").get(1).get("learntOn").get(0).asText())
                .isEqualTo(Patch.load(below).id().substring(0, 12) + " x 0.5");
        assertThat(applied.get("interplay").get("effects").get(0).has("area")).isTrue();
        assertThat(applied.get("interplay").get("overlaps").get(0).get("weight").asText())
                .isEqualTo("layer3.conv.weight");
        assertThat(applied.get("interplayWarnings").isArray()).isTrue();
        assertThat(applied.get("interplayWarnings")).allMatch(warning -> warning.has("kind") && warning.has("advice"));
    }

    @Test
    void patchesThatTakeOneAnotherBackAreNamed() throws IOException {
        Path made = folder.resolve("made");
        assertThat(run("edit", "--edit", plan("layer3", 2), "--out", made).code())
                .isZero();
        Patch patch = Patch.load(made.resolve("patch.safetensors"));
        WeightDelta delta = patch.deltas().get(0);
        Path opposite = folder.resolve("opposite.safetensors");
        new Patch(
                        patch.baseFingerprint(),
                        List.of(new WeightDelta.Dense(
                                delta.weight(), delta.toDense().muli(-1))),
                        Map.of())
                .save(opposite);
        Ended applied = run(
                "apply",
                "--patch",
                made.resolve("patch.safetensors"),
                "--patch",
                opposite,
                "--strength",
                3,
                "--count",
                2,
                "--fresh",
                4,
                "--out",
                folder.resolve("applied"));
        assertThat(applied.code()).isZero();
        assertThat(applied.out())
                .contains("patch.safetensors keeps", "(100 % without opposite.safetensors)", "cosine -1.00");
    }

    @Test
    void strengthsAndPatchesGoTogether() throws IOException {
        Path never = folder.resolve("never");
        assertThat(run("apply", "--out", never).code()).isEqualTo(2);
        Ended ended = run("edit", "--edit", plan("layer3", 1), "--strength", 0.5, "--out", never);
        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("There are 0 patches and 1 strengths");
        assertThat(never).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"apply", "edit", "paste"})
    void patchesAreTakenWithTheirStrengths(String command) {
        assertThat(run(command, "--help").out()).contains("--patch", "--strength");
    }

    @Test
    void samplesLayersAndStatisticsAreShown() throws IOException {
        Ended sample = run("sample", "--count", 2, "--truncation", 0.5, "--out", folder.resolve("a"));
        assertThat(sample.code()).isZero();
        assertThat(folder.resolve("a/sample.png")).isNotEmptyFile();

        Ended layers = run("layers", "--out", folder.resolve("b"));
        assertThat(layers.code()).isZero();
        assertThat(layers.out()).contains("layer8", "16 x 64 x 64", "3,360");
        assertThat(folder.resolve("b/layers.png")).isNotEmptyFile();

        Ended stats = run("stats", "--layer", "layer0", "--samples", 20, "--out", folder.resolve("c"));
        assertThat(stats.code()).isZero();
        assertThat(stats.out()).contains("layer0: 128 channels");
        assertThat(folder.resolve("c/stats.png")).isNotEmptyFile();
        assertThat(JsonText.read(folder.resolve("c/report.json")).get("keys").asInt())
                .isEqualTo(20 * 16);
    }

    @ParameterizedTest
    @CsvSource({
        "layr6, 1, There is no layer 'layr6'. Nearest names: 'layer6'",
        "layer6, 49, Rank 49 is too large",
    })
    void whatCannotBeRewrittenIsSaidInOneSentence(String layer, int rank, String message) throws IOException {
        Ended ended = run("edit", "--edit", plan(layer, rank), "--out", folder.resolve("made"));
        assertThat(ended.code()).isOne();
        assertThat(ended.err()).contains("rewrite: " + message).doesNotContain("\tat ");
        assertThat(folder.resolve("made")).doesNotExist();
    }

    @Test
    void aPatchForAnotherGeneratorIsRefused() throws IOException {
        Path foreign = folder.resolve("foreign.safetensors");
        WeightDelta change = new WeightDelta.Dense("layer8.conv.weight", Nd4j.ones(16, 16, 3, 3));
        new Patch("0123456789abcdef".repeat(4), List.of(change), Map.of()).save(foreign);
        Ended ended = run("apply", "--patch", foreign, "--out", folder.resolve("never"));
        assertThat(ended.code()).isOne();
        assertThat(ended.err()).contains("made for the generator with fingerprint 0123456789ab");
        assertThat(folder.resolve("never")).doesNotExist();
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNoticedBeforeTheWork() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");
        Ended ended = run("sample", "--out", file.resolve("below"));
        assertThat(ended.code()).isOne();
        assertThat(ended.err()).contains("Cannot write to", "file is not a directory", "--out");
        assertThat(file).hasContent("in the way");
    }

    @ParameterizedTest
    @CsvSource({"--edit, edit", "--patch, apply", "--generator, layers"})
    void missingFilesAreNamed(String option, String command) {
        Ended ended = run(command, option, folder.resolve("nowhere.json"), "--out", folder.resolve("never"));
        assertThat(ended.code()).isOne();
        assertThat(ended.err()).contains("nowhere.json").contains("check").doesNotContain("\tat ");
    }

    @Test
    void brokenPlansSayWhere() throws IOException {
        Path broken = Files.writeString(folder.resolve("broken.json"), "{\"layer\": \"layer5\",\n \"rank\" 3}");
        Ended ended = run("edit", "--edit", broken, "--out", folder.resolve("never"));
        assertThat(ended.code()).isOne();
        assertThat(ended.err()).contains("broken.json", "line 2", "not valid JSON");
    }

    @Test
    void wrongUsageHasItsOwnCodeAndAHint() {
        assertThat(run().code()).isEqualTo(2);
        assertThat(run("edit").code()).isEqualTo(2);
        assertThat(run("edit").err()).contains("--edit", "rewrite edit --help");
        assertThat(run("sampl").code()).isEqualTo(2);
        assertThat(run("sampl").err()).contains("Nearest names: 'sample'");
        assertThat(run("sample", "--count", "many").code()).isEqualTo(2);
        assertThat(run("--help").code()).isZero();
        assertThat(run("edit", "--help").out()).contains("ellipse(x, y, half width, half height)", "Examples:");
    }

    @Test
    void stackTracesComeOnlyWhenAskedFor() {
        Path nowhere = folder.resolve("nowhere.safetensors");
        assertThat(run("inspect", nowhere).err()).doesNotContain("\tat ");
        assertThat(run("inspect", nowhere, "--stacktrace").err()).contains("\tat ");
    }

    /** Cancels as soon as this stage is announced. */
    private Ended cancelledDuring(String stage, Path plan, Path out) {
        Cancellation cancellation = new Cancellation();
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        OutputStream listening = new OutputStream() {
            @Override
            public void write(int b) {
                heard.write(b);
                if (heard.toString(StandardCharsets.UTF_8).contains(stage)) {
                    cancellation.request();
                }
            }
        };
        return run(cancellation, listening, "edit", "--edit", plan, "--out", out);
    }

    @ParameterizedTest
    @CsvSource({"key statistics", "inserting the rule", "measuring", "pictures"})
    void cancellingLeavesNothingBehind(String stage) throws IOException {
        Path out = folder.resolve("cancelled");
        Ended ended = cancelledDuring(stage, plan("layer0", 1), out);
        assertThat(ended.code()).isEqualTo(130);
        assertThat(ended.err()).contains("Cancelled during");
        assertThat(out).doesNotExist();
    }

    @Test
    void cancellationIsHeardBetweenSteps() {
        Cancellation cancellation = new Cancellation();
        RewriteListener obeying = cancellation.obeyedBy(RewriteListener.SILENT);
        Progress step = Progress.of(Stage.MEASURING, 1, 2, Double.NaN);
        assertThat(obeying.onProgress(step)).isTrue();
        cancellation.request();
        assertThat(obeying.onProgress(step)).isFalse();
    }
}
