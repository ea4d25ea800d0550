package io.github.rewrite4j.image;

import io.github.rewrite4j.io.AtomicFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Images as arrays, as PNG files and as Java pictures.
 *
 * <p>Arrays are [N, 3, H, W] or [3, H, W] in [-1, 1]; grey ones [N, 1, H, W] or [1, H, W] are written as well. A value y becomes the pixel {@code clip(round((y + 1) * 127.5),
 * 0, 255)}, ties to even, and a pixel p becomes {@code p / 127.5 - 1}. Values that are not finite have no colour and
 * are refused. Files appear whole or not at all; missing directories are made. Java's graphics toolkit is started by JPEG
 * files and {@link BufferedImage}s only.
 */
public final class Images {
    private static final int GAP = 2;
    private static final byte WHITE = (byte) 255;

    private Images() {}

    /** Writes one image, [3, H, W] or [1, 3, H, W], as a PNG. */
    public static void write(INDArray image, Path file) throws IOException {
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(file, "file");
        write(one(image), file);
    }

    /** Writes a drawn picture as a PNG. */
    public static void write(BufferedImage image, Path file) throws IOException {
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(file, "file");
        write(Pixels.of(image), file);
    }

    /** Writes a picture as a PNG. */
    public static void write(Pixels picture, Path file) throws IOException {
        Objects.requireNonNull(picture, "picture");
        Objects.requireNonNull(file, "file");
        AtomicFile.write(file, picture::writePng);
    }

    /** One image, [3, H, W] or [1, 3, H, W], as the bytes of a PNG file. */
    public static byte[] toPng(INDArray image) {
        Objects.requireNonNull(image, "image");
        return one(image).toPng();
    }

    /** Writes images in a grid about as wide as high, row by row, two white pixels apart. */
    public static void writeGrid(INDArray images, Path file) throws IOException {
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(file, "file");
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
        Objects.requireNonNull(images, "images");
        Objects.requireNonNull(file, "file");
        if (columns < 1) {
            throw new IllegalArgumentException("A grid of " + columns + " columns has no place: give at least 1.");
        }
        ImageBatch batch = ImageBatch.images("images", images);
        write(grid(batch, Math.min(columns, batch.count())), file);
    }

    /**
     * Reads a PNG or JPEG, its alpha ignored.
     *
     * @return float32 array [1, 3, H, W] in [-1, 1]
     * @throws IOException as {@link Pixels#read(Path)}
     */
    public static INDArray read(Path file) throws IOException {
        Objects.requireNonNull(file, "file");
        return batch(Pixels.read(file));
    }

    /**
     * Reads a PNG or JPEG from a stream, which stays open; its alpha is ignored.
     *
     * @param name what messages call the picture
     * @return float32 array [1, 3, H, W] in [-1, 1]
     * @throws IOException as {@link Pixels#read(InputStream, String)}
     */
    public static INDArray read(InputStream in, String name) throws IOException {
        Objects.requireNonNull(in, "in");
        return batch(Pixels.read(in, name));
    }

    /**
     * A picture of any size as a generator could have drawn it: laid on white where it is transparent, cut to the wanted proportions
     * around its centre, reduced to the mean over the area of each pixel or enlarged linearly.
     *
     * @return [1, 3, height, width] in [-1, 1]
     */
    public static INDArray fitted(Pixels picture, int height, int width) {
        Objects.requireNonNull(picture, "picture");
        double scale = Math.min((double) picture.height() / height, (double) picture.width() / width);
        AreaFilter.Axis down = centred(picture.height(), scale * height, height);
        AreaFilter.Axis across = centred(picture.width(), scale * width, width);
        float[] image = AreaFilter.resize((y, into) -> onWhite(picture, y, into), 3, down, across);
        for (int i = 0; i < image.length; i++) {
            image[i] = (float) (image[i] / 127.5 - 1);
        }
        return Nd4j.createFromArray(image).reshape(1, 3, height, width);
    }

    private static AreaFilter.Axis centred(int inputs, double length, int outputs) {
        return new AreaFilter.Axis(inputs, (inputs - length) / 2, length, outputs);
    }

    private static void onWhite(Pixels pixels, int y, float[][] into) {
        for (int x = 0; x < pixels.width(); x++) {
            double alpha = pixels.value(Pixels.ALPHA, y, x) / 255.0;
            for (int c = 0; c < 3; c++) {
                into[c][x] = (float) (alpha * pixels.value(c, y, x) + (1 - alpha) * 255);
            }
        }
    }

    /** A Java picture ({@link Pixels#of(BufferedImage)}), its alpha ignored, as a float32 array [1, 3, H, W] in [-1, 1]. */
    public static INDArray of(BufferedImage picture) {
        return batch(Pixels.of(picture));
    }

    private static INDArray batch(Pixels pixels) {
        return pixels.toArray().reshape(1, 3, pixels.height(), pixels.width());
    }

    /** One image, [3, H, W] or [1, 3, H, W], as a Java picture without alpha. */
    public static BufferedImage toBufferedImage(INDArray image) {
        Objects.requireNonNull(image, "image");
        return one(image).toBufferedImage();
    }

    private static Pixels one(INDArray image) {
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
    public static byte[] greyPng(float[][] rows) {
        int width = rows[0].length;
        byte[] grey = new byte[rows.length * width];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = (byte) Math.round(rows[i / width][i % width] * 255);
        }
        return new Pixels(rows.length, width, false, new byte[][] {grey, grey.clone(), grey.clone(), {}}, List.of())
                .toPng();
    }

    static BufferedImage picture(ImageBatch batch, int number) {
        byte[][] channels = colours(batch.height(), batch.width());
        copy(batch, number, channels, 0, batch.width());
        return new Pixels(batch.height(), batch.width(), false, channels, List.of()).toBufferedImage();
    }

    private static Pixels grid(ImageBatch batch, int columns) {
        int rows = (batch.count() + columns - 1) / columns;
        long width = (long) columns * (batch.width() + GAP) - GAP;
        long height = (long) rows * (batch.height() + GAP) - GAP;
        Drawing.requireSize(width, height);
        byte[][] channels = colours((int) height, (int) width);
        for (byte[] channel : channels) {
            Arrays.fill(channel, WHITE);
        }
        for (int i = 0; i < batch.count(); i++) {
            int top = i / columns * (batch.height() + GAP);
            copy(batch, i, channels, top * (int) width + i % columns * (batch.width() + GAP), (int) width);
        }
        return new Pixels((int) height, (int) width, false, channels, List.of());
    }

    private static byte[][] colours(int height, int width) {
        int area = height * width;
        return new byte[][] {new byte[area], new byte[area], new byte[area], {}};
    }

    private static void copy(ImageBatch batch, int number, byte[][] channels, int from, int width) {
        for (int y = 0; y < batch.height(); y++) {
            for (int x = 0, to = from + y * width; x < batch.width(); x++, to++) {
                int rgb = batch.rgb(number, y, x);
                channels[Pixels.RED][to] = (byte) (rgb >> 16);
                channels[Pixels.GREEN][to] = (byte) (rgb >> 8);
                channels[Pixels.BLUE][to] = (byte) rgb;
            }
        }
    }

    static void writeAtomically(byte[] bytes, Path file) throws IOException {
        AtomicFile.write(file, out -> out.write(bytes));
    }
}
