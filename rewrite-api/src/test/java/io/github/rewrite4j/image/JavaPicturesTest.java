package io.github.rewrite4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Pictures of other programs: Java's own, and those in streams. */
class JavaPicturesTest {
    private static final int[] COLOURS = {0xFF000000, 0xFFFFFFFF, 0xFF010203, 0xFFFE7F80, 0xFF404040, 0xFFC86432};

    private static BufferedImage picture(int type) {
        BufferedImage picture = new BufferedImage(3, 2, type);
        for (int i = 0; i < COLOURS.length; i++) {
            picture.setRGB(i % 3, i / 3, COLOURS[i]);
        }
        return picture;
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_INT_RGB,
                BufferedImage.TYPE_INT_ARGB,
                BufferedImage.TYPE_INT_ARGB_PRE,
                BufferedImage.TYPE_INT_BGR,
                BufferedImage.TYPE_3BYTE_BGR,
                BufferedImage.TYPE_4BYTE_ABGR,
                BufferedImage.TYPE_4BYTE_ABGR_PRE
            })
    void coloursOfEveryKindOfPictureAreTakenAsTheyAre(int type) {
        Pixels pixels = Pixels.of(picture(type));
        assertThat(pixels.hasAlpha()).isEqualTo(picture(type).getColorModel().hasAlpha());
        for (int i = 0; i < COLOURS.length; i++) {
            assertThat(pixels.toBufferedImage().getRGB(i % 3, i / 3)).isEqualTo(COLOURS[i]);
        }
    }

    @Test
    void greyLevelsAreThoseThatAreStoredAndNotJavasLinearLight() {
        BufferedImage bytes = new BufferedImage(256, 1, BufferedImage.TYPE_BYTE_GRAY);
        BufferedImage shorts = new BufferedImage(256, 1, BufferedImage.TYPE_USHORT_GRAY);
        for (int i = 0; i < 256; i++) {
            bytes.getRaster().setSample(i, 0, 0, i);
            shorts.getRaster().setSample(i, 0, 0, 257 * i);
        }
        for (int i = 0; i < 256; i++) {
            assertThat(Pixels.of(bytes).value(Pixels.GREEN, 0, i)).isEqualTo(i);
            assertThat(Pixels.of(shorts).value(Pixels.GREEN, 0, i)).isEqualTo(i);
        }
        assertThat(bytes.getRGB(128, 0) & 0xFF).as("what Java makes of it").isNotEqualTo(128);
    }

    @Test
    void aPartOfAPictureIsThatPart() throws IOException {
        BufferedImage whole = picture(BufferedImage.TYPE_3BYTE_BGR);
        assertThat(Pixels.of(whole.getSubimage(1, 1, 2, 1)).toBufferedImage().getRGB(1, 0))
                .isEqualTo(COLOURS[5]);
        BufferedImage grey =
                ImageIO.read(new ByteArrayInputStream(Images.greyPng(new float[][] {{0, 0.2f}, {1, 0.6f}})));
        assertThat(Pixels.of(grey.getSubimage(1, 1, 1, 1)).value(Pixels.RED, 0, 0))
                .isEqualTo(153);
    }

    @Test
    void transparencyIsKeptAndColoursAreNotMultipliedByIt() {
        BufferedImage glass = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB_PRE);
        glass.setRGB(0, 0, 0x80FF0000);
        Pixels pixels = Pixels.of(glass);
        assertThat(pixels.value(Pixels.ALPHA, 0, 0)).isEqualTo(0x80);
        assertThat(pixels.value(Pixels.RED, 0, 0)).isEqualTo(0xFF);
    }

    @Test
    void arraysAndJavaPicturesAreTheSamePicture() {
        INDArray image = Images.of(picture(BufferedImage.TYPE_INT_RGB));
        assertThat(image.shape()).containsExactly(1, 3, 2, 3);
        assertThat(image.getFloat(0, 0, 1, 2)).isCloseTo(0xC8 / 127.5f - 1, within(1e-6f));
        assertThat(Pixels.of(Images.toBufferedImage(image))).isEqualTo(Pixels.of(picture(BufferedImage.TYPE_INT_RGB)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void whatIsWrittenAsPngIsWhatOtherProgramsRead(int channels) throws IOException {
        Random random = new Random(channels);
        int width = 301;
        int height = 217;
        byte[][] stored = new byte[4][width * height];
        for (int i = 0; i < width * height; i++) {
            for (int c = 0; c < 4; c++) {
                // Smooth and noisy rows by turns, so that every filter is chosen.
                int smooth = c * 40 + i % width + i / width;
                stored[c][i] = (byte) (i / width % 4 == 0 ? random.nextInt(256) : smooth + random.nextInt(3));
            }
        }
        boolean alpha = channels % 2 == 0;
        if (channels < 3) {
            stored[1] = stored[0];
            stored[2] = stored[0];
        }
        if (!alpha) {
            stored[3] = new byte[0];
        }
        Pixels pixels = new Pixels(height, width, alpha, stored, List.of());
        byte[] png = pixels.toPng();
        assertThat(Pixels.read(png, "ours")).isEqualTo(pixels);
        BufferedImage theirs = ImageIO.read(new ByteArrayInputStream(png));
        assertThat(theirs.getRaster().getNumBands()).isEqualTo(channels);
        assertThat(Pixels.of(theirs)).isEqualTo(pixels);
        assertThat(png.length).isLessThan(channels * width * height);
    }

    @Test
    void picturesOfStreamsAreThoseOfFiles() throws IOException {
        byte[] png = Images.toPng(Nd4j.ones(3, 4, 5));
        Pixels pixels = Pixels.read(new ByteArrayInputStream(png), "upload");
        assertThat(pixels).isEqualTo(Pixels.read(png, "bytes"));
        assertThat(Images.read(new ByteArrayInputStream(png), "upload").shape()).containsExactly(1, 3, 4, 5);
        assertThatThrownBy(() -> Pixels.read(new ByteArrayInputStream(new byte[] {1, 2}), "upload"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("upload is neither a PNG nor a JPEG");
    }

    @Test
    void aStreamWithoutAnEndIsLeftAtTheLimit() {
        long[] taken = {0};
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                taken[0]++;
                return 0x89;
            }

            @Override
            public int read(byte[] bytes, int from, int length) {
                taken[0] += length;
                return length;
            }
        };
        assertThatThrownBy(() -> Pixels.read(endless, "upload"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("upload");
        assertThat(taken[0]).isLessThanOrEqualTo((1L << 28) + 1);
    }
}
