package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.Sample;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.internal.JsonText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.shade.jackson.databind.node.ObjectNode;

class OriginalInterventionFileTest {
    @TempDir
    Path folder;

    private final Intervention first =
            new Intervention(Sample.of(7), -5, Region.rectangle(4, 4, 3, 3).inverted(), Region.rectangle(8, 4, 4, 12));
    private final Intervention second =
            new Intervention(Sample.of(31), 10, Region.rectangle(2, 2, 3, 3), Region.rectangle(0, 10, 16, 6));

    private Path written() throws IOException {
        Path file = folder.resolve("posneg.json");
        OriginalInterventionFile.write(file, List.of(second, first), 16, 16);
        return file;
    }

    @Test
    void whatIsWrittenIsReadInTheOrderOfTheNumbers() throws IOException {
        List<Intervention> read = OriginalInterventionFile.read(written());
        assertThat(read).hasSize(2);
        assertThat(read.get(0).subject()).isEqualTo(Sample.of(7));
        assertThat(read.get(0).value()).isEqualTo(-5);
        assertThat(read.get(1).value()).isEqualTo(10);
        assertThat(read.get(0).cause().onImage(16, 16)).isEqualTo(first.cause().onImage(16, 16));
        assertThat(read.get(1).effect().onImage(16, 16))
                .isEqualTo(second.effect().onImage(16, 16));
    }

    @Test
    void theFormIsThatOfTheNotebook() throws IOException {
        ObjectNode root = (ObjectNode) JsonText.read(written());
        assertThat(root.path("7").path("value").textValue()).isEqualTo("-5.0");
        assertThat(root.path("7").path("intervention").textValue()).startsWith("data:image/png;base64,");
        assertThat(root.path("31").path("revert").textValue()).startsWith("data:image/png;base64,");
    }

    @Test
    void imagesThatWereOnlyLookedAtAreLeftOut() throws IOException {
        ObjectNode root = (ObjectNode) JsonText.read(written());
        root.putObject("3").put("value", "10.0").put("intervention", "").put("revert", "");
        ((ObjectNode) root.get("31")).put("revert", "");
        assertThat(OriginalInterventionFile.parse(root.toString(), "file"))
                .singleElement()
                .satisfies(only -> assertThat(only.subject()).isEqualTo(Sample.of(7)));
        root.remove("7");
        assertThatThrownBy(() -> OriginalInterventionFile.parse(root.toString(), "file"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("no image has both");
    }

    @Test
    void damagedRecordsAreNamed() throws IOException {
        for (String[] damage : new String[][] {
            {"value", "much", "31.value"},
            {"value", "NaN", "31.value"},
            {"intervention", "data:image/png;base64,AAAA", "31.intervention"},
            {"revert", "mask.png", "31.revert"}
        }) {
            ObjectNode root = (ObjectNode) JsonText.read(written());
            ((ObjectNode) root.get("31")).put(damage[0], damage[1]);
            assertThatThrownBy(() -> OriginalInterventionFile.parse(root.toString(), "file"))
                    .as(damage[0])
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining(damage[2]);
        }
        assertThatThrownBy(() -> OriginalInterventionFile.parse("{\"x\": {}}", "file"))
                .hasMessageContaining("number of an image");
        assertThatThrownBy(() -> OriginalInterventionFile.parse("[]", "file")).hasMessageContaining("expected {");
    }

    @Test
    void whatTheFormatCannotSayIsRefused() {
        Intervention other = new Intervention(new Sample(4, 1), 1, first.cause(), first.effect());
        assertThatThrownBy(() -> OriginalInterventionFile.write(folder.resolve("x"), List.of(other), 16, 16))
                .hasMessageContaining("seed 1");
        assertThatThrownBy(() -> OriginalInterventionFile.write(folder.resolve("x"), List.of(first, first), 16, 16))
                .hasMessageContaining("has two");
    }
}
