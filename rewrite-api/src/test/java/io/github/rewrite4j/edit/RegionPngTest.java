package io.github.rewrite4j.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegionPngTest {
    @TempDir
    private Path directory;

    private Path png(int type, int left, int right) throws IOException {
        BufferedImage image = new BufferedImage(2, 1, type);
        image.setRGB(0, 0, left);
        image.setRGB(1, 0, right);
        Path file = directory.resolve("mask.png");
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    @Test
    void aBrushMaskIsTheRedChannelWhateverItsAlpha() throws IOException {
        Path file = png(BufferedImage.TYPE_INT_ARGB, 0x00FF0000, 0xFF33FFFF);
        Region region = Region.png(file);
        assertThat(region.onImage(1, 2).toRows()[0]).containsExactly(1f, 0x33 / 255f);
        assertThat(region).hasToString("png(mask.png)");
    }

    @Test
    void aCutOutIsTheAlphaWhateverItsColours() throws IOException {
        Region region = Region.pngAlpha(png(BufferedImage.TYPE_INT_ARGB, 0x33FF0000, 0xFF000000));
        assertThat(region.onImage(1, 2).toRows()[0]).containsExactly(0x33 / 255f, 1f);
        assertThat(region).hasToString("pngAlpha(mask.png)");
    }

    @Test
    void greyIsTakenAsItIsStored() throws IOException {
        BufferedImage grey = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
        grey.getRaster().setSample(0, 0, 0, 128);
        Path file = directory.resolve("grey.png");
        ImageIO.write(grey, "png", file.toFile());
        assertThat(Region.png(file).onImage(1, 2).toRows()[0]).containsExactly(128 / 255f, 0f);
    }

    @Test
    void aCutOutNeedsAnAlphaChannel() throws IOException {
        Path file = png(BufferedImage.TYPE_INT_RGB, 0xFFFFFF, 0);
        assertThatThrownBy(() -> Region.pngAlpha(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no alpha channel")
                .hasMessageContaining("Region.png");
    }

    @Test
    void badFilesAreReportedByName() throws IOException {
        Path text = Files.writeString(directory.resolve("text.png"), "not a picture");
        assertThatThrownBy(() -> Region.png(text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("text.png is neither a PNG nor a JPEG file");
        Path empty = Files.createFile(directory.resolve("empty.png"));
        assertThatThrownBy(() -> Region.png(empty))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("empty.png is empty");
        assertThatThrownBy(() -> Region.png(directory.resolve("missing.png"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Region.png(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(directory + " is a folder: name a file");
    }

    @Test
    void everyTruncationAndEveryFlippedBitIsFound() throws IOException {
        byte[] whole = Files.readAllBytes(png(BufferedImage.TYPE_INT_ARGB, 0x33FF0000, 0xFF000000));
        assertThat(Region.png(whole).onImage(1, 2).sum()).isEqualTo(1);
        for (int at = 0; at < whole.length; at++) {
            byte[] part = Arrays.copyOf(whole, at);
            assertThatThrownBy(() -> Region.png(part))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the mask is");
            byte[] flipped = whole.clone();
            flipped[at] ^= 0x10;
            assertThatThrownBy(() -> Region.png(flipped)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aPictureThatClaimsMorePixelsThanItsBytesCanHoldIsRefused() throws IOException {
        byte[] bomb = Files.readAllBytes(png(BufferedImage.TYPE_INT_RGB, 0, 0));
        CRC32 checksum = new CRC32();
        ByteBuffer bytes = ByteBuffer.wrap(bomb).putInt(16, 1 << 20).putInt(20, 1 << 10);
        checksum.update(bomb, 12, 17);
        bytes.putInt(29, (int) checksum.getValue());
        assertThatThrownBy(() -> Region.png(bomb))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("claims 1048576x1024 pixels");
    }
}
