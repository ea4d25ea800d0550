package io.github.rewrite4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PictureReadingTest {
    @TempDir
    private Path directory;

    private static Pixels decoded(byte[] file) throws IOException {
        return Pixels.read(file, "the picture");
    }

    private static void assertColour(Pixels pixels, int x, int red, int green, int blue, int alpha, int tolerance) {
        int[] expected = {red, green, blue, alpha};
        for (int c = 0; c < 4; c++) {
            assertThat(pixels.value(c, 0, x)).as("channel " + c).isCloseTo(expected[c], within(tolerance));
        }
    }

    @Test
    void palettesAreLookedUpWithTheirTransparency() throws IOException {
        Pixels pixels = decoded(PictureFiles.palettePng(0xFF102030, 0x80FF0000, 0x00000000));
        assertThat(pixels.hasAlpha()).isTrue();
        assertColour(pixels, 0, 0x10, 0x20, 0x30, 255, 0);
        assertColour(pixels, 1, 255, 0, 0, 0x80, 0);
        assertThat(pixels.value(Pixels.ALPHA, 0, 2)).isZero();
        assertThat(pixels.isOpaque()).isFalse();
    }

    @Test
    void aTransparentColourOfAPictureWithoutAlphaIsTransparency() throws IOException {
        BufferedImage image = PictureFiles.filled(BufferedImage.TYPE_INT_RGB, 2, 1, 0x102030);
        image.setRGB(1, 0, 0xFF0000);
        byte[] marked = PictureFiles.withChunk(PictureFiles.png(image), "tRNS", new byte[] {0, 0x10, 0, 0x20, 0, 0x30});
        Pixels pixels = decoded(marked);
        assertThat(pixels.hasAlpha()).isTrue();
        assertThat(pixels.value(Pixels.ALPHA, 0, 0)).isZero();
        assertColour(pixels, 1, 255, 0, 0, 255, 0);
    }

    @Test
    void greyBecomesColourAndSixteenBitsBecomeEight() throws IOException {
        Pixels pixels = decoded(PictureFiles.sixteenBitPng(0x0000, 0x80FF, 0xFFFF));
        assertColour(pixels, 1, 0x80, 0x80, 0x80, 255, 0);
        assertColour(pixels, 2, 255, 255, 255, 255, 0);
        assertThat(pixels.toArray().shape()).containsExactly(3, 1, 3);
        assertThat(pixels.toArray().getFloat(2, 0, 1)).isEqualTo((float) (0x80 / 127.5 - 1));
        BufferedImage grey = PictureFiles.filled(BufferedImage.TYPE_BYTE_GRAY, 9, 7, 0);
        grey.getRaster().setSample(0, 0, 0, 77);
        assertColour(decoded(PictureFiles.png(grey)), 0, 77, 77, 77, 255, 0);
    }

    @Test
    void jpegsAreReadInColourAndInGrey() throws IOException {
        Pixels colour = decoded(PictureFiles.jpeg(PictureFiles.filled(BufferedImage.TYPE_INT_RGB, 33, 17, 0xC04020)));
        assertThat(colour.width()).isEqualTo(33);
        assertThat(colour.height()).isEqualTo(17);
        assertThat(colour.hasAlpha()).isFalse();
        assertThat(colour.isOpaque()).isTrue();
        assertColour(colour, 5, 0xC0, 0x40, 0x20, 255, 3);
        BufferedImage grey = new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 64; i++) {
            grey.getRaster().setSample(i % 8, i / 8, 0, 90);
        }
        assertColour(decoded(PictureFiles.jpeg(grey)), 5, 90, 90, 90, 255, 2);
    }

    @Test
    void printingInksBecomeColours() throws IOException {
        // Stored inverted: 255 is no ink. Red keeps its paper white, green and blue are inked, black a little.
        assertColour(decoded(PictureFiles.inkJpeg(16, 16, 0, 255, 100, 20, 200)), 3, 200, 78, 16, 255, 3);
        // The same inks as luminance and chroma of the complement of the first three.
        int y = (int) Math.round(0.299 * 0 + 0.587 * 155 + 0.114 * 235);
        int blue = (int) Math.round(128 + (235 - y) / 1.772);
        int red = (int) Math.round(128 + (0 - y) / 1.402);
        assertColour(decoded(PictureFiles.inkJpeg(16, 16, 2, y, blue, red, 200)), 3, 200, 78, 16, 255, 4);
    }

    @Test
    void inksOfUnknownMeaningAreRefused() throws IOException {
        byte[] unknown = PictureFiles.inkJpegWithoutMarker(16, 16, 255, 100, 20, 200);
        assertThatThrownBy(() -> decoded(unknown))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not say how its inks are stored: convert it to RGB");
    }

    @Test
    void everyCutOfAJpegIsFound() throws IOException {
        byte[] whole = PictureFiles.jpeg(PictureFiles.filled(BufferedImage.TYPE_INT_RGB, 20, 20, 0xC04020));
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> decoded(part))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the picture is");
        }
        // The end marker put back on: what is missing are pixels.
        byte[] hollow = Arrays.copyOf(whole, whole.length - 12);
        hollow[hollow.length - 2] = (byte) 0xFF;
        hollow[hollow.length - 1] = (byte) 0xD9;
        assertThatThrownBy(() -> decoded(hollow))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged JPEG");
    }

    @Test
    void claimsOfHugePicturesAreRefusedBeforeMemoryIsTaken() throws IOException {
        byte[] jpeg = PictureFiles.jpeg(PictureFiles.filled(BufferedImage.TYPE_INT_RGB, 16, 16, 0));
        int frame = 0;
        while (jpeg[frame] != (byte) 0xFF || jpeg[frame + 1] != (byte) 0xC0) {
            frame++;
        }
        ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 65500).putShort(frame + 7, (short) 65500);
        assertThatThrownBy(() -> decoded(jpeg)).hasMessageContaining("claims 65500x65500 pixels");
        byte[] padded = Arrays.copyOf(jpeg, 9_000_000);
        assertThatThrownBy(() -> decoded(padded)).hasMessageContaining("at most 2^26");

        byte[] png = PictureFiles.withChunk(
                PictureFiles.png(PictureFiles.filled(BufferedImage.TYPE_INT_RGB, 2, 1, 0)), "teXt", new byte[20_000]);
        ByteBuffer bytes = ByteBuffer.wrap(png).putInt(16, 8193).putInt(20, 8192);
        CRC32 checksum = new CRC32();
        checksum.update(png, 12, 17);
        bytes.putInt(29, (int) checksum.getValue());
        assertThatThrownBy(() -> decoded(png)).hasMessageContaining("8193x8192 pixels: at most 2^26");
    }

    @ParameterizedTest
    @CsvSource({
        "GIF89a, is a GIF picture, convert",
        "RIFF0000WEBPVP8, is a WebP picture, convert",
        "BM000000, is a BMP picture, convert",
        "0000ftypheic, telephones, convert",
        "0000ftypavif, is an AVIF picture, convert",
        "8BPS, Photoshop, convert",
        "<svg xmlns=, is an SVG drawing, convert",
        "<!DOCTYPE html>, is a web page, download",
        "version https://git-lfs.github.com/spec/v1, pointer of Git LFS, git lfs pull",
        "'', is empty, again",
        "something else, its 14 bytes begin otherwise, convert",
    })
    void otherFilesAreNamed(String content, String what, String advice) throws IOException {
        Path other = Files.write(directory.resolve("face.png"), content.getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> Pixels.read(other))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("face.png", "neither a PNG nor a JPEG", what, advice);
    }

    @Test
    void aMissingFileIsSaid() {
        assertThatThrownBy(() -> Pixels.read(directory.resolve("none.png"))).isInstanceOf(NoSuchFileException.class);
    }
}
