package io.github.rewrite4j.edit;

import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.io.FileFormatException;
import io.github.rewrite4j.io.PrintableText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A mask that a user painted or another program wrote, and what had to be understood to use it.
 *
 * <p>The rule is white on black: the red channel divided by 255, which in a grey picture is the grey. Files that do not
 * keep it are common, and used as they are they would select nothing, or everything, in silence. Each of them is either
 * understood, and said in the notes, or refused with a sentence that names what is there:
 *
 * <ul>
 *   <li>the mark is in alpha, or in one other colour on black: understood;
 *   <li>two values of which the brighter is below half, such as 0 and 1: stretched to 255;
 *   <li>several flat values or colours (a map of labels), or no black anywhere: refused;
 *   <li>nearly black and nearly white with the noise of JPEG between: cut at the half;
 *   <li>border and most of the picture selected, a hole where the object would be: refused as inverted.
 * </ul>
 *
 * @param mask values in [0, 1], possibly zero everywhere
 * @param notes full sentences; none where the file keeps the rule
 */
record MaskPicture(Mask mask, List<String> notes) {
    private static final int HALF = 128;

    /** Pictures of fewer pixels are too small to tell what their colours mean: their red channel is taken as it is. */
    private static final int SMALLEST = 16;

    MaskPicture {
        notes = List.copyOf(notes);
    }

    /** Understands a brush mask. */
    static MaskPicture brush(Pixels pixels, String name) throws IOException {
        List<String> notes = new ArrayList<>(pixels.notes());
        if (pixels.height() * pixels.width() < SMALLEST) {
            return new MaskPicture(asStored(pixels), notes);
        }
        MaskColours colours = MaskColours.of(pixels);
        byte[] values;
        if (colours.markIsInAlpha()) {
            notes.add("The mask " + PrintableText.name(name)
                    + ": its colours do not show the object and its alpha varies, so alpha is the"
                    + " mask (Region.pngAlpha says so).");
            values = pixels.channel(Pixels.ALPHA);
        } else if (colours.contradictAlpha()) {
            throw refused(
                    name,
                    "its red channel and its alpha mark different parts: save it without alpha, or read the alpha"
                            + " (Region.pngAlpha)");
        } else if (colours.areGrey() || colours.redIsClear()) {
            if (!colours.areGrey() && !colours.areShadesOfOne()) {
                notes.add(
                        "The mask " + PrintableText.name(name) + " has several colours: only its red channel counts.");
            }
            values = pixels.channel(Pixels.RED);
        } else if (colours.areShadesOfOne()) {
            notes.add("The mask " + PrintableText.name(name) + ": its red channel is " + describe(colours.redMost())
                    + ", "
                    + colours.brightest() + " is not: the object is taken to be what is coloured "
                    + colours.text() + ".");
            values = colours.shades(pixels);
        } else {
            throw refused(name, colours.whyNot());
        }
        return understood(pixels, values, name, notes, false);
    }

    /** Understands an alpha channel, which may be faint or many-valued: glass is. */
    static MaskPicture cutOut(Pixels pixels, String name) throws IOException {
        return understood(pixels, pixels.channel(Pixels.ALPHA), name, new ArrayList<>(pixels.notes()), true);
    }

    private static Mask asStored(Pixels pixels) {
        byte[] red = pixels.channel(Pixels.RED);
        float[] values = new float[red.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (red[i] & 0xFF) / 255f;
        }
        return new Mask(pixels.height(), pixels.width(), values);
    }

    private static String describe(int most) {
        return most == 0 ? "0 everywhere" : "at most " + most + " of 255";
    }

    private static FileFormatException refused(String name, String why) {
        return new FileFormatException(
                name, "as a mask", why + ". A mask is white where the object is and black elsewhere.");
    }

    private static MaskPicture understood(Pixels pixels, byte[] values, String name, List<String> notes, boolean alpha)
            throws IOException {
        Levels levels = Levels.of(values);
        String what = (alpha ? "alpha of " : "mask ") + PrintableText.name(name);
        float[] mask = new float[values.length];
        boolean noisy = !alpha && levels.isTwoClouds() && MaskNoise.isNoisy(values, pixels.width());
        if (noisy) {
            notes.add("The " + what + " is nearly black and white with noise between, as JPEG leaves it: it is cut at"
                    + " the half.");
            for (int i = 0; i < mask.length; i++) {
                mask[i] = values[i] < 0 ? 1f : 0f; // from 128 on
            }
        } else {
            int white = white(levels, name, what, notes, alpha);
            for (int i = 0; i < mask.length; i++) {
                mask[i] = Math.min(1f, (values[i] & 0xFF) / (float) white);
            }
        }
        Mask result = new Mask(pixels.height(), pixels.width(), mask);
        if (looksInverted(result)) {
            throw refused(
                    name,
                    String.format(
                            Locale.ROOT,
                            "it looks inverted: %.0f %% of the picture and its border are selected, and what is left"
                                    + " out is a hole. Invert the picture; if the surroundings are meant,"
                                    + " invert it and use the region .inverted()",
                            100.0 * result.atLeast(0.5f).selectedCells() / mask.length));
        }
        return new MaskPicture(result, notes);
    }

