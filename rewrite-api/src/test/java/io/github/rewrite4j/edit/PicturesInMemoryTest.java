package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.rewrite4j.image.Images;
import io.github.rewrite4j.image.Pixels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Masks and objects that an application has in memory. */
class PicturesInMemoryTest {
    private static final int SIZE = 16;

    /** A half-transparent red square on a transparent picture, or white on black. */
    private static BufferedImage square(int type, int inside, int outside) {
        BufferedImage picture = new BufferedImage(SIZE, SIZE, type);
        for (int i = 0; i < SIZE * SIZE; i++) {
            boolean in = i % SIZE >= 4 && i % SIZE < 12 && i / SIZE >= 6 && i / SIZE < 10;
            picture.setRGB(i % SIZE, i / SIZE, in ? inside : outside);
        }
        return picture;
    }

    private static BufferedImage brush() {
        return square(BufferedImage.TYPE_INT_RGB, 0xFFFFFF, 0);
    }

    private static BufferedImage cutOut() {
        return square(BufferedImage.TYPE_INT_ARGB, 0xC0FF2000, 0);
    }

    @Test
    void masksArePaintedInJavaOrComeInStreams() throws IOException {
        Region rectangle = Region.of(Region.rectangle(4, 6, 8, 4).onImage(SIZE, SIZE));
        byte[] png = Pixels.of(brush()).toPng();
        assertThat(Region.of(brush())).isEqualTo(rectangle);
        assertThat(Region.png(png)).isEqualTo(rectangle);
        assertThat(Region.png(new ByteArrayInputStream(png))).isEqualTo(rectangle);
    }

    @Test
    void cutOutsAreReadInJavaOrFromStreams() throws IOException {
        byte[] png = Pixels.of(cutOut()).toPng();
        Region alpha = Region.alphaOf(cutOut());
        assertThat(alpha.onImage(SIZE, SIZE).value(7, 5)).isEqualTo(0xC0 / 255f);
        assertThat(Region.pngAlpha(png)).isEqualTo(alpha);
        assertThat(Region.pngAlpha(new ByteArrayInputStream(png))).isEqualTo(alpha);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Region.alphaOf(brush()))
                .withMessageContaining("no alpha channel");
        assertThatThrownBy(() -> Region.pngAlpha(
                        new ByteArrayInputStream(Pixels.of(brush()).toPng())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no alpha channel");
    }

    @Test
    void objectsOfAllWaysInAreTheSame(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("red.png"), Pixels.of(cutOut()).toPng());
        Exemplar read = Exemplar.read(file);
        Exemplar streamed = Exemplar.read(new ByteArrayInputStream(Files.readAllBytes(file)), "upload");
        assertThat(streamed.name()).isEqualTo("upload");
        assertThat(streamed.share()).isEqualTo(read.share());
        assertThat(Exemplar.of(cutOut()).share()).isEqualTo(read.share());
        Exemplar marked = Exemplar.of(square(BufferedImage.TYPE_3BYTE_BGR, 0xFF2000, 0x336699), brush());
        assertThat(marked.mask()).isEqualTo(read.mask());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Exemplar.of(brush()))
                .withMessageContaining("no alpha channel");
        assertThat(Images.of(cutOut()).shape()).containsExactly(1, 3, SIZE, SIZE);
    }
}
