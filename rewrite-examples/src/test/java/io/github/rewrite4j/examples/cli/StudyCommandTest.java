package io.github.rewrite4j.examples.cli;

import static io.github.rewrite4j.examples.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;

/** The command that counts what an edit does to many samples. */
class StudyCommandTest {
    private static final String EDIT = """
            {"layer": "layer5", "rank": 2, "object": {"sample": 204, "region": "ellipse(32, 37, 9, 2.5)"},
             "paste": [{"sample": 1000, "region": "ellipse(32, 37, 9, 2.5)"}, {"sample": 1001, "region": "ellipse(32, 37, 9, 2.5)"}]}
            """;

    @TempDir
    Path folder;

    @Test
    void aStudyGoesOnWhereItWasAndCountsAsIfItHadNotBeenStopped() throws IOException {
        Path edit = Files.writeString(folder.resolve("edit.json"), EDIT);
        Path out = folder.resolve("out");
        Ended first = study(edit, out, 20);
        assertThat(first.err()).doesNotContain("rewrite:");
        assertThat(first.code()).isZero();
        JsonNode some = JsonText.read(out.resolve("report.json")).get("arms");
        assertThat(some.get("rewrite").get("turned").asDouble())
                .isGreaterThan(some.get("units off").get("turned").asDouble());
        assertThat(some.get("pasted pixels").get("undesiredChange").asDouble()).isZero();
        assertThat(some.get("all weights").get("undesiredChange").asDouble())
                .isGreaterThan(some.get("rewrite").get("undesiredChange").asDouble());
        assertThat(some.get("rewrite").get("confusion").get("hair")).isNotEmpty();
        assertThat(first.out()).contains("accuracy of the judge");

        study(edit, out, 24);
        JsonNode continued = JsonText.read(out.resolve("study.json")).get("counts");
        Files.delete(out.resolve("study.json"));
        study(edit, out, 24);
        requireEqual(JsonText.read(out.resolve("study.json")).get("counts"), continued);

        assertThat(study(edit, out, 8).err()).contains("has looked at 24 samples already");
        assertThat(run("study", "--edit", edit, "--attribute", "hat", "--target", "x", "--out", out)
                        .err())
                .contains("There is no attribute 'hat'");
    }

    @Test
    void layersAreStudiedByWhatTheirPartsDraw() throws IOException {
        Path out = folder.resolve("layers");
        Ended ended = run("layers", "--study", "--count", 8, "--out", out);
        assertThat(ended.err()).doesNotContain("rewrite:");
        assertThat(ended.code()).isZero();
        JsonNode study = JsonText.read(out.resolve("report.json")).get("study");
        assertThat(study).hasSize(9);
        assertThat(study.get(0).get("sizes")).hasSize(3);
        assertThat(study.get(8).get("sizes")).hasSize(7);
        assertThat(out).isDirectoryContaining("glob:**patches.png");
        assertThat(run("layers", "--edit", folder.resolve("x.json"), "--out", out)
                        .err())
                .contains("give both");
    }

    /** Counts are equal, and sums but for the order in which their parts were added. */
    private static void requireEqual(JsonNode counts, JsonNode expected) {
        assertThat(counts.isNumber()).isEqualTo(expected.isNumber());
        if (expected.isNumber()) {
            assertThat(counts.asDouble()).isCloseTo(expected.asDouble(), within(1e-12 * expected.asDouble()));
        }
        assertThat(counts.size()).isEqualTo(expected.size());
        expected.fields().forEachRemaining(field -> {
            assertThat(counts.has(field.getKey())).as(field.getKey()).isTrue();
            requireEqual(counts.get(field.getKey()), field.getValue());
        });
    }

    private static Ended study(Path edit, Path out, int count) {
        return run(
                "study",
                "--edit",
                edit,
                "--attribute",
                "facialHair",
                "--target",
                "walrus",
                "--steps",
                3,
                "--count",
                count,
                "--out",
                out);
    }
}
