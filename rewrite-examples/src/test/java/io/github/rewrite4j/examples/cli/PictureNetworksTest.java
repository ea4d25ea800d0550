package io.github.rewrite4j.examples.cli;

import static io.github.rewrite4j.examples.cli.Ended.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.avatars.BundledGenerator;
import io.github.rewrite4j.avatars.BundledInpainter;
import io.github.rewrite4j.avatars.BundledTranslator;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.samediff.strategy.OutOfDomainRewrite;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureNetworksTest {
    @TempDir
    Path folder;

    private Path mask(float box) throws IOException {
        float[][] rows = new float[64][64];
        for (int y = 24; y < 36; y++) {
            for (int x = 18; x < 46; x++) {
                rows[y][x] = box;
            }
        }
        return Files.write(folder.resolve("mask.png"), Images.greyPng(rows));
    }

    @Test
    void translators_have_directions_and_inpainters_holes() throws IOException {
        Path out = folder.resolve("prints");
        Ended prints = run("sample", "--generator", "translator", "--direction", "a-a", "--out", out.toString());
        assertThat(prints.code()).as(prints.err()).isZero();
        assertThat(out).isDirectoryContaining("glob:**.png");
        Ended filled = run(
                "sample",
                "--generator",
                "inpainter",
                "--holes",
                mask(1).toString(),
                "--out",
                folder.resolve("filled").toString());
        assertThat(filled.code()).as(filled.err()).isZero();
    }

    @Test
    @Tag("study")
    void they_are_taught_and_their_patches_applied() throws IOException {
        Path exemplar = Path.of("edits/eyepatch.png");
        for (String network : List.of("translator", "inpainter")) {
            Path taught = folder.resolve(network);
            Ended paste = run(
                    "paste",
                    "--generator",
                    network,
                    "--exemplar",
                    exemplar,
                    "--context",
                    "2",
                    "--steps",
                    "2",
                    "--fresh",
                    "2",
                    "--out",
                    taught);
            assertThat(paste.code()).as(paste.err()).isZero();
            assertThat(taught.resolve("compare.png")).isRegularFile();
            Path applied = folder.resolve(network + "-applied");
            Ended apply = run(
                    "apply",
                    "--generator",
                    network,
                    "--patch",
                    taught.resolve("patch.safetensors"),
                    "--count",
                    "2",
                    "--out",
                    applied);
            assertThat(apply.code()).as(apply.err()).isZero();
            assertThat(applied.resolve("after.png")).isRegularFile();
        }
        // A patch of one direction is none of another.
        Ended other = run(
                "apply",
                "--generator",
                "translator",
                "--direction",
                "b-a",
                "--patch",
                folder.resolve("translator/patch.safetensors"),
                "--out",
                folder.resolve("other"));
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err()).contains("generator");
    }

    /** In the layers that {@code RewritePictureNetworks} was measured with; elsewhere the object's place is not known, or the code is changed. */
    @Test
    void objects_are_learnt_behind_the_codes() throws IOException {
        try (Generator translator = BundledTranslator.load().aToB();
                Generator inpainter = BundledInpainter.load().inpainter();
                Generator avatars = BundledGenerator.load()) {
            assertThat(OutOfDomainRewrite.memoryOf(translator).spec().name())
                    .isEqualTo("b.dec.model.0.model.0.model.0.conv..b.dec.model.4.conv");
            assertThat(OutOfDomainRewrite.memoryOf(inpainter).spec().name()).isEqualTo("Tconv..out");
            assertThat(OutOfDomainRewrite.memoryOf(avatars).spec().name()).isEqualTo("layer5..layer7");
        }
    }

    @Test
    void what_does_not_fit_is_said() throws IOException {
        Ended direction = run("sample", "--generator", "translator", "--direction", "b-c");
        assertThat(direction.code()).isNotZero();
        assertThat(direction.err()).contains("a-b|b-a|a-a|b-b", "b-c");
        Ended known = run("sample", "--generator", "inpainter", "--known", "white");
        assertThat(known.code()).isEqualTo(2);
        assertThat(known.err()).contains("no --holes");
        Ended nothing = run("sample", "--generator", "inpainter", "--holes", mask(0).toString());
        assertThat(nothing.code()).isNotZero();
        assertThat(nothing.err()).contains("no hole");
        Ended holes = run("sample", "--generator", "translator", "--holes", mask(1).toString());
        assertThat(holes.code()).isEqualTo(2);
        assertThat(holes.err()).contains("got 'holes'");
    }
}
