package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.io.FileFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidityMaskTest {
    @TempDir
    Path folder;

    private Path written(float[][] grey) throws IOException {
        return Files.write(folder.resolve("mask.png"), Images.greyPng(grey));
    }

    /** A white box of 4 x 2 in 8 x 8. */
    private static float[][] box(float box, float around) {
        float[][] rows = new float[8][8];
        for (int y = 0; y < 8; y++) {
            for (int x = 0; x < 8; x++) {
                rows[y][x] = y >= 2 && y < 4 && x >= 2 && x < 6 ? box : around;
            }
        }
        return rows;
    }

    @Test
    void white_is_the_hole_unless_said_and_what_was_understood_is_said() throws IOException {
        ValidityMask mask = ValidityMask.read(written(box(1, 0)), ValidityMask.Known.BLACK, 8, 8);
        assertThat(mask.isKnown(2, 2)).isFalse();
        assertThat(mask.isKnown(0, 0)).isTrue();
        assertThat(mask.holePixels()).isEqualTo(8);
        assertThat(mask.understood()).isEqualTo("mask.png: white is the hole, 12.5 % of the picture.");
        ValidityMask turned = ValidityMask.read(written(box(1, 0)), ValidityMask.Known.WHITE, 8, 8);
        assertThat(turned.isKnown(2, 2)).isTrue();
        assertThat(turned.understood()).contains("black is the hole, 87.5 %", "reaching its border", "say known=black");
        assertThat(ValidityMask.read(written(box(1, 0)), ValidityMask.Known.BLACK, 16, 16)
                        .holePixels())
                .isEqualTo(32);
    }

    @Test
    void grey_belongs_to_the_hole_either_way() throws IOException {
        ValidityMask mask = ValidityMask.read(written(box(0.4f, 0)), ValidityMask.Known.BLACK, 8, 8);
        assertThat(mask.holePixels()).isEqualTo(8);
        assertThat(mask.understood()).contains("12.5 % of its pixels are grey and belong to the hole");
        assertThat(ValidityMask.read(written(box(0.4f, 1)), ValidityMask.Known.WHITE, 8, 8)
                        .holePixels())
                .isEqualTo(8);
    }

    @Test
    void other_proportions_soft_values_and_useless_holes_are_refused() throws IOException {
        Path file = written(box(1, 0));
        assertThatThrownBy(() -> ValidityMask.read(file, ValidityMask.Known.BLACK, 8, 12))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("8 x 8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ValidityMask.of(new float[][] {{1, 0.25f}}))
                .withMessageContaining("0.25");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ValidityMask.of(new float[][] {{0, 0}}).requireFillable())
                .withMessageContaining("covers the whole picture");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ValidityMask.of(new float[][] {{1, 1}}).requireFillable())
                .withMessageContaining("no hole");
    }

    @Test
    void edits_are_seen_in_holes_alone() {
        ValidityMask known = ValidityMask.withHole(Region.rectangle(0, 0, 4, 8), 8, 8);
        EditMask edit = EditMask.of(Region.rectangle(2, 2, 4, 4), 8, 8);
        assertThat(edit.pixels()).isEqualTo(16);
        assertThat(edit.visibleIn(known).pixels()).isEqualTo(8);
        assertThat(known.hole().pixels()).isEqualTo(32);
        assertThat(known.toArray().sumNumber().intValue()).isEqualTo(32);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> edit.visibleIn(ValidityMask.withHole(Region.full(), 4, 4)))
                .withMessageContaining("at one size");
    }
}
