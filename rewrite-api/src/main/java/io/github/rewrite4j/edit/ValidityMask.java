package io.github.rewrite4j.edit;

import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.io.FileFormatException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Which pixels of a picture are known: 1, and 0 in the hole that an inpainter fills. The opposite of a mask of an edit, and a
 * type of its own so that neither can stand where the other is meant. Immutable.
 */
public final class ValidityMask {
    private static final int WHITE = 255;
    private static final double MOSTLY = 0.5;

    /** What a colour of a mask file means. */
    public enum Known {
        /** Black is known and white is the hole, as masks are painted. */
        BLACK,
        /** White is known and black is the hole. */
        WHITE
    }

    private final int height;
    private final int width;
    private final boolean[] known;
    private final String understood;

    private ValidityMask(int height, int width, boolean[] known, String understood) {
        this.height = height;
        this.width = width;
        this.known = known;
        this.understood = understood;
    }

    /**
     * A mask of rows.
     *
     * @param rows 1 where known, 0 in the hole, and nothing else
     * @throws IllegalArgumentException naming a value between, or rows of different lengths
     */
    public static ValidityMask of(float[][] rows) {
        if (rows.length == 0 || rows[0].length == 0) {
            throw new IllegalArgumentException("A mask has at least one pixel.");
        }
        boolean[] known = new boolean[rows.length * rows[0].length];
        for (int y = 0; y < rows.length; y++) {
            if (rows[y].length != rows[0].length) {
                throw new IllegalArgumentException("The rows of a mask are of one length, but row " + y + " has "
                        + rows[y].length + " values and the first has " + rows[0].length + ".");
            }
            for (int x = 0; x < rows[y].length; x++) {
                requireHard(rows[y][x]);
                known[y * rows[0].length + x] = rows[y][x] == 1;
            }
        }
        return new ValidityMask(rows.length, rows[0].length, known, "");
    }

    /** Refuses a value that is neither. */
    public static void requireHard(float value) {
        if (value != 0 && value != 1) {
            throw new IllegalArgumentException("What is known is 1 and what is not is 0, but the mask holds " + value
                    + ": an inpainter has no pixels that are known in part. Round the values, or widen the hole to all"
                    + " that are below 1.");
        }
    }

    /**
     * A picture with a hole.
     *
     * @param hole every pixel that it selects, even in part, is to be filled
     * @param height of the picture
     * @param width of the picture
     */
    public static ValidityMask withHole(Region hole, int height, int width) {
        Mask selected = hole.onImage(height, width);
        boolean[] known = new boolean[height * width];
        for (int i = 0; i < known.length; i++) {
            known[i] = selected.value(i / width, i % width) <= 0;
        }
        return new ValidityMask(height, width, known, "");
    }

    /**
     * Reads a mask file, fits it into a picture by taking the nearest pixel, and says what it understood.
     *
     * @param file PNG or JPEG, of any size
     * @param colour what is known; every other shade than that is the hole
     * @param height of the picture
     * @param width of the picture
     */
    public static ValidityMask read(Path file, Known colour, int height, int width) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(colour, "colour");
        Pixels pixels = Pixels.read(file);
        if ((long) pixels.height() * width != (long) pixels.width() * height
                && Math.abs(Math.log((double) pixels.height() * width / ((double) pixels.width() * height))) > 0.05) {
            throw new FileFormatException(
                    file.toString(),
                    "size",
                    "the mask has " + pixels.width() + " x " + pixels.height() + " pixels and the picture " + width
                            + " x " + height
                            + ": a mask of other proportions would mark something else. Cut it like the picture.");
        }
        boolean[] known = new boolean[height * width];
        int grey = 0;
        for (int i = 0; i < known.length; i++) {
            int row = i / width * pixels.height() / height;
            int column = i % width * pixels.width() / width;
            int value = pixels.value(Pixels.RED, row, column);
            known[i] = value == (colour == Known.WHITE ? WHITE : 0);
            grey += value != 0 && value != WHITE ? 1 : 0;
        }
        ValidityMask mask = new ValidityMask(height, width, known, "");
        return new ValidityMask(height, width, known, mask.described(file, colour, grey));
    }

    private String described(Path file, Known colour, int grey) {
        double share = (double) holePixels() / known.length;
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: %s is the hole, %.1f %% of the picture%s",
                file.getFileName(),
                colour == Known.WHITE ? "black" : "white",
                100 * share,
                touchesBorder() ? ", reaching its border" : ""));
        if (grey > 0) {
            text.append(String.format(
                    Locale.ROOT,
                    "; %.1f %% of its pixels are grey and belong to the hole",
                    100.0 * grey / known.length));
        }
        if (share > MOSTLY) {
            text.append("; should that be what is known, say known=").append(colour == Known.WHITE ? "black" : "white");
        }
        return text.append('.').toString();
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /** Whether a pixel is known. */
    public boolean isKnown(int row, int column) {
        return known[row * width + column];
    }

    /** Pixels in the hole. */
    public int holePixels() {
        int count = 0;
        for (boolean pixel : known) {
            count += pixel ? 0 : 1;
        }
        return count;
    }

    /** Whether the hole reaches an edge of the picture. */
    public boolean touchesBorder() {
        for (int i = 0; i < known.length; i++) {
            int row = i / width;
            int column = i % width;
            boolean edge = row == 0 || column == 0 || row == height - 1 || column == width - 1;
            if (edge && !known[i]) {
                return true;
            }
        }
        return false;
    }

    /**
     * Refuses what no inpainter can do anything with.
     *
     * @throws IllegalArgumentException when nothing is known, or there is no hole
     */
    public ValidityMask requireFillable() {
        int hole = holePixels();
        if (hole == known.length) {
            throw new IllegalArgumentException("The hole covers the whole picture, so that nothing is known to fill it"
                    + " from. If black and white are the other way round, say known=white; otherwise leave a border.");
        }
        if (hole == 0) {
            throw new IllegalArgumentException("The mask has no hole, so that there is nothing to fill. Mark what is to"
                    + " be filled with 0 (in files: white, unless known=white).");
        }
        return this;
    }

    /** The hole as a region, for edits. */
    public EditMask hole() {
        float[][] rows = new float[height][width];
        for (int i = 0; i < known.length; i++) {
            rows[i / width][i % width] = known[i] ? 0 : 1;
        }
        return new EditMask(Mask.of(rows));
    }

    /** A new array [1, 1, height, width]: 1 where known. */
    public INDArray toArray() {
        float[] numbers = new float[known.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = known[i] ? 1 : 0;
        }
        return Nd4j.create(numbers, new long[] {1, 1, height, width}, 'c');
    }

    /** What was made of a file, in a sentence; empty for masks that were not read. */
    public String understood() {
        return understood;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ValidityMask that && width == that.width && Arrays.equals(known, that.known);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(known);
    }

    @Override
    public String toString() {
        return understood.isEmpty() ? height + " x " + width + " pixels, " + holePixels() + " in the hole" : understood;
    }
}
