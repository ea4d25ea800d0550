package io.github.rewrite4j.examples.cli;

import static io.github.rewrite4j.examples.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.OwnInputs;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.edit.EditFile;
import io.github.rewrite4j.examples.ForeignPictures;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.JsonNode;

/** A picture becomes a subject: inverted, in an edit, and on a walk. */
class InvertCommandTest {
    @TempDir
    Path folder;

    @Test
    void aPictureIsInvertedEditedAndMoved() throws IOException {
        Path photo = folder.resolve("photo.png");
        Images.write(ForeignPictures.bare(1), photo);
        Path me = folder.resolve("me");
        Ended inverted = run("invert", "--image", photo, "--steps", 3, "--pivot", 1, "--out", me, "--log", me);
        assertThat(Files.readAllLines(me.resolve("scalars.csv"))).hasSizeGreaterThan(3);
        assertThat(inverted.err()).doesNotContain("rewrite:");
        assertThat(inverted.code()).isZero();
        assertThat(inverted.out()).contains("photo: PSNR", "with the patch");
        JsonNode facts =
                JsonText.read(me.resolve("report.json")).get("pictures").get(0);
        assertThat(me).isDirectoryContaining("glob:**compare.png");
        OwnInputs inputs = OwnInputs.read(me.resolve("photo.safetensors"));
        Patch pivot = Patch.load(me.resolve("pivot.safetensors"));
        try (Generator avatars = BundledGenerator.load();
                Generator tuned = avatars.with(pivot)) {
            double squares = tuned.generate(inputs.inputs())
                    .sub(ForeignPictures.bare(1))
                    .norm2Number()
                    .doubleValue();
            double psnr = 10 * Math.log10(4 * 12288 / (squares * squares));
            assertThat(psnr).isCloseTo(facts.get("psnrWithThePivot").asDouble(), Offset.offset(0.1));
        }

        String edit =
                "{'layer': 'layer5', 'rank': 1, 'object': {'inputs': 'photo.safetensors', 'region': 'ellipse(32, 44,"
                        + " 6, 5)'}, 'paste': [{'sample': 7, 'region': 'ellipse(32, 44, 6, 5)'}], 'fresh': 2}";
        Path file = Files.writeString(me.resolve("mouth.json"), edit.replace('\'', '"'));
        assertThat(EditFile.read(file).edit().object().subject()).isEqualTo(inputs);

        Path moving = folder.resolve("moving");
        Ended walk = run(
                "walk",
                "--patch",
                me.resolve("pivot.safetensors"),
                "--inputs",
                me.resolve("photo.safetensors"),
                "--through",
                2,
                "--frames",
                5,
                "--out",
                moving);
        assertThat(walk.err()).doesNotContain("rewrite:");
        assertThat(walk.code()).isZero();
        JsonNode moved = JsonText.read(moving.resolve("report.json"));
        assertThat(moved.get("frames").asInt()).isEqualTo(5);
        assertThat(moved.get("flickerBefore").asDouble()).isPositive();
        assertThat(moved.get("through").get(0).asText()).isEqualTo("photo.safetensors");
        assertThat(moving.resolve("frames")).isDirectoryContaining("glob:**before-004.png");
        assertThat(moving.resolve("walk.gif")).isNotEmptyFile();
    }

    @Test
    void wrongUsageIsSaidAtOnce() {
        assertThat(run("invert", "--image", "me.png", "--steps", 0).code()).isEqualTo(2);
        Ended twice = run("invert", "--image", "a/me.png", "--image", "b/me.png");
        assertThat(twice.code()).isEqualTo(2);
        assertThat(twice.err()).contains("me.safetensors");
        assertThat(run("walk", "--patch", "p", "--through", 1).code()).isEqualTo(2);
    }
}
