package io.github.rewrite4j.image.internal;

import java.io.IOException;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Decodes PNG files row by row straight into 8-bit channels (PNG specification, W3C, sections 7 to 10): beside the result
 * it holds two rows. Values are those that are stored; gamma and profiles are ignored.
 *
 * <p>16-bit samples lose their low byte, except where no colour of the picture exceeds 255 of 65535: that is an 8-bit
 * picture in 16-bit samples, as many programs for masks write it, and its low bytes are taken.
 */
public final class PngDecoder {
    private static final int[] PASS_TOP = {0, 0, 4, 0, 2, 0, 1};
    private static final int[] PASS_LEFT = {0, 4, 0, 2, 0, 1, 0};
    private static final int[] PASS_DOWN = {8, 8, 8, 4, 4, 2, 2};
    private static final int[] PASS_RIGHT = {8, 8, 4, 4, 2, 2, 1};

    private final byte[] file;
    private final String name;
    private final PngStructure png;
    private final boolean lowBytes;
    private final byte[][] channels;

    /** The samples that mean transparent in a picture without alpha, or -1. */
    private final int[] marks;

    private int largestColour;

    private PngDecoder(byte[] file, String name, PngStructure png, boolean lowBytes) throws IOException {
        this.file = file;
        this.name = name;
        this.png = png;
        this.lowBytes = lowBytes;
        this.channels =
                StoredPicture.channels(png.width(), png.height(), png.kind().isGrey() ? 1 : 3, png.hasAlpha(), name);
        this.marks = new int[] {mark(png, 0), mark(png, 1), mark(png, 2)};
    }

    public static StoredPicture decode(byte[] file, String name) throws IOException {
        PngStructure png = PngStructure.of(file, name);
        PngDecoder decoder = new PngDecoder(file, name, png, false);
        decoder.decode();
        StoredPicture pixels = decoder.pixels();
        if (png.depth() == 16 && decoder.largestColour > 0 && decoder.largestColour <= 255) {
            PngDecoder low = new PngDecoder(file, name, png, true);
            low.decode();
            pixels = low.pixels()
                    .noting(name + " has 16 bits, but its values reach only " + decoder.largestColour
                            + ": they are read as 8-bit values.");
        }
        return png.orientation().applyTo(pixels, name);
    }

    private StoredPicture pixels() {
        return new StoredPicture(png.height(), png.width(), png.hasAlpha(), channels, List.of());
    }

    private void decode() throws IOException {
        Inflater inflater = new Inflater();
        try {
            Rows rows = new Rows(inflater);
            if (!png.interlaced()) {
                pass(rows, 0, 0, 1, 1);
                return;
            }
            for (int i = 0; i < PASS_TOP.length; i++) {
                pass(rows, PASS_TOP[i], PASS_LEFT[i], PASS_DOWN[i], PASS_RIGHT[i]);
            }
        } catch (DataFormatException broken) {
            throw PngStructure.damaged(name, "its compressed pixels are broken (" + broken.getMessage() + ")");
        } finally {
            inflater.end();
        }
    }

    /** Rows from {@code top} on, each {@code down}th, of them the pixels from {@code left} on, each {@code right}th. */
    private void pass(Rows rows, int top, int left, int down, int right) throws IOException, DataFormatException {
        int width = (png.width() - left + right - 1) / right;
        if (width <= 0) {
            return;
        }
        int step = Math.max(1, png.bits() / 8);
        int length = (int) (((long) width * png.bits() + 7) / 8);
        byte[] above = new byte[length];
        byte[] row = new byte[length];
        for (int y = top; y < png.height(); y += down) {
            int filter = rows.next(row, y);
            unfilter(filter, row, above, step, y);
            unpack(row, width, y * png.width() + left, right);
            byte[] swap = above;
            above = row;
            row = swap;
        }
    }

    private void unfilter(int filter, byte[] row, byte[] above, int step, int y) throws IOException {
        switch (filter) {
            case 0 -> {
                // Stored as it is.
            }
            case 1 -> {
                for (int i = step; i < row.length; i++) {
                    row[i] += row[i - step];
                }
            }
            case 2 -> {
                for (int i = 0; i < row.length; i++) {
                    row[i] += above[i];
                }
            }
            case 3 -> {
                for (int i = 0; i < row.length; i++) {
                    int before = i < step ? 0 : row[i - step] & 0xFF;
                    row[i] += (byte) ((before + (above[i] & 0xFF)) >> 1);
                }
            }
            case 4 -> {
                for (int i = 0; i < row.length; i++) {
                    int before = i < step ? 0 : row[i - step] & 0xFF;
                    int corner = i < step ? 0 : above[i - step] & 0xFF;
                    row[i] += (byte) paeth(before, above[i] & 0xFF, corner);
                }
            }
            default -> throw PngStructure.damaged(name, "row " + y + " has the unknown filter " + filter);
        }
    }

