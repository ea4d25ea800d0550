package io.github.rewrite4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JPEG files of kinds that Java reads otherwise than everybody else; {@code make_pictures.py} made them. */
class ForeignJpegTest {
    private static byte[] resource(String name) {
        try (InputStream file = ForeignJpegTest.class.getResourceAsStream("/pictures/" + name)) {
            assertThat(file).as(name).isNotNull();
            return file.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ycck",
                "ycck_small",
                "ycck_progressive",
                "ycck_dot",
                "inks",
                "profile",
                "bare",
                "bare_small",
                "progressive",
                "restart_small",
                "restart_progressive",
                "jfif_adobe0",
                "exif6"
            })
    void valuesAreThoseThatTheFieldsReaderGives(String name) throws IOException {
        Pixels jpeg = Pixels.read(resource(name + ".jpg"), name);
        assertThat(jpeg).isEqualTo(Pixels.read(resource(name + ".png"), name));
    }

    @Test
    void aCamerasOrientationIsAppliedAndSaid() throws IOException {
        assertThat(Pixels.read(resource("exif6.jpg"), "phone.jpg").notes())
                .singleElement()
                .asString()
                .startsWith("phone.jpg")
                .contains("orientation mark (6)", "90 degrees clockwise");
        assertThat(Pixels.read(resource("ycck.jpg"), "plain.jpg").notes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void orientationsOfEitherByteOrderAndOf16Or32BitsAreUnderstood(boolean wide) throws IOException {
        byte[] plain = resource("bare.jpg");
        Pixels expected = Pixels.read(withExif(plain, ByteOrder.BIG_ENDIAN, false), "x.jpg");
        assertThat(expected.notes()).hasSize(1);
        assertThat(Pixels.read(withExif(plain, ByteOrder.LITTLE_ENDIAN, wide), "x.jpg"))
                .isEqualTo(expected);
        assertThat(Pixels.read(withExif(plain, ByteOrder.BIG_ENDIAN, wide), "x.jpg"))
                .isEqualTo(expected);
    }

    /** The file with a mark that it lies on its side, second in the camera's directory. */
    private static byte[] withExif(byte[] jpeg, ByteOrder order, boolean wide) {
        ByteBuffer tiff = ByteBuffer.allocate(26 + 12).order(order);
        tiff.putShort((short) (order == ByteOrder.BIG_ENDIAN ? 0x4D4D : 0x4949)).putShort((short) 42);
        tiff.putInt(8).putShort((short) 2);
        tiff.putShort((short) 0x0100)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) 45)
                .putShort((short) 0);
        tiff.putShort((short) 0x0112).putShort((short) (wide ? 4 : 3)).putInt(1);
        if (wide) {
            tiff.putInt(6);
        } else {
            tiff.putShort((short) 6).putShort((short) 0);
        }
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(jpeg, 0, 2);
        file.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xE1, 0, (byte) (2 + 6 + tiff.capacity())});
        file.writeBytes(new byte[] {'E', 'x', 'i', 'f', 0, 0});
        file.writeBytes(tiff.array());
        file.write(jpeg, 2, jpeg.length - 2);
        return file.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 0})
    void allEightOrientationsBringTheCornerWhereItBelongs(int mark) throws IOException {
        BufferedImage stored = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
        stored.setRGB(0, 0, 0xFF0000);
        stored.setRGB(2, 0, 0x00FF00);
        byte[] exif = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte) mark, 0, 0};
        Pixels upright = Pixels.read(PictureFiles.withChunk(PictureFiles.png(stored), "eXIf", exif), "png");
        // Where row 0 and column 0 of the stored picture are seen (Exif 2.32): red is in both, green in the row only.
        int[][] redAndGreen = {
            {0, 0, 0, 2},
            {0, 2, 0, 0},
            {1, 2, 1, 0},
            {1, 0, 1, 2},
            {0, 0, 2, 0},
            {0, 1, 2, 1},
            {2, 1, 0, 1},
            {2, 0, 0, 0}
        };
        int[] at = redAndGreen[mark >= 1 && mark <= 8 ? mark - 1 : 0];
        assertThat(upright.value(Pixels.RED, at[0], at[1])).isEqualTo(255);
        assertThat(upright.value(Pixels.GREEN, at[2], at[3])).isEqualTo(255);
        assertThat(upright.notes()).hasSize(mark >= 2 && mark <= 8 ? 1 : 0);
    }

    @Test
    void scansThatGoOverAPictureForEverAreRefusedBeforeAnythingIsDecoded() throws IOException {
        byte[] grey = PictureFiles.jpeg(new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY));
        int frame = find(grey, 0xC0);
        int scan = find(grey, 0xDA);
        grey[frame + 5] = 16;
        grey[frame + 7] = 16;
        ByteArrayOutputStream many = new ByteArrayOutputStream();
        many.write(grey, 0, scan);
        for (int i = 0; i < 8000; i++) {
            many.write(grey, scan, grey.length - 2 - scan);
        }
        many.write(grey, grey.length - 2, 2);
        // Computing time: that of the clock is other programs' as well.
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        long started = clock.getCurrentThreadCpuTime();
        assertThatThrownBy(() -> Pixels.read(many.toByteArray(), "scans.jpg"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("4104x4104 pixels more often than files of its size do");
        assertThat((clock.getCurrentThreadCpuTime() - started) / 1e9).isLessThan(2);
    }

    /** An honest progressive file of a few pixels that claims to be large, with comments for its size. */
    private static byte[] progressive(int side, int comments) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam settings = writer.getDefaultWriteParam();
        settings.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        ByteArrayOutputStream small = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(small)) {
            writer.setOutput(out);
            BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_3BYTE_BGR);
            writer.write(null, new IIOImage(picture, null, null), settings);
        } finally {
            writer.dispose();
        }
        byte[] file = small.toByteArray();
        int frame = find(file, 0xC2);
        for (int at : new int[] {frame + 5, frame + 7}) {
            file[at] = (byte) (side >> 8);
            file[at + 1] = (byte) side;
        }
        ByteArrayOutputStream padded = new ByteArrayOutputStream();
        padded.write(file, 0, 2);
        for (int i = 0; i < comments; i++) {
            padded.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xFE, (byte) 0xFF, (byte) 0xFF});
            padded.writeBytes(new byte[0xFFFF - 2]);
        }
        padded.write(file, 2, file.length - 2);
        return padded.toByteArray();
    }

    @Test
    void smallFilesOfVastPicturesAreRefusedBeforeAnythingIsDecoded() throws IOException {
        byte[] scans = progressive(6000, 7);
        assertThatThrownBy(() -> Pixels.read(scans, "scans.jpg"))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("scans go over its 6000x6000 pixels more often", "without progressive scans");
        byte[] vast = progressive(8000, 7);
        assertThatThrownBy(() -> Pixels.read(vast, "vast.jpg"))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("claims 8000x8000 pixels", "reduce it");
    }

    @Test
    void kindsThatNobodyReadsAreNamedAndNotCalledDamaged() throws IOException {
        byte[] lossless = resource("bare.jpg");
        lossless[find(lossless, 0xC0) + 1] = (byte) 0xC3;
        assertThatThrownBy(() -> Pixels.read(lossless, "x.jpg")).hasMessageContaining("rare kind");
        byte[] deep = resource("bare.jpg");
        deep[find(deep, 0xC0) + 4] = 12;
        assertThatThrownBy(() -> Pixels.read(deep, "x.jpg")).hasMessageContaining("12 bits a sample");
        byte[] cut = Arrays.copyOf(resource("bare.jpg"), 900);
        assertThatThrownBy(() -> Pixels.read(cut, "x.jpg")).hasMessageContaining("damaged JPEG file");
    }

    private static int find(byte[] file, int marker) {
        for (int i = 0; i + 1 < file.length; i++) {
            if (file[i] == (byte) 0xFF && (file[i + 1] & 0xFF) == marker) {
                return i;
            }
        }
        throw new AssertionError("no marker " + marker);
    }
}
