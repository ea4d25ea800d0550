package io.github.rewrite4j.image.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a codec found in a file: four channels of bytes and what the user should know of them.
 *
 * @param channels made by {@link #channels}: red, green, blue, alpha, row by row. Grey pictures have one array in three
 *     places; alpha is empty where everything is opaque
 * @param notes what was done beyond reading
 */
@SuppressWarnings("ArrayRecordComponent")
public record StoredPicture(int height, int width, boolean hasAlpha, byte[][] channels, List<String> notes) {
    public static final int RED = 0;
    public static final int GREEN = 1;
    public static final int BLUE = 2;
    public static final int ALPHA = 3;

    /** The most pixels of a picture. */
    public static final long MOST_PIXELS = 1L << 26;

    private static final byte[] OPAQUE = {};

    public StoredPicture {
        notes = List.copyOf(notes);
    }

    /** Whether three places hold one channel. */
    public boolean isGrey() {
        return channels[RED] == channels[GREEN];
    }

    /**
     * Makes room for a picture.
     *
     * @param colours 1 for grey, 3 for colour
     * @throws IOException if this Java has not enough memory
     */
    static byte[][] channels(int width, int height, int colours, boolean alpha, String name) throws IOException {
        int area = width * height;
        try {
            byte[] red = new byte[area];
            byte[] green = colours == 1 ? red : new byte[area];
            byte[] blue = colours == 1 ? red : new byte[area];
            return new byte[][] {red, green, blue, alpha ? new byte[area] : OPAQUE};
        } catch (OutOfMemoryError full) {
            throw tooLarge(name, width, height, full);
        }
    }

    static IOException tooLarge(String name, int width, int height, OutOfMemoryError full) {
        return new IOException(
                name + " has " + width + "x" + height + " pixels, for which this Java has not enough memory ("
                        + (Runtime.getRuntime().maxMemory() >> 20) + " MB in all): reduce the picture, or start Java"
                        + " with more (-Xmx2g).",
                full);
    }

    static void requireReadable(int width, int height, String name) throws IOException {
        if ((long) width * height > MOST_PIXELS) {
            throw new IOException(name + " has " + width + "x" + height + " pixels: at most 2^26 are read, reduce it.");
        }
    }

    /** The same with one more note. */
    StoredPicture noting(String note) {
        List<String> more = new ArrayList<>(notes);
        more.add(note);
        return new StoredPicture(height, width, hasAlpha, channels, more);
    }

    /** Where a pixel of a rearranged picture comes from. */
    interface Source {
        int index(int row, int column, int storedHeight, int storedWidth);
    }

    StoredPicture rearranged(int newHeight, int newWidth, Source source, String name) throws IOException {
        byte[][] moved = channels(newWidth, newHeight, isGrey() ? 1 : 3, channels[ALPHA].length > 0, name);
        for (int c = 0; c < 4; c++) {
            if (moved[c].length == 0 || (c > 0 && moved[c] == moved[c - 1])) {
                continue;
            }
            for (int y = 0, i = 0; y < newHeight; y++) {
                for (int x = 0; x < newWidth; x++, i++) {
                    moved[c][i] = channels[c][source.index(y, x, height, width)];
                }
            }
        }
        return new StoredPicture(newHeight, newWidth, hasAlpha, moved, notes);
    }
}
