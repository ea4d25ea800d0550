package io.github.rewrite4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class ImagesTest {
    @TempDir
    private Path directory;

    private static INDArray noise(long... shape) {
        return Nd4j.rand(DataType.FLOAT, shape).muli(2).subi(1);
    }

    @Test
    void valuesBecomePixelsAsTheGeneratorDefinesThem() {
        INDArray image = Nd4j.zeros(DataType.FLOAT, 3, 1, 4);
        image.get(NDArrayIndex.point(0)).assign(Nd4j.create(new float[] {-1f, 0.25f, 1f, 7f}));
        image.get(NDArrayIndex.point(2)).assign(Nd4j.create(new float[] {-7f, 0f, 0.5f, -0.5f}));
        BufferedImage picture = Images.toBufferedImage(image);
        // (0 + 1) * 127.5 = 127.5 lies between two pixels; ties go to the even one.
        assertThat(picture.getRGB(0, 0)).isEqualTo(0xFF008000);
        assertThat(picture.getRGB(1, 0)).isEqualTo(0xFF9F8080);
        assertThat(picture.getRGB(2, 0)).isEqualTo(0xFFFF80BF);
        assertThat(picture.getRGB(3, 0)).isEqualTo(0xFFFF8040);
    }

    @Test
    void everyPixelValueSurvivesReadingAndWriting() throws IOException {
        BufferedImage all = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 256; i++) {
            all.setRGB(i % 16, i / 16, i << 16 | (255 - i) << 8 | (i * 7 & 0xFF));
        }
        Path first = directory.resolve("a/b/first.png");
        Images.write(all, first);
        INDArray image = Images.read(first);
        assertThat(image.shape()).containsExactly(1, 3, 16, 16);
        assertThat(image.minNumber().doubleValue()).isEqualTo(-1);
        assertThat(image.maxNumber().doubleValue()).isEqualTo(1);
        Path second = directory.resolve("second.png");
        Images.write(image, second);
        assertThat(Pixels.read(second)).isEqualTo(Pixels.read(first));
    }

    @Test
    void gridsAreNearlySquareAndKeepTheOrder() throws IOException {
        INDArray images = noise(5, 3, 4, 4);
        Path file = directory.resolve("grid.png");
        Images.writeGrid(images, file);
        BufferedImage grid = ImageIO.read(file.toFile());
        assertThat(grid.getWidth()).isEqualTo(3 * 4 + 2 * 2);
        assertThat(grid.getHeight()).isEqualTo(2 * 4 + 2);
        BufferedImage fifth = Images.toBufferedImage(images.get(NDArrayIndex.point(4)));
        assertThat(grid.getRGB(6 + 1, 6 + 2)).isEqualTo(fifth.getRGB(1, 2));
        assertThat(grid.getRGB(4, 0)).isEqualTo(0xFFFFFFFF);
    }

    /** Wherever coloured pictures are shown, grey ones are, with the same pixels as their like in three equal colours. */
    @Test
    void greyPicturesAreShownWhereverColouredOnesAre() throws IOException {
        INDArray grey = noise(4, 1, 3, 5);
        INDArray colours = Nd4j.concat(1, grey, grey, grey);
        Images.writeGrid(grey, directory.resolve("grey.png"));
        Images.writeGrid(colours, directory.resolve("colours.png"));
        assertThat(directory.resolve("grey.png")).hasSameBinaryContentAs(directory.resolve("colours.png"));
        INDArray one = grey.get(NDArrayIndex.point(2));
        assertThat(Images.toPng(one)).isEqualTo(Images.toPng(colours.get(NDArrayIndex.point(2))));
        assertThat(Difference.absolute(grey, grey.neg(), 2)).isEqualTo(Difference.absolute(colours, colours.neg(), 2));
        INDArray heat = Nd4j.linspace(0, 1, 60, DataType.FLOAT).reshape(4, 3, 5);
        assertThat(HeatMap.range(0, 1).over(heat, grey))
                .isEqualTo(HeatMap.range(0, 1).over(heat, colours));
        ContactSheet.titled("t").row("r", grey).build().write(directory.resolve("grey-sheet.png"));
        ContactSheet.titled("t").row("r", colours).build().write(directory.resolve("sheet.png"));
        assertThat(directory.resolve("grey-sheet.png")).hasSameBinaryContentAs(directory.resolve("sheet.png"));
        AnimatedGif.of(grey).write(directory.resolve("grey.gif"));
        AnimatedGif.of(colours).write(directory.resolve("colours.gif"));
        assertThat(directory.resolve("grey.gif")).hasSameBinaryContentAs(directory.resolve("colours.gif"));
        assertThatThrownBy(() -> Images.writeGrid(noise(4, 2, 3, 5), directory.resolve("two.png")))
                .hasMessageContaining("[4, 2, 3, 5]");
    }

    @Test
    void columnsCanBeChosen() throws IOException {
        Path file = directory.resolve("row.png");
        Images.writeGrid(noise(3, 3, 2, 2), 8, file);
        assertThat(ImageIO.read(file.toFile()).getWidth()).isEqualTo(3 * 2 + 2 * 2);
        assertThatThrownBy(() -> Images.writeGrid(noise(3, 3, 2, 2), 0, file)).hasMessageContaining("0 columns");
    }

    @Test
    void viewsAndDoublesAreWrittenAsTheyLook() {
        INDArray large = noise(3, 6, 6).castTo(DataType.DOUBLE);
        INDArray view = large.get(NDArrayIndex.all(), NDArrayIndex.interval(1, 5), NDArrayIndex.interval(2, 4));
        BufferedImage whole = Images.toBufferedImage(large);
        BufferedImage part = Images.toBufferedImage(view);
        assertThat(part.getWidth()).isEqualTo(2);
        assertThat(part.getRGB(1, 3)).isEqualTo(whole.getRGB(3, 4));
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void valuesWithoutAColourAreRefusedAndNothingIsWritten(float bad) throws IOException {
        INDArray images = Nd4j.zeros(DataType.FLOAT, 2, 3, 4, 4);
        images.putScalar(new int[] {1, 2, 3, 0}, bad);
        assertThatThrownBy(() -> Images.writeGrid(images, directory.resolve("bad.png")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(bad + " in number 1, channel 2, row 3, column 0");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void arraysThatAreNoImagesAreRefused() {
        assertThatThrownBy(() -> Images.toBufferedImage(Nd4j.zeros(DataType.FLOAT, 2, 4, 4)))
                .hasMessageContaining("[2, 4, 4]")
                .hasMessageContaining("[3, height, width]");
        assertThatThrownBy(() -> Images.toBufferedImage(noise(2, 3, 4, 4))).hasMessageContaining("2 images");
        assertThatThrownBy(() -> Images.toBufferedImage(Nd4j.zeros(DataType.FLOAT, 4, 4)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Images.toBufferedImage(Nd4j.empty(DataType.FLOAT)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anExistingFileIsReplacedAndADirectoryIsNot() throws IOException {
        Path file = Files.writeString(directory.resolve("old.png"), "old");
        Images.write(noise(3, 2, 2), file);
        assertThat(Pixels.read(file).width()).isEqualTo(2);
        assertThatThrownBy(() -> Images.write(noise(3, 2, 2), directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it is a folder");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(file);
        }
    }
}
