package io.github.rewrite4j.examples.cli;

import static io.github.rewrite4j.examples.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.examples.TinyClip;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;

/** A domain from a text on the command line, seen by a CLIP file: one of ours, of weights by a rule. */
class ExpandByClipTest {
    @TempDir
    private Path folder;

    @Test
    void aTextIsSeenByAClipFileAndItsVocabulary() throws IOException {
        Path file = TinyClip.in(folder);
        Path out = folder.resolve("texts");
        Ended trained = run(
                "expand",
                "--text",
                "drawn=sketch",
                "--source-text",
                "cat",
                "--clip",
                file + "=2",
                "--templates",
                "none",
                "--iterations",
                2,
                "--batch",
                2,
                "--fresh",
                0,
                "--out",
                out);
        assertThat(trained.err()).doesNotContain("rewrite:");
        assertThat(trained.out() + trained.err()).doesNotContain("a stand-in");
        assertThat(trained.code()).isZero();
        JsonNode recipe = JsonText.read(out.resolve("report.json")).at("/recipe");
        assertThat(recipe.path("drawn.direction0").asText()).startsWith("2.0 x direction from 'cat' to 'sketch'");
        assertThat(recipe.path("domains").asText()).contains("drawn");

        Files.delete(folder.resolve("vocab.json"));
        Files.delete(folder.resolve("merges.txt"));
        Ended lost = run("expand", "--text", "drawn=sketch", "--clip", file, "--out", out);
        assertThat(lost.code()).isEqualTo(1);
        assertThat(lost.err()).contains("merges.txt");
    }
}
