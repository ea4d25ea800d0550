package io.github.rewrite4j.image;

import io.github.rewrite4j.io.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Images as arrays and as PNG files.
 *
 * <p>Arrays are [N, 3, H, W] or [3, H, W] in [-1, 1]; a value y becomes the pixel {@code clip(round((y + 1) * 127.5),
 * 0, 255)}, ties to even, and a pixel p becomes {@code p / 127.5 - 1}. Values that are not finite have no colour and
 * are refused. Files appear whole or not at all; missing directories are made.
 */
public final class Images {
    private static final int GAP = 2;
    private static final int GAP_COLOUR = 0xFFFFFF;

    private Images() {}

    /** Writes one image, [3, H, W] or [1, 3, H, W], as a PNG. */
    public static void write(INDArray image, Path file) throws IOException {
        write(toBufferedImage(image), file);
    }

    /** Writes a drawn picture as a PNG. */
    public static void write(BufferedImage image, Path file) throws IOException {
        writeAtomically(png(image), file);
    }

    /** Writes images in a grid about as wide as high, row by row, two white pixels apart. */
    public static void writeGrid(INDArray images, Path file) throws IOException {
        ImageBatch batch = ImageBatch.images("images", images);
        int columns = (int) Math.ceil(Math.sqrt((double) batch.count() * batch.height() / batch.width()));
        write(grid(batch, Math.min(Math.max(columns, 1), batch.count())), file);
    }

    /**
     * Writes images in a grid, row by row, two white pixels apart.
     *
     * @param columns images in a row, at least 1
     */
    public static void writeGrid(INDArray images, int columns, Path file) throws IOException {
        if (columns < 1) {
            throw new IllegalArgumentException("A grid of " + columns + " columns has no place: give at least 1.");
        }
        ImageBatch batch = ImageBatch.images("images", images);
        write(grid(batch, Math.min(columns, batch.count())), file);
    }

    /**
     * Reads a PNG, its alpha ignored.
     *
     * @return float32 array [1, 3, H, W] in [-1, 1]
     * @throws IOException if the file cannot be read or is not a PNG
     */
    public static INDArray read(Path file) throws IOException {
        Pixels pixels = Pixels.read(file);
        return pixels.toArray().reshape(1, 3, pixels.height(), pixels.width());
    }

    /** One image, [3, H, W] or [1, 3, H, W], as a Java picture without alpha. */
    public static BufferedImage toBufferedImage(INDArray image) {
        ImageBatch batch = ImageBatch.images("the image", image);
        if (batch.count() != 1) {
            throw new IllegalArgumentException("The array holds " + batch.count()
                    + " images where one is expected: take one of them, or use writeGrid.");
        }
        return grid(batch, 1);
    }

    /**
     * A grey PNG file in memory, three equal 8-bit channels.
     *
     * @param rows values in [0, 1], rows of equal length
     */
    public static byte[] greyPng(float[][] rows) throws IOException {
        BufferedImage image = new BufferedImage(rows[0].length, rows.length, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < rows[y].length; x++) {
                image.setRGB(x, y, Math.round(rows[y][x] * 255) * 0x010101);
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    static BufferedImage picture(ImageBatch batch, int number) {
        BufferedImage picture = new BufferedImage(batch.width(), batch.height(), BufferedImage.TYPE_INT_RGB);
        copy(batch, number, picture, 0, 0);
        return picture;
    }

    private static BufferedImage grid(ImageBatch batch, int columns) {
        int rows = (batch.count() + columns - 1) / columns;
        long width = (long) columns * (batch.width() + GAP) - GAP;
        long height = (long) rows * (batch.height() + GAP) - GAP;
        Drawing.requireSize(width, height);
        BufferedImage sheet = new BufferedImage((int) width, (int) height, BufferedImage.TYPE_INT_RGB);
        Drawing.fill(sheet, 0, 0, sheet.getWidth(), sheet.getHeight(), GAP_COLOUR);
        for (int i = 0; i < batch.count(); i++) {
            copy(batch, i, sheet, i % columns * (batch.width() + GAP), i / columns * (batch.height() + GAP));
        }
        return sheet;
    }

    private static void copy(ImageBatch batch, int number, BufferedImage to, int left, int top) {
        for (int y = 0; y < batch.height(); y++) {
            for (int x = 0; x < batch.width(); x++) {
                to.setRGB(left + x, top + y, batch.rgb(number, y, x));
            }
        }
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        // A memory stream, since ImageIO would otherwise buffer in a file of the temporary directory.
        try (ImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            if (!ImageIO.write(image, "png", stream)) {
                throw new IOException("This Java runtime cannot write PNG files of " + image + ".");
            }
        }
        return bytes.toByteArray();
    }

    static void writeAtomically(byte[] bytes, Path file) throws IOException {
        AtomicFile.write(file, out -> out.write(bytes));
    }
}
