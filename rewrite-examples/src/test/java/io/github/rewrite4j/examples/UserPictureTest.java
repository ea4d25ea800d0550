package io.github.rewrite4j.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.rewrite4j.GeneratorSpec;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What {@code project} takes is what {@code paste} takes: pictures of any size and mode, in either format. */
class UserPictureTest {
    private static final GeneratorSpec SMALL = new GeneratorSpec("toy", "f", "f", 3, 8, 8, 1);

    @TempDir
    private Path folder;

    private final List<String> notes = new ArrayList<>();

    private INDArray read(String name, byte[] file) throws IOException {
        INDArray picture = UserPicture.read(Files.write(folder.resolve(name), file), SMALL, notes::add);
        assertThat(picture.shape()).containsExactly(1, 3, 8, 8);
        return picture;
    }

    private static byte[] encoded(BufferedImage picture, String format) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        assertThat(ImageIO.write(picture, format, file)).isTrue();
        return file.toByteArray();
    }

    private static void assertColour(INDArray picture, int y, int x, double red, double green, double blue) {
        double[] expected = {red, green, blue};
        for (int c = 0; c < 3; c++) {
            assertThat(picture.getDouble(0, c, y, x)).as("channel " + c).isCloseTo(expected[c], within(0.02));
        }
    }

    @Test
    void whatIsTransparentCountsAsWhiteAndWhatIsHalfInBetween() throws IOException {
        BufferedImage picture = new BufferedImage(8, 8, BufferedImage.TYPE_INT_ARGB);
        picture.setRGB(1, 0, 0xFF_FF_00_00);
        picture.setRGB(2, 0, 0x80_00_00_00);
        INDArray read = read("alpha.png", encoded(picture, "png"));
        assertColour(read, 0, 0, 1, 1, 1);
        assertColour(read, 0, 1, 1, -1, -1);
        assertColour(read, 0, 2, 0, 0, 0);
        assertThat(notes).isEmpty();
    }

    @Test
    void greyPalettesAnd16BitsAreRead() throws IOException {
        for (int type :
                new int[] {BufferedImage.TYPE_BYTE_GRAY, BufferedImage.TYPE_USHORT_GRAY, BufferedImage.TYPE_BYTE_INDEXED
                }) {
            BufferedImage picture = new BufferedImage(8, 8, type);
            picture.setRGB(3, 2, 0xFF_FF_FF_FF);
            INDArray read = read("t" + type + ".png", encoded(picture, "png"));
            assertColour(read, 2, 3, 1, 1, 1);
            assertColour(read, 5, 5, -1, -1, -1);
        }
    }

    /** A photograph in landscape, its left third black, taken with the camera on its side. */
    @Test
    void aPhotographIsTurnedUprightSaidAndItsMiddleTaken() throws IOException {
        BufferedImage picture = new BufferedImage(48, 32, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 32; y++) {
            for (int x = 16; x < 48; x++) {
                picture.setRGB(x, y, 0xFF_FF_FF);
            }
        }
        byte[] jpeg = encoded(picture, "jpg");
        INDArray stored = read("stored.jpg", jpeg);
        assertThat(notes).isEmpty();
        // Of 48 columns the middle 32 are seen: black to 16 is the left quarter of them.
        assertColour(stored, 4, 0, -1, -1, -1);
        assertColour(stored, 4, 4, 1, 1, 1);
        INDArray upright = read("phone.jpg", onItsSide(jpeg));
        assertThat(notes).singleElement().asString().contains("phone.jpg", "orientation mark (6)");
        assertColour(upright, 0, 4, -1, -1, -1);
        assertColour(upright, 4, 0, 1, 1, 1);
    }

    private static byte[] onItsSide(byte[] jpeg) {
        byte[] mark = {
            'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0,
            0, 0
        };
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(jpeg, 0, 2);
        file.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xE1, 0, (byte) (mark.length + 2)});
        file.writeBytes(mark);
        file.write(jpeg, 2, jpeg.length - 2);
        return file.toByteArray();
    }

    @Test
    void otherFilesAreNamed() {
        assertThatThrownBy(() -> read("page.png", "<!DOCTYPE html>".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("page.png", "web page");
    }
}
