package io.github.rewrite4j.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ContactSheetTest {
    /** Round faces of several colours on a gradient, with or without a hat. */
    private static INDArray faces(int n, boolean hat) {
        float[] values = new float[n * 3 * 64 * 64];
        for (int i = 0; i < n; i++) {
            for (int y = 0; y < 64; y++) {
                for (int x = 0; x < 64; x++) {
                    boolean face = Math.hypot(x - 31.5, (y - 36) * 0.9) < 20;
                    boolean eye = Math.hypot(Math.abs(x - 31.5) - 8, y - 32) < 3;
                    boolean brim = hat && y >= 10 && y < 22 && Math.abs(x - 31.5) < (y > 18 ? 24 : 14);
                    for (int c = 0; c < 3; c++) {
                        double ground = y / 32.0 - 1;
                        double skin = 0.8 - 0.25 * c - 0.15 * i;
                        values[((i * 3 + c) * 64 + y) * 64 + x] =
                                (float) (brim ? c - 1 : eye ? -1 : face ? skin : ground);
                    }
                }
            }
        }
        return Nd4j.create(values, new long[] {n, 3, 64, 64}, 'c');
    }

    private static ContactSheet.Builder example() {
        INDArray before = faces(5, false);
        INDArray after = faces(5, true);
        INDArray keys = Nd4j.arange(5 * 64).divi(5 * 64).reshape(5, 8, 8);
        return ContactSheet.titled("A hat for everyone, synthetic faces")
                .columns("sample 4", "sample 9", "sample 23", "sample 31", "a column label that needs more lines")
                .row("before", before)
                .row("after, with a label so long that it has to be wrapped", after)
                .row("absolute difference x 2", Difference.absolute(before, after, 2))
                .row("signed difference x 0.5", Difference.signed(before, after, 0.5))
                .row("key response, 0 to 1", HeatMap.rangeOf(keys).over(keys, before))
                .row("key response alone", HeatMap.range(0, 1).colours(keys))
                .footer("layer5, rank 3; inside = mask > 0; (seed 7) [64x64] 100 % \"quoted\"");
    }

    @Test
    void aSheetIsDrawnWithSystemFontsAndWithBuiltInLetters() throws IOException {
        Path system = Path.of("target", "contact-sheet.png");
        Path builtIn = Path.of("target", "contact-sheet-built-in.png");
        example().build().write(system);
        example().builtInLetters().build().write(builtIn);
        Pixels pixels = Pixels.read(builtIn);
        assertThat(pixels.width()).isEqualTo(2 * 12 + 130 + 5 * (128 + 4));
        assertThat(Pixels.read(system).width()).isEqualTo(pixels.width());
        assertThat(darkPixels(example().builtInLetters().build().toImage(), 12, 12, 400, 20))
                .isGreaterThan(100);
    }

    private static int darkPixels(BufferedImage picture, int left, int top, int width, int height) {
        int dark = 0;
        for (int y = top; y < top + height; y++) {
            for (int x = left; x < left + width; x++) {
                dark += (picture.getRGB(x, y) & 0xFF) < 0x80 ? 1 : 0;
            }
        }
        return dark;
    }

    @Test
    void picturesAreEnlargedWithoutSmoothing() {
        BufferedImage two = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
        two.setRGB(0, 0, 0xFF0000);
        two.setRGB(1, 0, 0x0000FF);
        BufferedImage sheet = ContactSheet.titled("")
                .row("", List.of(two))
                .scale(3)
                .margin(0)
                .labelWidth(20)
                .build()
                .toImage();
        for (int x = 0; x < 6; x++) {
            assertThat(sheet.getRGB(20 + x, 2)).isEqualTo(x < 3 ? 0xFFFF0000 : 0xFF0000FF);
        }
        assertThat(sheet.getRGB(20, 3)).isEqualTo(0xFFFFFFFF);
    }

    @Test
    void onlySmallPicturesAreEnlargedByThemselves() {
        BufferedImage small =
                ContactSheet.titled("").row("", faces(1, false)).build().toImage();
        BufferedImage large = ContactSheet.titled("")
                .row("", List.of(new BufferedImage(300, 65, BufferedImage.TYPE_INT_RGB)))
                .build()
                .toImage();
        assertThat(small.getWidth()).isEqualTo(24 + 130 + 128 + 4);
        assertThat(large.getWidth()).isEqualTo(24 + 130 + 300 + 4);
    }

    @Test
    void mapsAreEnlargedToTheSizeOfThePicturesAroundThem() {
        BufferedImage map = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        map.setRGB(7, 7, 0x00FF00);
        BufferedImage sheet = ContactSheet.titled("")
                .row("", faces(1, false))
                .row("", List.of(map))
                .margin(0)
                .labelWidth(20)
                .build()
                .toImage();
        assertThat(sheet.getRGB(20 + 127, 128 + 4 + 127)).isEqualTo(0xFF00FF00);
        assertThat(sheet.getRGB(20 + 112, 128 + 4 + 112)).isEqualTo(0xFF00FF00);
        assertThat(sheet.getRGB(20 + 111, 128 + 4 + 112)).isEqualTo(0xFF000000);
    }

    @Test
    void theCallersCopyIsTheCallers() {
        ContactSheet sheet = ContactSheet.titled("t").row("r", faces(1, false)).build();
        sheet.toImage().setRGB(0, 0, 0x123456);
        assertThat(sheet.toImage().getRGB(0, 0)).isEqualTo(0xFFFFFFFF);
    }

    @Test
    void sheetsThatCannotBeDrawnAreRefused() {
        assertThatThrownBy(() -> ContactSheet.titled("t").build()).hasMessageContaining("no row");
        assertThatThrownBy(() -> ContactSheet.titled("t").row("empty", List.of()))
                .hasMessageContaining("\"empty\"");
        assertThatThrownBy(() -> ContactSheet.titled("t")
                        .columns("a", "b")
                        .row("r", faces(1, false))
                        .build())
                .hasMessageContaining("2 column labels");
        assertThatThrownBy(() -> ContactSheet.titled("t").scale(0)).hasMessageContaining("scale is 0");
        assertThatThrownBy(() -> ContactSheet.titled("t").margin(-1)).hasMessageContaining("margin is -1");
        assertThatThrownBy(() -> ContactSheet.titled("t").labelWidth(1)).hasMessageContaining("label width");
        INDArray broken = faces(1, false).putScalar(7, Float.NaN);
        assertThatThrownBy(() -> ContactSheet.titled("t").row("broken", broken))
                .hasMessageContaining("the row broken holds NaN");
    }
}
