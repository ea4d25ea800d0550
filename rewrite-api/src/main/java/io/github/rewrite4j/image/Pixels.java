package io.github.rewrite4j.image;

import io.github.rewrite4j.image.internal.JavaPictures;
import io.github.rewrite4j.image.internal.JpegDecoder;
import io.github.rewrite4j.image.internal.JpegStructure;
import io.github.rewrite4j.image.internal.OtherPicture;
import io.github.rewrite4j.image.internal.PngDecoder;
import io.github.rewrite4j.image.internal.PngEncoder;
import io.github.rewrite4j.image.internal.PngStructure;
import io.github.rewrite4j.image.internal.StoredPicture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The 8-bit red, green, blue and alpha values of a picture: those stored in a PNG or JPEG file, without any colour
 * management (gamma and embedded profiles are ignored), or those of a Java picture.
 *
 * <p>Grey pictures have three equal colours, palettes are looked up, 16-bit values lose their low byte, and alpha is
 * 255 where the file has none. Colours of transparent pixels are kept as they are stored. A camera's orientation mark is
 * applied, so that the picture is upright. What was done beyond that is said by {@link #notes}.
 *
 * <p>At most 2^26 pixels are read, and they take a byte for each pixel of a grey picture, three of a coloured one, one
 * more where there is alpha. All sizes are checked before memory is taken. Java's graphics toolkit is started by JPEG files
 * and by {@link BufferedImage}s only.
 */
public final class Pixels {
    public static final int RED = 0;
    public static final int GREEN = 1;
    public static final int BLUE = 2;
    public static final int ALPHA = 3;

    private static final long MOST_BYTES = 1L << 28;

    private final int height;
    private final int width;
    private final boolean hasAlpha;

    /** Grey pictures have one array in three places; alpha is empty where everything is opaque. */
    private final byte[][] channels;

    private final List<String> notes;

    /** Takes ownership of channels that nobody else keeps. */
    Pixels(int height, int width, boolean hasAlpha, byte[][] channels, List<String> notes) {
        this(new StoredPicture(height, width, hasAlpha, channels, notes));
    }

    private Pixels(StoredPicture stored) {
        this.height = stored.height();
        this.width = stored.width();
        this.hasAlpha = stored.hasAlpha();
        this.channels = stored.channels();
        this.notes = stored.notes();
    }

    /**
     * Reads a picture of any size and mode as people have them: a PNG or JPEG that is grey, coloured, of a palette, of 16
     * bits, of Adobe's four printing inks, with or without alpha.
     *
     * @throws IOException if the file cannot be read, is neither, is damaged or cut short, or has more than 2^26 pixels;
     *     all of that is found out before memory for the pixels is taken
     */
    public static Pixels read(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        return read(bytes(file), file.toString());
    }

    /**
     * Reads the bytes that are left in a stream, under the same limits as a file: at most 2^28 bytes are taken from it,
     * and memory only for those that come. The stream stays open.
     *
     * @param name what messages call the picture
     * @throws IOException as {@link #read(Path)}
     */
    public static Pixels read(InputStream in, String name) throws IOException {
        Objects.requireNonNull(in, "in");
        Objects.requireNonNull(name, "name");
        byte[] bytes;
        try {
            bytes = in.readNBytes((int) MOST_BYTES + 1);
        } catch (OutOfMemoryError full) {
            throw new IOException(name + " is larger than the memory of this Java: reduce the picture.", full);
        }
        if (bytes.length > MOST_BYTES) {
            throw new IOException(name + " goes on after " + MOST_BYTES
                    + " bytes: pictures of at most that many are read, reduce it.");
        }
        return read(bytes, name);
    }

    /**
     * Decodes the bytes of a PNG or JPEG file.
     *
     * @param name what messages call the picture
     * @throws IOException as {@link #read(Path)}
     */
    public static Pixels read(byte[] file, String name) throws IOException {
        Objects.requireNonNull(file, "file");
        Objects.requireNonNull(name, "name");
        if (JpegStructure.begins(file)) {
            return new Pixels(JpegDecoder.decode(file, name));
        }
        if (!PngStructure.begins(file)) {
            throw new IOException(OtherPicture.refusal(file, name));
        }
        return new Pixels(PngDecoder.decode(file, name));
    }

    /**
     * The pixels of a Java picture of any type, at most 2^26: grey levels as they are stored, colours in sRGB and not
     * multiplied by alpha, samples of 16 bits rounded to 8.
     */
    public static Pixels of(BufferedImage picture) {
        return new Pixels(JavaPictures.read(picture));
    }

    /** A new Java picture of type {@code TYPE_INT_ARGB} where there is alpha, {@code TYPE_INT_RGB} elsewhere. */
    public BufferedImage toBufferedImage() {
        return JavaPictures.written(new StoredPicture(height, width, hasAlpha, channels, notes));
    }

    /** The bytes of a PNG file: grey or coloured, with or without alpha, as this is. */
    public byte[] toPng() {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            writePng(png);
        } catch (IOException impossible) {
            throw new UncheckedIOException("A picture is written into memory only", impossible);
        }
        return png.toByteArray();
    }

    /** Writes what {@link #toPng} gives; the stream stays open. */
    void writePng(OutputStream out) throws IOException {
        boolean grey = channels[RED] == channels[GREEN];
        byte[] alpha = hasAlpha ? channel(ALPHA) : new byte[0];
        byte[][] stored = Stream.of(channels[RED], channels[GREEN], channels[BLUE], alpha)
                .skip(grey ? 2 : 0)
                .limit((grey ? 1 : 3) + (hasAlpha ? 1 : 0))
                .toArray(byte[][]::new);
        PngEncoder.write(height, width, stored, out);
    }

    private static byte[] bytes(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new IOException(file + " is a folder: name a file with a picture in it.");
        }
        if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException(file + " is no ordinary file but a device or a pipe: copy the picture into a file.");
        }
        long bytes = Files.size(file);
        if (bytes > MOST_BYTES) {
            throw new IOException(
                    file + " has " + bytes + " bytes: pictures of at most " + MOST_BYTES + " are read, reduce it.");
        }
        return Files.readAllBytes(file);
    }

    /** What the user of the file should know: that it was turned upright, or that its values were understood otherwise. */
    public List<String> notes() {
        return notes;
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /** Whether the file stores transparency. */
    public boolean hasAlpha() {
        return hasAlpha;
    }

    /** Whether no pixel lets anything through. */
    public boolean isOpaque() {
        for (byte alpha : channels[ALPHA]) {
            if (alpha != (byte) 255) {
                return false;
            }
        }
        return true;
    }

    /**
     * A stored value, 0 to 255.
     *
     * @param channel {@link #RED}, {@link #GREEN}, {@link #BLUE} or {@link #ALPHA}
     */
    public int value(int channel, int row, int column) {
        if (channel < 0 || channel > 3 || row < 0 || row >= height || column < 0 || column >= width) {
            throw new IllegalArgumentException("There is no channel " + channel + ", row " + row + ", column " + column
                    + " in a picture of 4 channels, " + height + " rows and " + width + " columns.");
        }
        byte[] values = channels[channel];
        return values.length == 0 ? 255 : values[row * width + column] & 0xFF;
    }

    /** The stored values of a channel as bytes from 0 to 255, row by row, in a new array. */
    public byte[] channel(int channel) {
        byte[] values = channels[channel].clone();
        if (values.length == 0) {
            values = new byte[height * width];
            Arrays.fill(values, (byte) 255);
        }
        return values;
    }

    /** The colours as a new float32 array [3, height, width] in [-1, 1]: {@code value / 127.5 - 1}. */
    public INDArray toArray() {
        float[] colours = new float[256];
        for (int i = 0; i < colours.length; i++) {
            colours[i] = (float) (i / 127.5 - 1.0);
        }
        int area = height * width;
        float[] values = new float[Math.multiplyExact(3, area)];
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < area; i++) {
                values[c * area + i] = colours[channels[c][i] & 0xFF];
            }
        }
        return Nd4j.create(values, new long[] {3, height, width}, 'c');
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pixels pixels
                && height == pixels.height
                && width == pixels.width
                && hasAlpha == pixels.hasAlpha
                && Arrays.deepEquals(channels, pixels.channels);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * height + width) + Arrays.deepHashCode(channels);
    }

    @Override
    public String toString() {
        return "picture of " + width + "x" + height + " pixels" + (hasAlpha ? " with alpha" : "");
    }
}
