package io.github.rewrite4j.avatars;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.avatars.attribute.AttributeHead;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class RealAvatarsTest {
    @Test
    void picturesAndLabelsBelongTogether() throws IOException {
        RealAvatars avatars = RealAvatars.load();
        assertThat(avatars.attribute(0, "eyes")).contains("wink");
        assertThat(avatars.attribute(0, "hair")).contains("buzzcut");
        assertThat(avatars.attribute(0, "facialHair")).isEmpty();
        assertThat(avatars.attribute(1, "facialHair")).contains("beardMustache");
        // The top left corner is background, in the colour that the label names.
        INDArray last = avatars.images(RealAvatars.COUNT - 1, RealAvatars.COUNT);
        assertThat(last.shape()).containsExactly(1, 3, 64, 64);
        float[] background = new float[3];
        int colour = avatars.colours().indexOf("background");
        assertThat(avatars.copyColour(RealAvatars.COUNT - 1, colour, background))
                .isTrue();
        for (int c = 0; c < 3; c++) {
            assertThat(last.getDouble(0, c, 0, 0)).isBetween(background[c] - 0.02, background[c] + 0.02);
        }
    }

    @Test
    void everyClassHasPicturesAndBaldHeadsHaveNoColourOfHair() throws IOException {
        RealAvatars avatars = RealAvatars.load();
        List<AttributeHead> heads = avatars.heads();
        int[][] counts = new int[heads.size()][18];
        float[] colour = new float[3];
        int unseen = 0;
        for (int i = 0; i < avatars.count(); i++) {
            for (int h = 0; h < heads.size(); h++) {
                counts[h][avatars.label(i, h)]++;
            }
            unseen += avatars.copyColour(i, avatars.colours().indexOf("hairColor"), colour) ? 0 : 1;
        }
        for (int h = 0; h < heads.size(); h++) {
            for (int c = 0; c < heads.get(h).classes().size(); c++) {
                assertThat(counts[h][c]).as(heads.get(h).classes().get(c)).isGreaterThan(50);
            }
        }
        assertThat(unseen).isBetween(50, 107);
        assertThatThrownBy(() -> avatars.images(2040, 2049))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2047");
    }
}
