package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskFilesTest {
    private static final float[][] DOT = {{0, 0, 0}, {0, 1, 0}, {0, 0, 0}};

    @TempDir
    private Path home;

    private Path folder;

    @BeforeEach
    void aMaskBesideTheEditAndOneElsewhere() throws IOException {
        folder = Files.createDirectory(home.resolve("edit"));
        mask(folder.resolve("mask.png"));
        mask(home.resolve("outside.png"));
    }

    private static void mask(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, Images.greyPng(DOT));
    }

    private Path plan(String region) throws IOException {
        Map<String, Object> selection = Map.of("sample", 1, "region", region);
        Path file = folder.resolve("plan.json");
        Json.write(file, Map.of("layer", "layer5", "rank", 1, "object", selection, "paste", List.of(selection)));
        return file;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mask (1).png",
                "a(b)c(d(e)).png",
                "it's.png",
                "say \"hi\".png",
                "'quoted'.png",
                "\"quoted\".png",
                "'both\".png",
                "mask (.png",
                "mask).png",
                ").png",
                " blank.png",
                "sub/mask (1).png",
                "a,b.grown(2).png",
                "Größe 猫.png",
            })
    void namesMayHoldParenthesesAndQuotes(String name) throws IOException {
        mask(folder.resolve(name));
        Region region = Region.mask(name, Pixels.read(Images.greyPng(DOT), name), name, false);
        Region read = Region.parse(region.grown(1).toString(), folder);
        assertThat(read).isEqualTo(region.grown(1)).hasToString(region.grown(1).toString());
        assertThat(EditFile.read(plan(region.toString())).edit().object().region())
                .isEqualTo(region);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "png(mask (1).png)",
                "png( mask (1).png )",
                "png('mask (1).png')",
                "png(\"mask (1).png\")",
                "png( 'mask (1).png' )"
            })
    void namesAreReadAsPeopleWriteThem(String text) throws IOException {
        mask(folder.resolve("mask (1).png"));
        assertThat(Region.parse(text + ".grown(1)", folder).onImage(3, 3).selectedCells())
                .isEqualTo(9);
    }

    @Test
    void aNameWithOneParenthesisNeedsNoQuotesWhereItIsTheLast() throws IOException {
        mask(folder.resolve("mask (.png"));
        assertThat(Region.parse("png(mask (.png)", folder)).hasToString("png('mask (.png')");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside.png", "sub/../../outside.png", "ABSOLUTE", "link.png", "way/outside.png"})
    void filesElsewhereAreOpenedOnlyWhenAllowed(String name) throws IOException {
        Files.createSymbolicLink(folder.resolve("link.png"), Path.of("../outside.png"));
        Files.createSymbolicLink(folder.resolve("way"), home);
        Files.createDirectory(folder.resolve("sub"));
        Path plan = plan(
                "png(" + name.replace("ABSOLUTE", home.resolve("outside.png").toString()) + ")");
        assertThatThrownBy(() -> EditFile.read(plan))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll(
                        "plan.json", "key 'object.region'", "leads out of the folder", "--masks anywhere");
        assertThat(EditFile.read(plan, MaskFiles.ANYWHERE).layer()).isEqualTo("layer5");
    }

    @Test
    void linksThatStayInsideAreFollowed() throws IOException {
        Files.createSymbolicLink(folder.resolve("link.png"), Path.of("mask.png"));
        assertThat(EditFile.read(plan("png(link.png)")).method()).isEqualTo(Method.LowRank.of(1));
        Path linked = Files.createSymbolicLink(home.resolve("other"), folder);
        assertThat(EditFile.read(linked.resolve("plan.json")).method()).isEqualTo(Method.LowRank.of(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "sub", "sub/"})
    void aFolderIsNoMask(String name) throws IOException {
        Files.createDirectory(folder.resolve("sub"));
        Path plan = plan("png(" + name + ")");
        for (MaskFiles allowed : MaskFiles.values()) {
            assertThatThrownBy(() -> EditFile.read(plan, allowed))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContainingAll("plan.json", "key 'object.region'", "'" + name + "' is a folder");
        }
    }

    @Test
    void devicesAndPipesAreNeverOpened() throws IOException, InterruptedException {
        assumeTrue(Files.exists(Path.of("/dev/zero")), "a system with devices");
        Path pipe = folder.resolve("pipe.png");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        Files.createSymbolicLink(folder.resolve("zero.png"), Path.of("/dev/zero"));
        for (String name : new String[] {"pipe.png", "zero.png", "/dev/zero"}) {
            Path plan = plan("png(" + name + ")");
            assertThatThrownBy(() -> EditFile.read(plan, MaskFiles.ANYWHERE))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContainingAll("key 'object.region'", "device or a pipe");
        }
        Path plan = plan("png(pipe.png)");
        assertThatThrownBy(() -> EditFile.read(plan)).hasMessageContaining("device or a pipe");
    }

    @Test
    void aMaskThatIsMissingOrImpossibleNamesFileAndKey() throws IOException {
        Path missing = plan("pngAlpha(nowhere.png)");
        assertThatThrownBy(() -> EditFile.read(missing))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("plan.json", "key 'object.region'", "no file", "nowhere.png");
        Path impossible = plan("png(a\0b.png)");
        assertThatThrownBy(() -> EditFile.read(impossible))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("key 'object.region'", "cannot be the name of a file");
    }

    @Test
    void masksOfOneEditHaveABudgetAndCountOnce() throws IOException {
        Files.write(folder.resolve("large.png"), Images.greyPng(new float[2048][2048]));
        StringBuilder same = new StringBuilder("png(large.png)");
        StringBuilder others = new StringBuilder("png(large.png)");
        for (int i = 0; i < 4; i++) {
            same.append(".union(png(large.png))");
            Files.copy(folder.resolve("large.png"), folder.resolve("copy" + i + ".png"));
            others.append(".union(png(copy").append(i).append(".png))");
        }
        assertThat(EditFile.read(plan(same.toString())).method()).isEqualTo(Method.LowRank.of(1));
        Path plan = plan(others.toString());
        assertThatThrownBy(() -> EditFile.read(plan))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("key 'object.region'", "more than 2^24 pixels together");
    }
}
