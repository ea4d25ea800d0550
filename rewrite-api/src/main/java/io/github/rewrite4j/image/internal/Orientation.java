package io.github.rewrite4j.image.internal;

import java.io.IOException;

/**
 * How a camera says that the stored picture has to be turned to be upright (Exif 2.32, tag 0x0112). Found in JPEG files
 * and in the chunk eXIf of PNG files.
 */
public enum Orientation {
    UPRIGHT(1, false, false, false, "as it is"),
    MIRRORED(2, false, true, false, "mirrored"),
    UPSIDE_DOWN(3, true, true, false, "turned by 180 degrees"),
    FLIPPED(4, true, false, false, "turned upside down and mirrored"),
    TRANSPOSED(5, false, false, true, "turned by 90 degrees and mirrored"),
    CLOCKWISE(6, true, false, true, "turned by 90 degrees clockwise"),
    TRANSVERSED(7, true, true, true, "turned by 270 degrees and mirrored"),
    COUNTERCLOCKWISE(8, false, true, true, "turned by 90 degrees counterclockwise");

    private static final int TAG = 0x0112;
    private static final int SHORT = 3;
    private static final int LONG = 4;
    private static final int ENTRY = 12;

    private final int mark;
    private final boolean bottomFirst;
    private final boolean rightFirst;
    private final boolean swapped;
    private final String words;

    Orientation(int mark, boolean bottomFirst, boolean rightFirst, boolean swapped, String words) {
        this.mark = mark;
        this.bottomFirst = bottomFirst;
        this.rightFirst = rightFirst;
        this.swapped = swapped;
        this.words = words;
    }

    /** Reads the mark from an Exif block, a small TIFF file; what is broken or unknown means upright. */
    static Orientation ofExif(byte[] file, int from, int to) {
        if (to - from < 8 || file[from] != file[from + 1] || (file[from] != 'I' && file[from] != 'M')) {
            return UPRIGHT;
        }
        boolean little = file[from] == 'I';
        long directory = from + number(file, from + 4, 4, little);
        if (directory + 2 > to) {
            return UPRIGHT;
        }
        long entries = number(file, (int) directory, 2, little);
        for (int i = 0; i < entries; i++) {
            long at = directory + 2 + (long) i * ENTRY;
            if (at + ENTRY > to) {
                return UPRIGHT;
            }
            int entry = (int) at;
            if (number(file, entry, 2, little) == TAG) {
                // The standard says 16 bits; some programs write 32, and all readers take them.
                long type = number(file, entry + 2, 2, little);
                return type == SHORT || type == LONG
                        ? ofMark(number(file, entry + 8, type == SHORT ? 2 : 4, little))
                        : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    private static Orientation ofMark(long mark) {
        for (Orientation each : values()) {
            if (each.mark == mark) {
                return each;
            }
        }
        return UPRIGHT;
    }

    private static long number(byte[] file, int at, int bytes, boolean little) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value = (value << 8) | (file[little ? at + bytes - 1 - i : at + i] & 0xFF);
        }
        return value;
    }

    /** The picture upright, with a note if it was not. */
    StoredPicture applyTo(StoredPicture pixels, String name) throws IOException {
        if (this == UPRIGHT) {
            return pixels;
        }
        int height = swapped ? pixels.width() : pixels.height();
        int width = swapped ? pixels.height() : pixels.width();
        return pixels.rearranged(height, width, this::source, name)
                .noting(name + " carries a camera's orientation mark (" + mark + "): it is " + words + ".");
    }

    /** Where the pixel at a row and column of the upright picture is stored, in a stored picture of this size. */
    private int source(int row, int column, int storedHeight, int storedWidth) {
        int y = swapped ? column : row;
        int x = swapped ? row : column;
        return (bottomFirst ? storedHeight - 1 - y : y) * storedWidth + (rightFirst ? storedWidth - 1 - x : x);
    }
}
