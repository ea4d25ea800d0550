package io.github.rewrite4j.examples.cli;

import static io.github.rewrite4j.examples.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.edit.OriginalInterventionFile;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;

/** Commands that look at what layers know: search, dissect and erase. */
class SearchCommandTest {
    private static final String MOUTH = "4:rectangle(24, 40, 16, 8)";

    @TempDir
    Path folder;

    @Test
    void whatIsErasedIsSearchedForByItsPatch() throws IOException {
        Path erased = folder.resolve("erased");
        Ended rule = run("erase", "--layer", "layer3", "--mark", MOUTH, "--times", 1, "--out", erased);
        assertThat(rule.err()).doesNotContain("rewrite:");
        assertThat(rule.code()).isZero();
        JsonNode report = JsonText.read(erased.resolve("report.json"));
        assertThat(report.get("changeWhereMarked").asDouble())
                .isGreaterThan(report.get("changeElsewhere").asDouble());
        assertThat(report.get("lossAfter").asDouble())
                .isLessThan(report.get("lossBefore").asDouble());
        assertThat(erased).isDirectoryContaining("glob:**compare.png");

        Path found = folder.resolve("found");
        Ended search = run(
                "search",
                "--rule",
                erased.resolve("patch.safetensors"),
                "--count",
                20,
                "--top",
                3,
                "--cache",
                folder.resolve("cache"),
                "--out",
                found);
        assertThat(search.code()).isZero();
        assertThat(search.out()).contains("at layer3: 20 samples", "of seed 2");
        JsonNode matches = JsonText.read(found.resolve("report.json")).get("matches");
        assertThat(matches).hasSize(3);
        assertThat(matches.get(0).get("peak").asDouble())
                .isGreaterThanOrEqualTo(matches.get(2).get("peak").asDouble());
        assertThat(found).isDirectoryContaining("glob:**matches.png");
        assertThat(folder.resolve("cache")).isDirectoryContaining("glob:**search-*");

        Path photos = Files.createDirectories(folder.resolve("photos"));
        Images.writeGrid(Nd4j.zeros(1, 3, 64, 64), photos.resolve("grey.png"));
        Images.writeGrid(Nd4j.ones(1, 3, 64, 64), photos.resolve("white.png"));
        Ended among = run(
                "search",
                "--rule",
                erased.resolve("patch.safetensors"),
                "--photos",
                photos,
                "--steps",
                2,
                "--out",
                folder.resolve("in-photos"));
        assertThat(among.err()).doesNotContain("rewrite:");
        assertThat(among.code()).isZero();
        assertThat(among.out()).contains("2 pictures", "grey.png", "white.png");
        assertThat(folder.resolve("in-photos")).isDirectoryContaining("glob:**matches.png");
        Ended none = run(
                "search",
                "--rule",
                erased.resolve("patch.safetensors"),
                "--photos",
                folder.resolve("cache"),
                "--out",
                folder.resolve("never"));
        assertThat(none.code()).isEqualTo(2);
        assertThat(none.err()).contains("no PNG or JPEG");
    }

    @Test
    void unitsOfAPartAreListedAndShown() throws IOException {
        Path out = folder.resolve("hair");
        Ended ended = run("dissect", "--layer", "layer3", "--part", "hair", "--count", 20, "--out", out);
        assertThat(ended.err()).doesNotContain("rewrite:");
        assertThat(ended.code()).isZero();
        JsonNode units = JsonText.read(out.resolve("report.json")).get("units");
        assertThat(units).hasSize(96);
        assertThat(units.get(0).get("overlap").asDouble())
                .isGreaterThanOrEqualTo(units.get(1).get("overlap").asDouble());
        assertThat(out).isDirectoryContaining("glob:**units.png");
    }

    @Test
    void aRelationIsTriedAtLayersAndTurnedRound() throws IOException {
        Path out = folder.resolve("turned");
        Ended ended = run(
                "relation",
                "--layer",
                "layer2",
                "--judge",
                "layer3",
                "--cause",
                "background",
                "--effect",
                "head",
                "--count",
                2,
                "--steps",
                1,
                "--refine",
                2,
                "--out",
                out);
        assertThat(ended.err()).doesNotContain("rewrite:");
        assertThat(ended.code()).isZero();
        assertThat(ended.out()).contains("carries it");
        JsonNode report = JsonText.read(out.resolve("report.json"));
        assertThat(report.get("trials")).hasSize(2);
        assertThat(report.get("probe").get("units")).hasSize(20);
        assertThat(report.get("effect").get("kept").asDouble()).isNotEqualTo(1);
        assertThat(OriginalInterventionFile.read(out.resolve("interventions.json")))
                .hasSize(2);
        assertThat(out).isDirectoryContaining("glob:**relation.png").isDirectoryContaining("glob:**patch.safetensors");
    }

    @Test
    void wrongUsageIsSaidBeforeAnythingIsDone() {
        assertThat(run("relation", "--layer", "layer2", "--judge", "layer3", "--out", folder)
                        .err())
                .contains("--cause PART and --effect PART");
        assertThat(run("search", "--layer", "layer3", "--out", folder).err()).contains("by one of --mark");
        assertThat(run("search", "--layer", "layer3", "--mark", "x", "--out", folder)
                        .err())
                .contains("--mark is 'x'");
        assertThat(run("search", "--mark", MOUTH, "--out", folder).err()).contains("--layer");
        assertThat(run("erase", "--layer", "layer3", "--mark", "4:oval(1)", "--out", folder)
                        .code())
                .isEqualTo(2);
        assertThat(run("dissect", "--layer", "layer3", "--part", "hat", "--out", folder)
                        .err())
                .contains("--part is 'hat'", "facialHair");
        assertThat(folder).isEmptyDirectory();
    }
}
