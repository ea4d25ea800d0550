package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.FileFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OriginalEditFileTest {
    private static String url(String mask) throws IOException {
        byte[] png = GoldenFile.open("mask_resize.safetensors").bytes("png." + mask);
        return "\"data:image/png;base64," + Base64.getEncoder().encodeToString(png) + "\"";
    }

    private static String file() throws IOException {
        return "{\"object\": [12, " + url("ellipse") + "], \"paste\": [4, " + url("dot") + "]," + " \"key\": [[4, "
                + url("dot") + "], [9, " + url("strokes") + "]], \"rank\": 1}";
    }

    @Test
    void masksAndImageNumbersAreThoseOfTheOriginal() throws IOException {
        GoldenFile golden = GoldenFile.open("mask_resize.safetensors");

        Edit edit = OriginalEditFile.parse(file(), "edit");

        assertThat(edit.object().subject()).isEqualTo(new Sample(1, 12));
        assertThat(edit.pastes()).extracting(Selection::subject).containsExactly(Sample.of(4));
        assertThat(edit.contexts()).extracting(Selection::subject).containsExactly(Sample.of(4), Sample.of(9));
        assertThat(edit.object().region()).isEqualTo(Region.png(golden.bytes("png.ellipse")));
        assertThat(edit.contexts().get(1).region().onGrid(256, 256, 16, 16))
                .isEqualTo(Region.png(golden.bytes("png.strokes")).onGrid(256, 256, 16, 16));
    }

    @Test
    void whatWasReadIsWrittenAndReadAgain(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("edit.json");
        Edit edit = OriginalEditFile.parse(file(), "edit");

        OriginalEditFile.write(file, edit, 256, 256);

        assertThat(OriginalEditFile.read(file)).isEqualTo(edit);
    }

    @Test
    void shapesAreDrawnInPixelsOfTheImage(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("edit.json");
        Region crown = Region.ellipse(32, 10, 10, 8);
        Edit edit = Edit.copy(Sample.of(17), crown).pasteInto(Sample.of(4), crown);

        OriginalEditFile.write(file, edit, 64, 64);

        Edit read = OriginalEditFile.read(file);
        assertThat(read.object().region().onImage(64, 64)).isEqualTo(crown.onImage(64, 64));
        assertThat(read.contexts()).hasSize(1);
    }

    @Test
    void aFileInPartSaysWhatIsMissingAndIsReadAsSelections(@TempDir Path folder) throws IOException {
        String key = "\"key\": [[339, " + url("dot") + "], [9, " + url("strokes") + "]]";
        Path alone = Files.writeString(folder.resolve("key.json"), "{" + key + "}");
        Path pasted = Files.writeString(
                folder.resolve("key_paste.json"), "{" + key + ", \"paste\": [820, " + url("dot") + "]}");
        Path copied = Files.writeString(
                folder.resolve("key_object.json"), "{" + key + ", \"object\": [442, " + url("ellipse") + "]}");

        assertMissing(alone, "key 'object': this part is missing, and so is 'paste'");
        assertMissing(pasted, "key 'object': this part is missing, so");
        assertMissing(copied, "key 'paste': this part is missing, so");

        OriginalSelections selections = OriginalEditFile.selections(copied);
        assertThat(selections.object().map(Selection::subject)).contains(Sample.of(442));
        assertThat(selections.paste()).isEmpty();
        assertThat(selections.contexts()).extracting(Selection::subject).containsExactly(Sample.of(339), Sample.of(9));
        assertThat(OriginalEditFile.selections(alone).contexts().get(0).region())
                .isEqualTo(Region.png(GoldenFile.open("mask_resize.safetensors").bytes("png.dot")));
    }

    private static void assertMissing(Path file, String what) {
        assertThatThrownBy(() -> OriginalEditFile.read(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll(file.toString(), what, "erase", "2 images", "selections", "UnitAblation");
    }

    @Test
    void aPlanReaderKnowsFilesOfTheOriginalInterface(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("ui.json"), file());
        assertThatThrownBy(() -> EditFile.read(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("this is a file of the original interface: it names no layer", "--layer");
        Path partly = Files.writeString(folder.resolve("key.json"), "{\"key\": [[1, " + url("dot") + "]]}");
        assertThatThrownBy(() -> EditFile.read(partly)).hasMessageContaining("original interface");
    }

    @Test
    void picturesThatAreLargerThanAnyMaskAreNotDecoded() {
        String bomb = "\"data:image/png;base64," + Base64.getEncoder().encodeToString(claiming(40_000, 40_000)) + "\"";
        assertThatThrownBy(() -> OriginalEditFile.parse("{\"object\": [1, " + bomb + "]}", "bomb"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("bomb", "object", "40000x40000 pixels");
    }

    @Test
    void theMasksOfOneFileHaveABudget() throws IOException {
        StringBuilder keys = new StringBuilder("{\"key\": [");
        String large = Base64.getEncoder().encodeToString(Images.greyPng(new float[2048][2048]));
        for (int i = 0; i < 5; i++) {
            keys.append(i == 0 ? "" : ",")
                    .append("[1, \"data:image/png;base64,")
                    .append(large)
                    .append("\"]");
        }
        Path file = Files.writeString(Files.createTempFile("many", ".json"), keys.append("]}"));
        try {
            assertThatThrownBy(() -> OriginalEditFile.selections(file))
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContainingAll("key[4]", "more than 2^24 pixels together");
        } finally {
            Files.delete(file);
        }
    }

    private static byte[] claiming(int width, int height) {
        return ByteBuffer.allocate(33)
                .putLong(0x89504E470D0A1A0AL)
                .putInt(13)
                .putInt(0x49484452)
                .putInt(width)
                .putInt(height)
                .array();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"object\": [], \"paste\": [1, \"data:image/png;base64,AA==\"]}",
                "{\"object\": [-1, \"data:image/png;base64,AA==\"]}",
                "{\"object\": [1.5, \"data:image/png;base64,AA==\"]}",
                "{\"object\": [1, \"data:image/jpeg;base64,AA==\"]}",
                "{\"object\": [1, \"data:image/png;base64,AA==\"]}",
                "{\"object\": [1, \"data:image/png;base64,#\"]}",
                "{\"object\": [1]}",
                "[]"
            })
    void brokenFilesSayWhere(String text) {
        assertThatThrownBy(() -> OriginalEditFile.parse(text, "broken.json"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("broken.json")
                .hasMessageContaining("object");
    }

    @Test
    void editsThatTheFormatCannotHoldAreRefused(@TempDir Path folder) {
        Path file = folder.resolve("edit.json");
        Region all = Region.full();
        Edit twice = Edit.copy(Sample.of(1), all).pasteInto(Sample.list(2, 3), all);
        Edit otherSeed = Edit.copy(new Sample(7, 1), all).pasteInto(Sample.of(2), all);

        assertThatThrownBy(() -> OriginalEditFile.write(file, twice, 8, 8)).hasMessageContaining("one paste");
        assertThatThrownBy(() -> OriginalEditFile.write(file, otherSeed, 8, 8)).hasMessageContaining("seed 1");
        assertThat(Files.exists(file)).isFalse();
    }
}
