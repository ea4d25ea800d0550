package io.github.rewrite4j.samediff.expansion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.rewrite4j.RewriteException;
import io.github.rewrite4j.edit.Exemplar;
import io.github.rewrite4j.edit.Mask;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

/** Objects are laid over pictures of any shape, grey ones too. */
class WornExemplarsTest {
    private static final int HEIGHT = 24;
    private static final int WIDTH = 40;

    private static WornExemplars bar() {
        float[][] mask = new float[HEIGHT][WIDTH];
        for (int y = 8; y < 12; y++) {
            for (int x = 10; x < 30; x++) {
                mask[y][x] = 1;
            }
        }
        return WornExemplars.of(
                "bar", List.of(Exemplar.cutOut(Nd4j.ones(3, HEIGHT, WIDTH).muli(0.8), Mask.of(mask))));
    }

    @Test
    void pictures_that_are_neither_square_nor_coloured_are_worn_on() {
        for (int channels : new int[] {1, 3}) {
            float[] dark = new float[channels * HEIGHT * WIDTH];
            Arrays.fill(dark, -0.5f);
            float[] worn = bar().target(dark, HEIGHT, WIDTH, new Random(1));
            assertThat(worn).hasSameSizeAs(dark);
            for (int c = 0; c < channels; c++) {
                int plane = c * HEIGHT * WIDTH;
                assertThat(worn[plane + 9 * WIDTH + 20]).isCloseTo(0.8f, Offset.offset(1e-3f));
                assertThat(worn[plane + 2 * WIDTH + 20]).isEqualTo(-0.5f);
                assertThat(worn[plane + 9 * WIDTH + 2]).isEqualTo(-0.5f);
            }
        }
        assertThatExceptionOfType(RewriteException.class)
                .isThrownBy(() -> bar().target(new float[2 * HEIGHT * WIDTH], HEIGHT, WIDTH, new Random(1)))
                .withMessageContaining("2 channels");
    }
}
