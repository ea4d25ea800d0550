package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.image.Pixels;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntBinaryOperator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.factory.Nd4j;

/** Masks as other programs write them: understood and said, or refused with what is there, never used in silence. */
class ForeignMaskTest {
    private static final int SIZE = 40;

    @TempDir
    private Path directory;

    private static boolean inside(int x, int y) {
        return x >= 10 && x < 26 && y >= 8 && y < 20;
    }

    private static byte[] png(int type, IntBinaryOperator argb) throws IOException {
        BufferedImage image = new BufferedImage(SIZE, SIZE, type);
        for (int i = 0; i < SIZE * SIZE; i++) {
            image.setRGB(i % SIZE, i / SIZE, argb.applyAsInt(i % SIZE, i / SIZE));
        }
        return png(image);
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    private static byte[] twoValued(int background, int object) throws IOException {
        return png(BufferedImage.TYPE_INT_ARGB, (x, y) -> inside(x, y) ? object : background);
    }

    private static byte[] grey(int type, int background, int object) throws IOException {
        BufferedImage image = new BufferedImage(SIZE, SIZE, type);
        for (int i = 0; i < SIZE * SIZE; i++) {
            image.getRaster().setSample(i % SIZE, i / SIZE, 0, inside(i % SIZE, i / SIZE) ? object : background);
        }
        return png(image);
    }

    private static MaskPicture read(byte[] png) throws IOException {
        return MaskPicture.brush(Pixels.read(png, "m.png"), "m.png");
    }

    private static void assertMarksTheObject(MaskPicture mask) {
        assertThat(mask.mask().boundingBox()).isEqualTo(new Box(8, 10, 20, 26));
        assertThat(mask.mask().sum()).isEqualTo(12 * 16);
    }

    @Test
    void whiteOnBlackIsTakenWithoutAWord() throws IOException {
        for (byte[] png : new byte[][] {
            twoValued(0xFF000000, 0xFFFFFFFF),
            twoValued(0xFF000000, 0xFFFF0000),
            twoValued(0x00000000, 0xFFFFFFFF),
            grey(BufferedImage.TYPE_BYTE_GRAY, 0, 255),
            grey(BufferedImage.TYPE_USHORT_GRAY, 0, 65535)
        }) {
            MaskPicture mask = read(png);
            assertMarksTheObject(mask);
            assertThat(mask.notes()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "15", "100"})
    void aFaintMaskIsStretchedAndThisIsSaid(int white) throws IOException {
        MaskPicture mask = read(grey(BufferedImage.TYPE_BYTE_GRAY, 0, white));
        assertMarksTheObject(mask);
        assertThat(mask.notes()).singleElement().asString().contains("brightest value", white + " of 255", "255");
    }

    @ParameterizedTest
    @CsvSource({"1, 1 of 255", "255, 16 bits", "4095, 15 of 255"})
    void sixteenBitsThatAreNotFilledAreUnderstood(int white, String said) throws IOException {
        MaskPicture mask = read(grey(BufferedImage.TYPE_USHORT_GRAY, 0, white));
        assertMarksTheObject(mask);
        assertThat(mask.notes()).anySatisfy(note -> assertThat(note).contains(said));
    }

    @ParameterizedTest
    @CsvSource({"FF00FF00, green", "FF0000FF, blue", "FF008000, green", "FF000080, blue", "FF800000, 'at most 128'"})
    void anObjectInAnotherColourIsFoundAndSaid(String colour, String said) throws IOException {
        MaskPicture mask = read(twoValued(0xFF000000, Integer.parseUnsignedInt(colour, 16)));
        assertMarksTheObject(mask);
        assertThat(mask.notes()).singleElement().asString().contains("red channel is", said);
    }

    @Test
    void aClassOfAPaletteIsFound() throws IOException {
        IndexColorModel voc = new IndexColorModel(8, 3, new int[] {0, 0x800000, 0x008000}, 0, false, -1, 0);
        BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_INDEXED, voc);
        for (int i = 0; i < SIZE * SIZE; i++) {
            image.getRaster().setSample(i % SIZE, i / SIZE, 0, inside(i % SIZE, i / SIZE) ? 2 : 0);
        }
        MaskPicture mask = read(png(image));
        assertMarksTheObject(mask);
        assertThat(mask.notes()).singleElement().asString().contains("red channel is 0 everywhere, green is not");
    }

    @ParameterizedTest
    @CsvSource({"00FFFFFF, FFFFFFFF", "00000000, FF000000", "00FFFFFF, FF000000", "00123456, FF123456"})
    void aMarkInAlphaIsFoundAndSaid(String background, String object) throws IOException {
        MaskPicture mask =
                read(twoValued(Integer.parseUnsignedInt(background, 16), Integer.parseUnsignedInt(object, 16)));
        assertMarksTheObject(mask);
        assertThat(mask.notes()).singleElement().asString().contains("alpha varies", "pngAlpha");
    }

    @Test
    void aPhotographThatWasCutOutIsItsAlpha() throws IOException {
        Random random = new Random(3);
        MaskPicture mask = read(
                png(BufferedImage.TYPE_INT_ARGB, (x, y) -> inside(x, y) ? 0xFF000000 | random.nextInt(0x1000000) : 0));
        assertMarksTheObject(mask);
        assertThat(mask.notes()).singleElement().asString().contains("alpha varies");
    }

    @Test
    void invertedMasksAreRefusedAsBrushAndAsAlpha() throws IOException {
        assertThatThrownBy(() -> read(twoValued(0xFFFFFFFF, 0xFF000000)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("m.png")
                .hasMessageContaining("looks inverted: 88 % of the picture and its border are selected")
                .hasMessageContaining("Invert the picture");
        byte[] alpha = twoValued(0xFF123456, 0x00000000);
        assertThatThrownBy(() -> MaskPicture.cutOut(Pixels.read(alpha, "m.png"), "m.png"))
                .hasMessageContaining("looks inverted");
        byte[] hat = png(BufferedImage.TYPE_INT_RGB, (x, y) -> x >= 8 && x < 30 && y < 12 ? 0 : 0xFFFFFF);
        assertThatThrownBy(() -> read(hat)).hasMessageContaining("looks inverted");
    }

    @Test
    void mapsOfLabelsAndPicturesOfManyColoursAreRefusedWithWhatTheyHold() throws IOException {
        byte[] labels = png(BufferedImage.TYPE_INT_RGB, (x, y) -> inside(x, y) ? 0x020202 : x > 30 ? 0x010101 : 0);
        assertThatThrownBy(() -> read(labels)).hasMessageContaining("(0, 1, 2), like a map of labels");
        byte[] voc = png(BufferedImage.TYPE_INT_RGB, (x, y) -> inside(x, y) ? 0x008000 : x > 30 ? 0xE0E0C0 : 0);
        assertThatThrownBy(() -> read(voc)).hasMessageContaining("3 colours").hasMessageContaining("(224, 224, 192)");
        Random random = new Random(1);
        byte[] photograph = png(BufferedImage.TYPE_INT_RGB, (x, y) -> random.nextInt());
        assertThatThrownBy(() -> read(photograph)).hasMessageContaining("picture of many colours");
        byte[] redOnWhite = twoValued(0xFFFFFFFF, 0xFFFF0000);
        assertThatThrownBy(() -> read(redOnWhite)).hasMessageContaining("2 colours");
    }

    @Test
    void masksWithoutBlackAreRefused() throws IOException {
        assertThatThrownBy(() -> read(twoValued(0xFF030303, 0xFFFFFFFF)))
                .hasMessageContaining("darkest value is 3 of 255");
        assertThatThrownBy(() -> read(twoValued(0xFF010101, 0xFF010101))).hasMessageContaining("1 of 255 everywhere");
    }

    @Test
    void theNoiseOfJpegIsCutAwayAndSaidAndASoftBrushIsKept() throws IOException {
        BufferedImage image = ImageIO.read(
                new ByteArrayInputStream(png(BufferedImage.TYPE_INT_RGB, (x, y) -> inside(x, y) ? 0xFFFFFF : 0)));
        Path jpeg = directory.resolve("mask.jpg");
        ImageIO.write(image, "jpg", jpeg.toFile());
        MaskPicture noisy = MaskPicture.brush(Pixels.read(jpeg), "mask.jpg");
        assertMarksTheObject(noisy);
        assertThat(noisy.notes()).singleElement().asString().contains("noise", "cut at the half");
        MaskPicture soft = read(png(BufferedImage.TYPE_INT_RGB, (x, y) -> {
            double distance = Math.hypot(x - 20, y - 20);
            int grey = (int) Math.max(0, Math.min(255, 255 - 18 * (distance - 4)));
            return grey * 0x010101;
        }));
        assertThat(soft.notes()).isEmpty();
        assertThat(soft.mask().value(20, 30)).isEqualTo(147 / 255f);
    }

    @Test
    void regionsAndExemplarsFollowTheSameRules() throws IOException {
        byte[] faint = grey(BufferedImage.TYPE_BYTE_GRAY, 0, 1);
        assertThat(Region.png(faint).onGrid(SIZE, SIZE, 20, 20).sum()).isCloseTo(6 * 8, within(1e-5));
        byte[] inverted = twoValued(0xFFFFFFFF, 0xFF000000);
        assertThatThrownBy(() -> Region.png(inverted)).hasMessageContaining("looks inverted");
        Path picture = Files.write(directory.resolve("p.png"), twoValued(0xFF204060, 0xFFC0C0C0));
        Path mask = Files.write(directory.resolve("m.png"), faint);
        Exemplar exemplar = Exemplar.read(picture, Optional.of(mask), Optional.empty());
        assertThat(exemplar.alpha().sum()).isEqualTo(12 * 16);
        assertThat(exemplar.notes()).singleElement().asString().contains("m.png", "1 of 255");
        assertThat(exemplar.resizedTo(20).movedTo(10, 10).notes()).hasSize(1);
        Files.write(mask, inverted);
        assertThatThrownBy(() -> Exemplar.read(picture, Optional.of(mask), Optional.empty()))
                .hasMessageContaining("looks inverted");
    }

    @Test
    void anObjectThatNothingShowsIsRefused() {
        float[][] faint = new float[8][8];
        faint[3][3] = 1 / 255f;
        assertThatThrownBy(() -> Exemplar.of(Nd4j.zeros(3, 8, 8), Region.of(Mask.of(faint))))
                .isInstanceOf(EmptyRegionException.class)
                .hasMessageContaining("more than 1 of 255")
                .hasMessageContaining("mark it with values up to 255");
    }
}
