package io.github.rewrite4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class AnimatedGifTest {
    @TempDir
    private Path folder;

    /** Frame i is of one red, lighter from frame to frame. */
    private static INDArray reds(int frames) {
        INDArray images = Nd4j.ones(frames, 3, 4, 5).negi();
        for (int i = 0; i < frames; i++) {
            images.slice(i).slice(0).assign(-1 + 0.4 * i);
        }
        return images;
    }

    private static ImageReader reader(Path file) throws IOException {
        ImageInputStream stream = ImageIO.createImageInputStream(file.toFile());
        ImageReader reader = ImageIO.getImageReadersByFormatName("gif").next();
        reader.setInput(stream);
        return reader;
    }

    @Test
    void framesColoursSizesAndTimesAreReadAgain() throws IOException {
        Path file = folder.resolve("new/red.gif");
        AnimatedGif.of(reds(4)).enlarged(3).milliseconds(120).write(file);
        ImageReader reader = reader(file);
        assertThat(reader.getNumImages(true)).isEqualTo(4);
        for (int i = 0; i < 4; i++) {
            assertThat(reader.getWidth(i)).isEqualTo(15);
            assertThat(reader.getHeight(i)).isEqualTo(12);
            int expected = (int) Math.rint(0.4 * i * 127.5);
            assertThat(reader.read(i).getRGB(14, 11) & 0xffffff).isEqualTo(expected << 16);
            IIOMetadataNode root =
                    (IIOMetadataNode) reader.getImageMetadata(i).getAsTree("javax_imageio_gif_image_1.0");
            IIOMetadataNode control = (IIOMetadataNode)
                    root.getElementsByTagName("GraphicControlExtension").item(0);
            assertThat(control.getAttribute("delayTime")).isEqualTo("12");
        }
        IIOMetadataNode first = (IIOMetadataNode) reader.getImageMetadata(0).getAsTree("javax_imageio_gif_image_1.0");
        IIOMetadataNode loop = (IIOMetadataNode)
                first.getElementsByTagName("ApplicationExtension").item(0);
        assertThat((byte[]) loop.getUserObject()).as("repeated for ever").containsExactly(1, 0, 0);
        reader.dispose();
    }

    @Test
    void theWayBackLeavesOutBothEnds() throws IOException {
        AnimatedGif gif = AnimatedGif.of(reds(4)).backAndForth();
        assertThat(gif.frames()).isEqualTo(6);
        Path file = folder.resolve("back.gif");
        gif.write(file);
        assertThat(reader(file).getNumImages(true)).isEqualTo(6);
        assertThat(AnimatedGif.of(reds(1)).backAndForth().frames()).isOne();
    }

    @Test
    void sheetsMoveWithTheirLabels() throws IOException {
        List<ContactSheet> sheets = List.of(
                ContactSheet.titled("0.0").row("row", reds(2)).builtInLetters().build(),
                ContactSheet.titled("0.5").row("row", reds(2)).builtInLetters().build());
        Path file = folder.resolve("sheets.gif");
        AnimatedGif.ofSheets(sheets).write(file);
        assertThat(reader(file).getNumImages(true)).isEqualTo(2);
        assertThat(reader(file).getWidth(0)).isEqualTo(sheets.get(0).toImage().getWidth());
    }

    @Test
    void whatCannotMoveIsRefused() {
        assertThatThrownBy(() -> AnimatedGif.of(reds(2)).milliseconds(5)).hasMessageContaining("5 ms");
        assertThatThrownBy(() -> AnimatedGif.of(reds(2)).enlarged(0)).hasMessageContaining("factor is 0");
        assertThatThrownBy(() -> AnimatedGif.ofSheets(List.of())).hasMessageContaining("at least one frame");
        assertThatThrownBy(() -> AnimatedGif.ofSheets(List.of(
                        ContactSheet.titled("").row("a", reds(1)).build(),
                        ContactSheet.titled("")
                                .row("a", reds(1))
                                .row("b", reds(1))
                                .build())))
                .hasMessageContaining("of one size");
    }
}
