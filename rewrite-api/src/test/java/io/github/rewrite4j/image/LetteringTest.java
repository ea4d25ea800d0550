package io.github.rewrite4j.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Font;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LetteringTest {
    private static int ink(Lettering lettering, String text) {
        return pattern(lettering, text).replace("0", "").length();
    }

    private static String pattern(Lettering lettering, String text) {
        BufferedImage picture = new BufferedImage(200, 40, BufferedImage.TYPE_INT_RGB);
        lettering.draw(picture, text, 2, 2, 0xFFFFFF);
        StringBuilder pattern = new StringBuilder();
        for (int i = 0; i < 200 * 40; i++) {
            pattern.append((picture.getRGB(i % 200, i / 200) & 0xFF) > 128 ? '1' : '0');
        }
        return pattern.toString();
    }

    @Test
    void aRuntimeWithoutFontsGetsBuiltInLetters() {
        assertThat(Lettering.ofSize(13, size -> {
                    throw new InternalError("java.lang.reflect.InvocationTargetException");
                }))
                .isInstanceOf(BitmapLettering.class);
        assertThat(Lettering.ofSize(13, size -> {
                    throw new NoClassDefFoundError("Could not initialize class sun.awt.X11FontManager");
                }))
                .isInstanceOf(BitmapLettering.class);
        assertThat(Lettering.ofSize(13, size -> {
                    throw new NullPointerException("Fontconfig head is null");
                }))
                .isInstanceOf(BitmapLettering.class);
    }

    @Test
    void aFontThatDrawsNothingIsNotUsed() {
        Lettering invisible = Lettering.ofSize(13, size -> new Font(Font.SANS_SERIF, Font.PLAIN, size)
                .deriveFont(new AffineTransform(0, 0, 0, 0, 0, 0)));
        assertThat(invisible).isInstanceOf(BitmapLettering.class);
    }

    @Test
    void whateverIsChosenLeavesInk() {
        assertThat(ink(Lettering.ofSize(13), "layer5, rank 3")).isGreaterThan(50);
        assertThat(ink(BitmapLettering.ofSize(13), "layer5, rank 3")).isGreaterThan(50);
    }

    @Test
    void everyAsciiSignHasItsOwnBuiltInForm() {
        Lettering builtIn = BitmapLettering.ofSize(8);
        Set<String> forms = new HashSet<>();
        for (char sign = ' '; sign < 127; sign++) {
            if (!Character.isLowerCase(sign)) {
                assertThat(forms.add(pattern(builtIn, String.valueOf(sign))))
                        .as("form of " + sign)
                        .isTrue();
            }
        }
        assertThat(pattern(builtIn, "bun")).isEqualTo(pattern(builtIn, "BUN"));
        assertThat(forms).doesNotContain(pattern(builtIn, "\u00e9"));
    }

    @Test
    void builtInLettersAreCutAtTheEdge() {
        BufferedImage small = new BufferedImage(7, 5, BufferedImage.TYPE_INT_RGB);
        BitmapLettering.ofSize(16).draw(small, "WWW", -3, -3, 0xFFFFFF);
        assertThat(small.getRGB(6, 4)).isIn(0xFF000000, 0xFFFFFFFF);
    }

    @Test
    void textsAreWrappedBetweenWordsAndInsideWordsThatAreTooLong() {
        Lettering builtIn = BitmapLettering.ofSize(8);
        assertThat(builtIn.wrap("a hair bun for all", 60)).containsExactly("a hair bun", "for all");
        assertThat(builtIn.wrap("one\ntwo", 60)).containsExactly("one", "two");
        assertThat(builtIn.wrap("x moustachefulness", 36)).containsExactly("x", "mousta", "cheful", "ness");
        assertThat(builtIn.wrap("abc", 1)).containsExactly("a", "b", "c");
        assertThat(builtIn.wrap("", 60)).isEmpty();
    }
}