    /** The neighbour that is nearest to left + up - corner, all from 0 to 255. */
    static int paeth(int left, int up, int corner) {
        int toLeft = Math.abs(up - corner);
        int toUp = Math.abs(left - corner);
        int toCorner = Math.abs(left + up - 2 * corner);
        if (toLeft <= toUp && toLeft <= toCorner) {
            return left;
        }
        return toUp <= toCorner ? up : corner;
    }

    private void unpack(byte[] row, int width, int first, int right) {
        if (png.depth() < 8) {
            int scale = png.kind() == PngStructure.Kind.PALETTE ? 1 : 255 / ((1 << png.depth()) - 1);
            for (int x = 0, to = first; x < width; x++, to += right) {
                int bit = x * png.depth();
                int sample = (row[bit >> 3] >> (8 - png.depth() - (bit & 7))) & ((1 << png.depth()) - 1);
                put(to, sample, scale * sample, sample == marks[0]);
            }
            return;
        }
        int bytes = png.depth() / 8;
        if (png.kind().samples == 1) {
            for (int x = 0, to = first; x < width; x++, to += right) {
                int sample = sample(row, x * bytes);
                put(to, sample, eightBits(sample), sample == marks[0]);
            }
            return;
        }
        boolean marked = !png.kind().alpha && png.hasAlpha();
        int colours = png.kind().isGrey() ? 1 : 3;
        for (int x = 0, to = first, at = 0; x < width; x++, to += right, at += png.kind().samples * bytes) {
            boolean clear = marked;
            for (int c = 0; c < colours; c++) {
                int sample = sample(row, at + c * bytes);
                largestColour = Math.max(largestColour, sample);
                channels[c][to] = (byte) eightBits(sample);
                clear &= marked && sample == marks[c];
            }
            if (png.kind().alpha) {
                channels[StoredPicture.ALPHA][to] = (byte) (sample(row, at + colours * bytes) >> (png.depth() - 8));
            } else if (marked) {
                channels[StoredPicture.ALPHA][to] = (byte) (clear ? 0 : 255);
            }
        }
    }

    /** A pixel of one sample: grey, or an entry of the palette. */
    private void put(int to, int sample, int grey, boolean clear) {
        if (png.kind() == PngStructure.Kind.PALETTE) {
            boolean known = 3 * sample < png.palette().length;
            for (int c = 0; c < 3; c++) {
                channels[c][to] = known ? png.palette()[3 * sample + c] : 0;
            }
            if (png.hasAlpha()) {
                boolean listed = sample < png.transparency().length;
                channels[StoredPicture.ALPHA][to] = listed ? png.transparency()[sample] : (byte) 255;
            }
            return;
        }
        largestColour = Math.max(largestColour, sample);
        channels[StoredPicture.RED][to] = (byte) grey;
        if (png.hasAlpha()) {
            channels[StoredPicture.ALPHA][to] = (byte) (clear ? 0 : 255);
        }
    }

    private int sample(byte[] row, int at) {
        return png.depth() == 8 ? row[at] & 0xFF : ((row[at] & 0xFF) << 8) | (row[at + 1] & 0xFF);
    }

    private int eightBits(int sample) {
        return lowBytes || png.depth() == 8 ? sample : sample >> 8;
    }

    private static int mark(PngStructure png, int channel) {
        byte[] marks = png.transparency();
        if (png.kind() == PngStructure.Kind.PALETTE || marks.length < 2 * channel + 2) {
            return -1;
        }
        int mark = ((marks[2 * channel] & 0xFF) << 8) | (marks[2 * channel + 1] & 0xFF);
        return mark & ((1 << png.depth()) - 1);
    }

    /** The rows of the picture, inflated from the chunks of pixels one after the other. */
    private final class Rows {
        private final Inflater inflater;
        private final byte[] filter = new byte[1];
        private int chunk = png.pixelsFrom();

        Rows(Inflater inflater) {
            this.inflater = inflater;
        }

        /** Fills the row and gives the number of its filter. */
        int next(byte[] row, int y) throws IOException, DataFormatException {
            fill(filter, y);
            fill(row, y);
            return filter[0] & 0xFF;
        }

        private void fill(byte[] bytes, int y) throws IOException, DataFormatException {
            int filled = 0;
            while (filled < bytes.length) {
                int count = inflater.inflate(bytes, filled, bytes.length - filled);
                filled += count;
                if (count > 0) {
                    continue;
                }
                if (inflater.finished() || inflater.needsDictionary() || chunk >= png.pixelsTo()) {
                    throw PngStructure.damaged(name, "its pixels end in row " + y + " of " + png.height());
                }
                int length = length(chunk);
                inflater.setInput(file, chunk + 8, length);
                chunk += PngStructure.FRAME + length;
            }
        }

        private int length(int at) {
            int length = 0;
            for (int i = 0; i < 4; i++) {
                length = (length << 8) | (file[at + i] & 0xFF);
            }
            return length;
        }
    }
}
