package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class ExemplarFileTest {
    @TempDir
    private Path directory;

    private Path cutOut;
    private Path opaque;
    private Path plain;
    private Path mask;

    @BeforeEach
    void paint() throws IOException {
        cutOut = paint("hat.png", BufferedImage.TYPE_INT_ARGB, 30, 0x00FFFFFF, 0x80FF0000);
        opaque = paint("photo.jpg", BufferedImage.TYPE_INT_RGB, 30, 0x204060, 0xF0F0F0);
        plain = paint("plain.png", BufferedImage.TYPE_INT_RGB, 30, 0x204060, 0x204060);
        mask = paint("mask.png", BufferedImage.TYPE_INT_RGB, 30, 0x000000, 0xFFFFFF);
    }

    /** 40 pixels wide; the object covers 8 <= x < 24, 8 <= y < 16. */
    private Path paint(String name, int type, int height, int background, int object) throws IOException {
        BufferedImage image = new BufferedImage(40, height, type);
        for (int i = 0; i < 40 * height; i++) {
            boolean inside = i % 40 >= 8 && i % 40 < 24 && i / 40 >= 8 && i / 40 < 16;
            image.setRGB(i % 40, i / 40, inside ? object : background);
        }
        Path file = directory.resolve(name);
        ImageIO.write(image, name.substring(name.length() - 3), file.toFile());
        return file;
    }

    @Test
    void anAlphaChannelCutsTheObjectOut() throws IOException {
        Exemplar hat = Exemplar.read(cutOut);
        assertThat(hat.name()).isEqualTo("hat.png");
        assertThat(hat.mask().boundingBox()).isEqualTo(new Box(8, 8, 16, 24));
        double red = hat.resizedTo(20)
                .compositeOn(Nd4j.ones(DataType.FLOAT, 1, 3, 20, 20).neg())
                .getDouble(0, 0, 8, 7);
        assertThat(red).isCloseTo(-1 + 2 * 128 / 255.0, within(1e-3));
    }

    @Test
    void aMaskFileMarksTheObjectOfAnOpaquePicture() throws IOException {
        Exemplar exemplar = Exemplar.read(opaque, Optional.of(mask), Optional.empty());
        assertThat(exemplar.mask().boundingBox()).isEqualTo(new Box(8, 8, 16, 24));
        assertThat(exemplar.without()).isEmpty();
        assertThat(Exemplar.read(opaque, Optional.of(mask), Optional.of(plain)).without())
                .isPresent();
    }

    @Test
    void aPictureWithoutTheObjectShowsWhereItIs() throws IOException {
        Exemplar exemplar = Exemplar.read(opaque, Optional.empty(), Optional.of(plain));
        assertThat(exemplar.mask().selectedCells()).isBetween(16 * 8, 18 * 8);
        assertThat(Exemplar.read(cutOut, Optional.empty(), Optional.of(plain))
                        .alpha()
                        .value(10, 10))
                .isEqualTo(128 / 255f);
    }

    @Test
    void filesThatMarkNothingOrDoNotFitAreRefused() throws IOException {
        assertThatThrownBy(() -> Exemplar.read(opaque))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("photo.jpg has no alpha channel");
        Path lower = paint("lower.png", BufferedImage.TYPE_INT_RGB, 20, 0, 0xFFFFFF);
        assertThatThrownBy(() -> Exemplar.read(opaque, Optional.of(lower), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("mask has 40x20")
                .hasMessageContaining("40x30");
        assertThatThrownBy(() -> Exemplar.read(opaque, Optional.empty(), Optional.of(lower)))
                .hasMessageContaining("without the object has 40x20");
        Path black = paint("black.png", BufferedImage.TYPE_INT_RGB, 30, 0, 0);
        assertThatThrownBy(() -> Exemplar.read(opaque, Optional.of(black), Optional.empty()))
                .isInstanceOf(EmptyRegionException.class);
        Path solid = paint("solid.png", BufferedImage.TYPE_INT_ARGB, 30, 0xFF204060, 0xFFFFFFFF);
        assertThatThrownBy(() -> Exemplar.read(solid)).hasMessageContaining("transparent");
    }
}
