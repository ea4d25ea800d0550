package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.io.FileFormatException;
import java.io.IOException;
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

        assertThat(edit.object().sample()).isEqualTo(new Sample(1, 12));
        assertThat(edit.pastes()).extracting(Selection::sample).containsExactly(Sample.of(4));
        assertThat(edit.contexts()).extracting(Selection::sample).containsExactly(Sample.of(4), Sample.of(9));
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"paste\": [1, \"data:image/png;base64,AA==\"]}",
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
        Edit twice = Edit.copy(Sample.of(1), all).pasteInto(Sample.of(2, 3), all);
        Edit otherSeed = Edit.copy(new Sample(7, 1), all).pasteInto(Sample.of(2), all);

        assertThatThrownBy(() -> OriginalEditFile.write(file, twice, 8, 8)).hasMessageContaining("one paste");
        assertThatThrownBy(() -> OriginalEditFile.write(file, otherSeed, 8, 8)).hasMessageContaining("seed 1");
        assertThat(Files.exists(file)).isFalse();
    }
}
