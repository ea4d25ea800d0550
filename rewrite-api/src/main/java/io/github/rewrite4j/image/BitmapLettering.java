package io.github.rewrite4j.image;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Built-in letters of 5 x 7 dots for runtimes without fonts: capitals, digits and ASCII signs. Small letters appear as
 * capitals, anything else as a box.
 */
final class BitmapLettering implements Lettering {
    private static final int COLUMNS = 5;
    private static final int ROWS = 7;

    /** A letter and its rows from top to bottom, each a base-32 digit whose bits are the dots from left to right. */
    private static final String[] LETTERS = {
        "Aehhvhhh", "Buhhuhhu", "Cehggghe", "Duhhhhhu", "Evgguggv", "Fvgguggg", "Gehgnhhf", "Hhhhvhhh",
        "Ie44444e", "J72222ic", "Khikokih", "Lggggggv", "Mhrllhhh", "Nhpljhhh", "Oehhhhhe", "Puhhuggg",
        "Qehhhlid", "Ruhhukih", "Sfgge11u", "Tv444444", "Uhhhhhhe", "Vhhhhha4", "Whhhllla", "Xhha4ahh",
        "Yhha4444", "Zv1248gv", "0ehjlphe", "14c4444e", "2eh1248v", "3v2421he", "426aiv22", "5vgu11he",
        "668guhhe", "7v124888", "8ehhehhe", "9ehhf12c", ".00000cc", ",0000c48", ":0cc0cc0", ";0cc0c48",
        "!4444404", "?eh12404", "'4480000", "\"aaa0000", "(2488842", ")8422248", "[e88888e", "]e22222e",
        "{2448442", "}8442448", "+044v440", "-000v000", "*04lel40", "/01248g0", "\\0g84210", "=00v0v00",
        "<248g842", ">8421248", "_000000v", "%op248j3", "#aavavaa", "&cik8lid", "@eh1dlle", "$4fke5u4",
        "^4ah0000", "|4444444", "~008l200", "`8420000", " 0000000",
    };

    private static final String BOX = "vhhhhhv";
    private static final Map<Character, String> GLYPHS = Arrays.stream(LETTERS)
            .collect(Collectors.toUnmodifiableMap(letter -> letter.charAt(0), letter -> letter.substring(1)));

    private final int scale;

    private BitmapLettering(int scale) {
        this.scale = scale;
    }

    static BitmapLettering ofSize(int pixels) {
        return new BitmapLettering(Math.max(1, pixels / (ROWS + 1)));
    }

    @Override
    public int lineHeight() {
        return (ROWS + 4) * scale;
    }

    @Override
    public int width(String text) {
        return text.length() * (COLUMNS + 1) * scale;
    }

    @Override
    public void draw(BufferedImage picture, String text, int left, int top, int rgb) {
        for (int i = 0; i < text.length(); i++) {
            String rows = GLYPHS.getOrDefault(Character.toUpperCase(text.charAt(i)), BOX);
            for (int y = 0; y < ROWS; y++) {
                int dots = Character.digit(rows.charAt(y), 32);
                for (int x = 0; x < COLUMNS; x++) {
                    if ((dots >> (COLUMNS - 1 - x) & 1) == 1) {
                        dot(picture, left + (i * (COLUMNS + 1) + x) * scale, top + (y + 2) * scale, rgb);
                    }
                }
            }
        }
    }

    private void dot(BufferedImage picture, int left, int top, int rgb) {
        int right = Math.min(left + scale, picture.getWidth());
        int bottom = Math.min(top + scale, picture.getHeight());
        if (left >= 0 && top >= 0 && left < right && top < bottom) {
            Drawing.fill(picture, left, top, right - left, bottom - top, rgb);
        }
    }
}
