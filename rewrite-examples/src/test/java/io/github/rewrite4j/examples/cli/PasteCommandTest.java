package io.github.rewrite4j.examples.cli;

import static io.github.rewrite4j.examples.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Patch;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.internal.JsonText;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.shade.jackson.databind.JsonNode;

class PasteCommandTest {
    @TempDir
    Path folder;

    /** A dark plain picture, and the same with a red square. */
    private Path picture(String name, boolean withSquare) throws IOException {
        return picture(name, 40, withSquare);
    }

    private Path picture(String name, int top, boolean withSquare) throws IOException {
        INDArray image = Nd4j.zeros(3, 100, 120).subi(0.5);
        if (withSquare) {
            image.get(NDArrayIndex.point(0), NDArrayIndex.interval(top, top + 20), NDArrayIndex.interval(50, 80))
                    .assign(1);
        }
        Path file = folder.resolve(name);
        Images.write(image, file);
        return file;
    }

    @Test
    void anObjectFromPicturesIsPutOnEveryImage() throws IOException {
        Path out = folder.resolve("made");
        Ended pasted = run(
                "paste",
                "--exemplar",
                picture("with.png", true),
                "--without",
                picture("without.png", false),
                "--at",
                "32,40",
                "--size",
                "20",
                "--context",
                "4",
                "--steps",
                "4",
                "--fresh",
                "4",
                "--out",
                out);
        assertThat(pasted.err()).doesNotContain("rewrite:");
        assertThat(pasted.code()).isZero();
        assertThat(out.resolve("before.png")).exists();
        assertThat(out.resolve("after.png")).exists();
        assertThat(out.resolve("compare.png")).exists();
        assertThat(Patch.load(out.resolve("patch.safetensors")).deltas()).hasSize(3);
        JsonNode report = JsonText.read(out.resolve("report.json"));
        assertThat(report.get("exemplars").get(0).asText()).isEqualTo("with.png");
        assertThat(report.get("evaluatedOn").asText()).isEqualTo("the pictures that it learnt from");
        assertThat(pasted.out()).contains("measured on the pictures it learnt from", "paste --goal");
        assertThat(report.get("warnings").findValuesAsText("kind")).contains("LEARNT_GOALS", "FEW_CONTEXTS");
        assertThat(report.get("insideL1Unedited").asDouble())
                .isGreaterThan(report.get("insideL1").asDouble());
        assertThat(report.get("seconds").has("rewriting")).isTrue();
    }

    @Test
    void aGoalThatTheEditNeverSawIsWhatTheReportIsMeasuredOn() throws IOException {
        Path out = folder.resolve("measured");
        Ended pasted = run(
                "paste",
                "--exemplar",
                tightCutOut(),
                "--goal",
                picture("other.png", 44, true),
                "--goal-without",
                picture("other-without.png", 44, false),
                "--context",
                "4",
                "--steps",
                "2",
                "--fresh",
                "4",
                "--out",
                out);
        assertThat(pasted.err()).doesNotContain("rewrite:");
        JsonNode report = JsonText.read(out.resolve("report.json"));
        assertThat(report.get("exemplars").get(0).asText()).isEqualTo("disc.png");
        assertThat(report.get("goals").get(0).asText()).isEqualTo("other.png");
        assertThat(report.get("evaluatedOn").asText()).isEqualTo("pictures that it never saw");
        assertThat(report.get("warnings").findValuesAsText("kind"))
                .contains("PICTURE_AS_READ")
                .doesNotContain("LEARNT_GOALS");
        assertThat(pasted.out()).contains("disc.png is a tight cut-out", "32 pixels wide", "--size");
    }

    /** A red disc that fills its picture, transparent around it. */
    private Path tightCutOut() throws IOException {
        BufferedImage disc = new BufferedImage(50, 50, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = disc.createGraphics();
        graphics.setColor(Color.RED);
        graphics.fillOval(0, 0, 50, 50);
        graphics.dispose();
        Path file = folder.resolve("disc.png");
        ImageIO.write(disc, "png", file.toFile());
        return file;
    }

    @Test
    void anObjectIsPutOnSomeImagesOnly() throws IOException {
        Path out = folder.resolve("some");
        Ended ended = run(
                "paste",
                "--exemplar",
                picture("with.png", true),
                "--without",
                picture("without.png", false),
                "--only-where",
                "hair=bald+balding",
                "--context",
                "6",
                "--steps",
                "2",
                "--fresh",
                "4",
                "--out",
                out);
        assertThat(ended.code()).as(ended.err()).isZero();
        JsonNode report = JsonText.read(out.resolve("report.json"));
        assertThat(report.path("layer").asText()).isEqualTo("layer3..layer7");
        assertThat(report.path("layerChoice").path("reason").asText()).contains("half the size");
        assertThat(report.path("conditional").path("images").asInt()).isEqualTo(8);
        assertThat(report.path("exceptions").asText()).isEqualTo("6");
        assertThat(ended.out()).contains("of those that are meant to have it");
    }

    @Test
    void wishesForSomeImagesMustMakeSense() throws IOException {
        Path out = folder.resolve("never");
        Object with = picture("with.png", true);
        Object without = picture("without.png", false);
        for (String[] wish : new String[][] {
            {"--share", "1.5", "between 0 and 1"},
            {"--only-where", "bald", "hair=long"},
            {"--except-where", "hair=green", "mohawk"},
            {"--except-where", "ears=long", "facialHair"}
        }) {
            Ended ended = run("paste", "--exemplar", with, "--without", without, wish[0], wish[1], "--out", out);
            assertThat(ended.code()).as(wish[1]).isEqualTo(2);
            assertThat(ended.err()).contains(wish[2]);
        }
        assertThat(Files.exists(out)).isFalse();
    }

    @Test
    void wrongWishesEndWithOneSentenceAndNoFile() throws IOException {
        Path out = folder.resolve("none");
        Ended opaque = run("paste", "--exemplar", picture("with.png", true), "--out", out);
        assertThat(opaque.code()).isEqualTo(1);
        assertThat(opaque.err()).contains("mask");
        Ended nowhere = run(
                "paste",
                "--exemplar",
                picture("with.png", true),
                "--without",
                picture("without.png", false),
                "--at",
                "640,40",
                "--out",
                out);
        assertThat(nowhere.code()).isEqualTo(1);
        Ended large = run(
                "paste",
                "--exemplar",
                picture("with.png", true),
                "--without",
                picture("without.png", false),
                "--size",
                "80",
                "--out",
                out);
        assertThat(large.code()).isEqualTo(1);
        assertThat(large.err()).contains("cannot be 80 pixels wide on a picture of 64x64", "from 1 to 64");
        assertThat(nowhere.err()).contains("outside the picture");
        assertThat(run("paste", "--out", out).code()).isEqualTo(2);
        assertThat(run("paste", "--exemplar", folder.resolve("missing.png"), "--out", out)
                        .err())
                .contains("missing.png");
        assertThat(Files.exists(out)).isFalse();
    }
}
