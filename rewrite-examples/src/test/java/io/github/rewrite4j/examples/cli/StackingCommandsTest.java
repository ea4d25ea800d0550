package io.github.rewrite4j.examples.cli;

import static io.github.rewrite4j.examples.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.PatchSamples;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.WeightDelta;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.io.Json;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.databind.JsonNode;

/** Several edits of one layer: together, and one that leaves alone what earlier ones look at. */
class StackingCommandsTest {
    private static final String LIP = "ellipse(32, 37, 9, 4)";
    private static final String CROWN = "ellipse(32, 10, 8, 6)";

    @TempDir
    Path folder;

    private Path plan(String name, String layer, int object, String region) throws IOException {
        Path file = folder.resolve(name + ".json");
        Json.write(
                file,
                Map.of(
                        "layer",
                        layer,
                        "rank",
                        1,
                        "object",
                        Map.of("sample", object, "region", region),
                        "paste",
                        List.of(Map.of("samples", "1000-1001", "region", region)),
                        "fresh",
                        4));
        return file;
    }

    @Test
    void editsOfALayerAreSolvedTogetherOrAfterOneAnother() throws IOException {
        Path lip = plan("lip", "layer3", 204, LIP);
        Path crown = plan("crown", "layer3", 17, CROWN);
        Path both = folder.resolve("both");
        Ended ended = run("edit", "--edit", lip, "--together", crown, "--out", both);
        assertThat(ended.err()).doesNotContain("rewrite:");
        assertThat(ended.code()).isZero();
        assertThat(ended.out()).contains("lip: success", "crown: success");
        JsonNode report = JsonText.read(both.resolve("report.json"));
        assertThat(report.get("rules")).hasSize(2);
        assertThat(report.get("rules").get(1).get("edit").asText()).isEqualTo("crown");
        assertThat(both).isDirectoryContaining("glob:**compare.png");
        Path patch = both.resolve("patch.safetensors");
        assertThat(Patch.load(patch).deltas().get(0).rank()).isEqualTo(2);

        Path kept = folder.resolve("kept");
        Ended onTop = run("edit", "--edit", crown, "--patch", patch, "--keep-earlier", 0.9, "--out", kept);
        assertThat(onTop.code()).isZero();
        assertThat(Patch.load(kept.resolve("patch.safetensors")).notes().get("recipe"))
                .contains("--keep-earlier");
    }

    @Test
    void aCopiedRuleHoldsForSomeImages() throws IOException {
        Path file = folder.resolve("some.json");
        Json.write(
                file,
                Map.of(
                        "layer",
                        "layer5",
                        "strategy",
                        "in-images",
                        "shown",
                        4,
                        "steps",
                        8,
                        "object",
                        Map.of("sample", 204, "region", LIP),
                        "paste",
                        List.of(Map.of("samples", "1000-1001", "region", LIP)),
                        "fresh",
                        4));
        Path out = folder.resolve("some");
        Ended ended = run("edit", "--edit", file, "--except-where", "hair=long+extraLong", "--out", out);
        assertThat(ended.err()).doesNotContain("rewrite:");
        assertThat(ended.code()).isZero();
        JsonNode condition = JsonText.read(out.resolve("report.json")).get("condition");
        assertThat(condition.get("images").asInt()).isEqualTo(8);
        assertThat(condition.get("untouched").asDouble()).isBetween(0.0, 1.0);
        assertThat(Patch.load(out.resolve("patch.safetensors")).deltas()).hasSizeGreaterThan(1);
    }

    @Test
    void whatCannotGoTogetherIsSaid() throws IOException {
        Path lip = plan("lip", "layer3", 204, LIP);
        Path elsewhere = plan("elsewhere", "layer4", 17, CROWN);
        Ended layers = run("edit", "--edit", lip, "--together", elsewhere, "--out", folder.resolve("out"));
        assertThat(layers.code()).isEqualTo(2);
        assertThat(layers.err()).contains("cannot be solved together", "layer3");
        Ended nothing = run("edit", "--edit", lip, "--keep-earlier", 0.9, "--out", folder.resolve("out"));
        assertThat(nothing.code()).isEqualTo(2);
        assertThat(nothing.err()).contains("name them with --patch");
        for (List<Object> both : List.<List<Object>>of(
                List.of("--except-where", "hair=long", "--together", elsewhere),
                List.of("--share", 0.5, "--keep-earlier", 0.9),
                List.of("--share", 0.5, "--strategy", "closed-form"),
                List.of("--together", lip, "--strategy", "closed-form"))) {
            List<Object> arguments = new ArrayList<>(List.of("edit", "--edit", lip, "--out", folder.resolve("out")));
            arguments.addAll(both);
            Ended passedOver = run(arguments.toArray());
            assertThat(passedOver.code()).as("%s", both).isEqualTo(2);
            assertThat(passedOver.err()).as("%s", both).contains("leave --");
        }
        assertThat(folder.resolve("out").resolve("patch.safetensors")).doesNotExist();
    }

    @Test
    void patchesWithoutARecipeOfSamplesAreNotComposed() throws IOException {
        Path noted = folder.resolve("noted.safetensors");
        Path bare = folder.resolve("bare.safetensors");
        try (Generator avatars = BundledGenerator.load()) {
            WeightDelta change = new WeightDelta.LowRank(
                    "layer3.conv.weight",
                    Nd4j.ones(96, 1, 3, 3).muli(0.001),
                    Nd4j.ones(1, avatars.memory("layer3").spec().keyShape().channels())
                            .castTo(DataType.FLOAT));
            String base = avatars.spec().baseFingerprint();
            PatchSamples samples = new PatchSamples(List.of(Sample.of(3)));
            new Patch(base, List.of(change), samples.among(Map.of())).save(noted);
            new Patch(base, List.of(change), Map.of()).save(bare);
        }
        Path composed = folder.resolve("composed");
        Ended refused = run("compose", "--patch", noted, "--patch", bare, "--out", composed);
        assertThat(refused.code()).isNotZero();
        assertThat(refused.err()).contains("does not say which samples it was learnt on", "Patch 2");
        assertThat(Files.exists(composed.resolve("patch.safetensors"))).isFalse();
        Ended added = run("compose", "--sum", "--patch", noted, "--patch", bare, "--out", composed);
        assertThat(added.code()).isZero();
    }
}
