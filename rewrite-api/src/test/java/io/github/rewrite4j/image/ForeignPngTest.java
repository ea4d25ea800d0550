package io.github.rewrite4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;

/** PNG files of kinds that Java's reader refuses or is slow with, and that it reads right. */
class ForeignPngTest {
    /** A PNG of one colour, from its parts. */
    private static byte[] png(int width, int height, int depth, int type, byte[] row) throws IOException {
        ByteArrayOutputStream pixels = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(pixels)) {
            for (int y = 0; y < height; y++) {
                deflated.write(row);
            }
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
        chunk(
                file,
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) depth)
                        .put((byte) type)
                        .array());
        chunk(file, "IDAT", pixels.toByteArray());
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] body) {
        ByteBuffer chunk =
                ByteBuffer.allocate(12 + body.length).putInt(body.length).put(type.getBytes(StandardCharsets.US_ASCII));
        chunk.put(body);
        CRC32 checksum = new CRC32();
        checksum.update(chunk.array(), 4, 4 + body.length);
        file.writeBytes(chunk.putInt((int) checksum.getValue()).array());
    }

    @Test
    void aMarkOfATransparentColourBesideAnAlphaChannelIsIgnored() throws IOException {
        BufferedImage image = PictureFiles.filled(BufferedImage.TYPE_INT_ARGB, 3, 2, 0x80102030);
        byte[] plain = PictureFiles.png(image);
        byte[] marked = PictureFiles.withChunk(plain, "tRNS", new byte[] {0, 0x10, 0, 0x20, 0, 0x30});
        assertThat(Pixels.read(marked, "png")).isEqualTo(Pixels.read(plain, "png"));
    }

    @Test
    void interlacedRowsGiveTheSamePicture() throws IOException {
        Random random = new Random(5);
        for (int size = 1; size < 20; size++) {
            BufferedImage image = new BufferedImage(size, 21 - size, BufferedImage.TYPE_INT_ARGB);
            for (int i = 0; i < size * (21 - size); i++) {
                image.setRGB(i % size, i / size, random.nextInt());
            }
            Pixels plain = Pixels.read(PictureFiles.png(image), "png");
            assertThat(Pixels.read(interlaced(image), "png")).isEqualTo(plain);
            assertThat(plain.value(Pixels.BLUE, 0, size - 1)).isEqualTo(image.getRGB(size - 1, 0) & 0xFF);
        }
    }

    static byte[] interlaced(BufferedImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), settings);
        } finally {
            writer.dispose();
        }
        assertThat(bytes.toByteArray()[28]).isEqualTo((byte) 1);
        return bytes.toByteArray();
    }

    @Test
    void sixteenBitsThatHoldEightAreReadAsEightAndThisIsSaid() throws IOException {
        Pixels pixels = Pixels.read(PictureFiles.sixteenBitPng(0, 7, 255), "mask.png");
        assertThat(pixels.value(Pixels.RED, 0, 1)).isEqualTo(7);
        assertThat(pixels.value(Pixels.BLUE, 0, 2)).isEqualTo(255);
        assertThat(pixels.notes()).singleElement().asString().contains("16 bits", "reach only 255");
        assertThat(Pixels.read(PictureFiles.sixteenBitPng(0, 7, 256), "mask.png")
                        .notes())
                .isEmpty();
    }

    /** A quarter of the most that is read: 8 seconds when every pixel was asked for by itself. */
    @Test
    void theLargestPicturesLoadInSecondsAndTakeAByteAChannel() throws IOException {
        byte[] row = new byte[1 + 4000 * 8];
        Arrays.fill(row, 1, row.length, (byte) 0x77);
        byte[] large = png(4000, 4000, 16, 6, row);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long started = threads.getCurrentThreadCpuTime();
        Pixels pixels = Pixels.read(large, "large.png");
        assertThat((threads.getCurrentThreadCpuTime() - started) / 1e9).isLessThan(3);
        assertThat(pixels.value(Pixels.GREEN, 3999, 3999)).isEqualTo(0x77);
        assertThat(pixels.value(Pixels.ALPHA, 0, 2000)).isEqualTo(0x77);
    }

    @Test
    void whatIsMissingOrImpossibleIsSaid() throws IOException {
        byte[] row = {0, 1, 2, 3};
        assertThatThrownBy(() -> Pixels.read(png(3, 4, 8, 0, new byte[] {9, 1, 2, 3}), "x.png"))
                .hasMessageContaining("row 0 has the unknown filter 9");
        assertThatThrownBy(() -> Pixels.read(png(3, 4, 3, 0, row), "x.png"))
                .hasMessageContaining("colour type, depth or method that does not exist");
        assertThatThrownBy(() -> Pixels.read(png(3, 4, 8, 3, row), "x.png"))
                .hasMessageContaining("its palette is missing");
        assertThatThrownBy(() -> Pixels.read(png(9, 4, 8, 0, row), "x.png"))
                .hasMessageContaining("its pixels end in row 1 of 4");
        ByteArrayOutputStream apple = new ByteArrayOutputStream();
        byte[] plain = png(3, 4, 8, 0, row);
        apple.write(plain, 0, 8);
        chunk(apple, "CgBI", new byte[] {80, 0, 32, 2});
        apple.write(plain, 8, plain.length - 8);
        assertThatThrownBy(() -> Pixels.read(apple.toByteArray(), "x.png"))
                .hasMessageContaining("Apple's own variant of PNG (CgBI)")
                .hasMessageNotContaining("damaged");
    }
}
