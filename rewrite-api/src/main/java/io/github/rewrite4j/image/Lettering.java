package io.github.rewrite4j.image;

import java.awt.Font;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** A way to write on pictures. */
sealed interface Lettering permits SystemLettering, BitmapLettering {
    /** Distance from one line of text to the next, in pixels. */
    int lineHeight();

    /** Width of a line of text, in pixels. */
    int width(String text);

    /** Writes one line with its upper left corner at the given place. */
    void draw(BufferedImage picture, String text, int left, int top, int rgb);

    /** The system's sans-serif font of a size in pixels, or built-in letters where Java has no fonts. */
    static Lettering ofSize(int pixels) {
        return ofSize(pixels, size -> new Font(Font.SANS_SERIF, Font.PLAIN, size));
    }

    /**
     * As {@link #ofSize(int)} with another source of fonts. Java runtimes in small containers have neither fonts nor
     * fontconfig and report that by errors of many kinds at the first use of a font, or draw nothing at all.
     */
    static Lettering ofSize(int pixels, IntFunction<Font> fonts) {
        try {
            SystemLettering system = new SystemLettering(fonts.apply(pixels));
            if (system.isLegible()) {
                return system;
            }
        } catch (RuntimeException | LinkageError | InternalError withoutFonts) {
            return BitmapLettering.ofSize(pixels);
        }
        return BitmapLettering.ofSize(pixels);
    }

    /** Breaks a text into lines that are at most so wide: between words, inside a word only where it is too long. */
    default List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.lines().toList()) {
            String line = "";
            for (String word : paragraph.strip().split("\\s+", -1)) {
                String longer = line.isEmpty() ? word : line + " " + word;
                if (width(longer) <= width) {
                    line = longer;
                    continue;
                }
                if (!line.isEmpty()) {
                    lines.add(line);
                }
                line = word;
                while (line.length() > 1 && width(line) > width) {
                    int fits = line.length() - 1;
                    while (fits > 1 && width(line.substring(0, fits)) > width) {
                        fits--;
                    }
                    lines.add(line.substring(0, fits));
                    line = line.substring(fits);
                }
            }
            lines.add(line);
        }
        return lines;
    }
}
