package io.github.rewrite4j.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The 8-bit red, green, blue and alpha values stored in a PNG or JPEG, without any colour management.
 *
 * <p>Grey pictures have three equal colours, palettes are looked up, 16-bit values lose their low byte, and alpha is
 * 255 where the file has none. Colours of transparent pixels are kept as they are stored.
 */
public final class Pixels {
    public static final int RED = 0;
    public static final int GREEN = 1;
    public static final int BLUE = 2;
    public static final int ALPHA = 3;

    private static final long MOST_PIXELS = 1L << 26;
    private static final long MOST_BYTES = 1L << 28;

    private final int height;
    private final int width;
    private final boolean hasAlpha;
    private final byte[][] channels;

    Pixels(int height, int width, boolean hasAlpha, byte[][] channels) {
        this.height = height;
        this.width = width;
        this.hasAlpha = hasAlpha;
        this.channels = channels;
    }

    /**
     * Reads a PNG file.
     *
     * @throws IOException if the file cannot be read, is not a PNG, is damaged, or has more than 2^27 pixels
     */
    public static Pixels read(Path file) throws IOException {
        return decode(Files.readAllBytes(file), file.toString());
    }

    /**
     * Reads a picture of any size and mode as people have them: a PNG or JPEG that is grey, coloured, of a palette, of 16
     * bits, of Adobe's four printing inks, with or without alpha. A camera's orientation mark is ignored. Needs about 9
     * bytes of memory for each pixel.
     *
     * @throws IOException if the file cannot be read, is neither, is damaged or cut short, or has more than 2^26 pixels;
     *     all of that is found out before memory for the pixels is taken
     */
    public static Pixels readPicture(Path file) throws IOException {
        long bytes = Files.size(file);
        if (bytes > MOST_BYTES) {
            throw new IOException(
                    file + " has " + bytes + " bytes: pictures of at most " + MOST_BYTES + " are read, reduce it.");
        }
        return decodePicture(Files.readAllBytes(file), file.toString());
    }

    /** As {@link #readPicture}, from the bytes of the file. */
    public static Pixels decodePicture(byte[] file, String name) throws IOException {
        if (JpegStructure.begins(file)) {
            return JpegDecoder.decode(file, name);
        }
        if (!PngStructure.begins(file)) {
            throw new IOException(name + " is neither a PNG nor a JPEG file (its " + file.length
                    + " bytes begin otherwise): convert the picture to PNG.");
        }
        PngStructure.Size size = PngStructure.verify(file, name);
        requireReadable(size.width(), size.height(), name);
        return decode(file, name);
    }

    static void requireReadable(int width, int height, String name) throws IOException {
        if ((long) width * height > MOST_PIXELS) {
            throw new IOException(name + " has " + width + "x" + height + " pixels: at most 2^26 are read, reduce it.");
        }
    }

    /**
     * Decodes the bytes of a PNG file.
     *
     * @param name how messages call the file
     */
    public static Pixels decode(byte[] file, String name) throws IOException {
        PngStructure.verify(file, name);
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
        if (!readers.hasNext()) {
            throw new IOException("This Java runtime has no PNG reader: use one with the module java.desktop.");
        }
        ImageReader reader = readers.next();
        try {
            reader.setInput(new MemoryCacheImageInputStream(new ByteArrayInputStream(file)), true, true);
            return of(reader.read(0));
        } catch (IOException | RuntimeException failure) {
            // Java's reader reports some damage as IndexOutOfBoundsException or NegativeArraySizeException.
            throw new IOException(
                    name + " is a damaged PNG file, " + failure.getMessage() + ": save it again.", failure);
        } finally {
            reader.dispose();
        }
    }

    static Pixels of(BufferedImage image) {
        int cells = image.getWidth() * image.getHeight();
        byte[][] channels = new byte[4][cells];
        Raster raster = image.getRaster();
        ColorModel model = image.getColorModel();
        int[] samples = new int[raster.getNumBands()];
        // Samples are read as stored: BufferedImage.getRGB would bend grey values from linear light to sRGB.
        for (int y = 0, i = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++, i++) {
                raster.getPixel(x, y, samples);
                if (model instanceof IndexColorModel palette) {
                    channels[RED][i] = (byte) palette.getRed(samples[0]);
                    channels[GREEN][i] = (byte) palette.getGreen(samples[0]);
                    channels[BLUE][i] = (byte) palette.getBlue(samples[0]);
                    channels[ALPHA][i] = (byte) palette.getAlpha(samples[0]);
                } else {
                    boolean grey = samples.length < 3;
                    for (int c = 0; c < 3; c++) {
                        channels[c][i] = eightBits(samples[grey ? 0 : c], model.getComponentSize(grey ? 0 : c));
                    }
                    int last = samples.length - 1;
                    boolean alpha = model.hasAlpha();
                    channels[ALPHA][i] = alpha ? eightBits(samples[last], model.getComponentSize(last)) : (byte) 255;
                }
            }
        }
        return new Pixels(image.getHeight(), image.getWidth(), model.hasAlpha(), channels);
    }

    private static byte eightBits(int sample, int bits) {
        return (byte) (bits > 8 ? sample >> (bits - 8) : sample * 255 / ((1 << bits) - 1));
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
        return channels[channel][row * width + column] & 0xFF;
    }

    /** The colours as a new float32 array [3, height, width] in [-1, 1]: {@code value / 127.5 - 1}. */
    public INDArray toArray() {
        int area = height * width;
        float[] values = new float[3 * area];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) ((channels[i / area][i % area] & 0xFF) / 127.5 - 1.0);
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