    /** The value that counts as wholly selected. */
    private static int white(Levels levels, String name, String what, List<String> notes, boolean alpha)
            throws IOException {
        int most = levels.most();
        if (most == 0) {
            return 255;
        }
        if (levels.least() > 0 && (!alpha || most < HALF)) {
            throw refused(
                    name,
                    levels.least() == most
                            ? "it is " + most + " of 255 everywhere, so nothing says where the object is"
                            : "its darkest value is " + levels.least() + " of 255, and everything above 0 counts as"
                                    + " selected: make black what is not meant");
        }
        if (most < HALF && levels.distinct() == 2) {
            notes.add("The brightest value of the " + what + " is " + most
                    + " of 255, beside 0: it is taken as 255, wholly selected.");
            return most;
        }
        if (!alpha && (most < HALF || (most < 250 && levels.distinct() > 2 && levels.isFlat()))) {
            throw refused(
                    name,
                    "its brightest value is " + most + " of 255 and it holds " + levels.distinct()
                            + " values (" + levels.listed() + "), like a map of labels or a picture that is too dark:"
                            + " make white the one that is meant");
        }
        if (!alpha && most < 250) {
            notes.add("The brightest value of the " + what + " is " + most + " of 255: nothing is wholly selected.");
        }
        return 255;
    }

    /** Whether at least three corners, most of the border and half of the picture are selected, and not everything. */
    private static boolean looksInverted(Mask mask) {
        int h = mask.height();
        int w = mask.width();
        if (h < 3 || w < 3) {
            return false;
        }
        int selected = mask.atLeast(0.5f).selectedCells();
        int corners = on(mask, 0, 0) + on(mask, 0, w - 1) + on(mask, h - 1, 0) + on(mask, h - 1, w - 1);
        int border = 0;
        for (int x = 0; x < w; x++) {
            border += on(mask, 0, x) + on(mask, h - 1, x);
        }
        for (int y = 1; y < h - 1; y++) {
            border += on(mask, y, 0) + on(mask, y, w - 1);
        }
        int ring = 2 * (h + w) - 4;
        return selected < h * w && 2 * selected >= h * w && corners >= 3 && 10 * border >= 6 * ring;
    }

    private static int on(Mask mask, int row, int column) {
        return mask.value(row, column) >= 0.5f ? 1 : 0;
    }

    /** How often each of the 256 values occurs. */
    @SuppressWarnings("ArrayRecordComponent") // never compared, never handed on
    private record Levels(int[] counts) {
        static Levels of(byte[] values) {
            int[] counts = new int[256];
            for (byte value : values) {
                counts[value & 0xFF]++;
            }
            return new Levels(counts);
        }

        int least() {
            int value = 0;
            while (counts[value] == 0) {
                value++;
            }
            return value;
        }

        int most() {
            int value = 255;
            while (counts[value] == 0) {
                value--;
            }
            return value;
        }

        int distinct() {
            int distinct = 0;
            for (int count : counts) {
                distinct += count > 0 ? 1 : 0;
            }
            return distinct;
        }

        /** Few values, as maps of labels have; brushes and blurs leave many. */
        boolean isFlat() {
            return distinct() <= 32;
        }

        /** Nine in ten values are nearly black or nearly white, and there are both. */
        boolean isTwoClouds() {
            long dark = 0;
            long bright = 0;
            long all = 0;
            for (int i = 0; i < 256; i++) {
                all += counts[i];
                dark += i < 40 ? counts[i] : 0;
                bright += i > 215 ? counts[i] : 0;
            }
            return bright > 0 && dark > 0 && 10 * (dark + bright) >= 9 * all;
        }

        String listed() {
            StringBuilder text = new StringBuilder();
            int shown = 0;
            for (int i = 0; i < 256 && shown < 6; i++) {
                if (counts[i] > 0) {
                    text.append(shown++ == 0 ? "" : ", ").append(i);
                }
            }
            return text + (distinct() > shown ? ", ..." : "");
        }
    }
}
