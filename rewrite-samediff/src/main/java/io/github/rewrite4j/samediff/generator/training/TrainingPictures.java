package io.github.rewrite4j.samediff.generator.training;

import io.github.rewrite4j.image.Pixels;
import io.github.rewrite4j.samediff.generator.ImageFolderSampler;
import io.github.rewrite4j.samediff.tape.HostArrays;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Pictures to learn from, of one size, held as bytes: 3 H W of them a picture. Immutable. */
public final class TrainingPictures {
    private static final int COLOURS = 3;

    private final int height;
    private final int width;
    private final byte[][] planes;

    private TrainingPictures(int height, int width, byte[][] planes) {
        this.height = height;
        this.width = width;
        this.planes = planes;
    }

    /**
     * Copies of pictures, rounded to 256 levels.
     *
     * @param pictures [N, 3, H, W] in [-1, 1], with N from 1
     */
    public static TrainingPictures of(INDArray pictures) {
        Objects.requireNonNull(pictures, "pictures");
        if (pictures.isEmpty() || pictures.rank() != 4 || pictures.size(1) != COLOURS) {
            throw new IllegalArgumentException("The pictures have the shape " + Arrays.toString(pictures.shape())
                    + ", but expected was [N, 3, H, W] in [-1, 1].");
        }
        int height = Math.toIntExact(pictures.size(2));
        int width = Math.toIntExact(pictures.size(3));
        float[] numbers = HostArrays.of(pictures);
        byte[][] planes = new byte[Math.toIntExact(pictures.size(0))][COLOURS * height * width];
        for (int n = 0; n < planes.length; n++) {
            for (int i = 0; i < planes[n].length; i++) {
                planes[n][i] =
                        (byte) Math.round(127.5 * (1 + Math.max(-1, Math.min(1, numbers[n * planes[n].length + i]))));
            }
        }
        return new TrainingPictures(height, width, planes);
    }

    /**
     * The PNG files of a folder, cropped to the proportions and resized as {@link ImageFolderSampler} does it.
     *
     * @throws IOException when the folder cannot be read or holds no PNG file
     */
    public static TrainingPictures folder(Path folder, int height, int width) throws IOException {
        ImageFolderSampler files = ImageFolderSampler.of(folder, "picture", height, width);
        byte[][] planes = new byte[files.count()][];
        for (int i = 0; i < planes.length; i++) {
            try (INDArray picture = files.picture(i)) {
                planes[i] = of(picture.reshape(1, COLOURS, height, width)).planes[0];
            }
        }
        return new TrainingPictures(height, width, planes);
    }

    /**
     * The tiles of one large picture, row by row.
     *
     * @param side pixels of a tile, a divisor of both sides of the picture
     * @param count tiles that are taken
     */
    public static TrainingPictures atlas(Pixels atlas, int side, int count) {
        Objects.requireNonNull(atlas, "atlas");
        if (side < 1 || atlas.width() % side != 0 || atlas.height() % side != 0) {
            throw new IllegalArgumentException("A picture of " + atlas.width() + " x " + atlas.height()
                    + " pixels does not fall into tiles of " + side + ".");
        }
        int columns = atlas.width() / side;
        int tiles = columns * (atlas.height() / side);
        if (count < 1 || count > tiles) {
            throw new IllegalArgumentException(
                    "There are " + tiles + " tiles, but asked for were " + count + ": ask for one to all of them.");
        }
        byte[][] planes = new byte[count][COLOURS * side * side];
        for (int n = 0; n < count; n++) {
            for (int i = 0; i < side * side; i++) {
                int x = n % columns * side + i % side;
                int y = n / columns * side + i / side;
                for (int c = 0; c < COLOURS; c++) {
                    planes[n][c * side * side + i] = (byte) atlas.value(c, y, x);
                }
            }
        }
        return new TrainingPictures(side, side, planes);
    }

    /** How many there are. */
    public int count() {
        return planes.length;
    }

    /** Pixels of a column. */
    public int height() {
        return height;
    }

    /** Pixels of a row. */
    public int width() {
        return width;
    }

    /** Numbers of a picture. */
    public int length() {
        return COLOURS * height * width;
    }

    /** Those from a number on, before another. */
    public TrainingPictures part(int from, int to) {
        if (from < 0 || to > planes.length || from >= to) {
            throw new IllegalArgumentException("There are " + planes.length
                    + " pictures, but asked for were those from " + from + " to before " + to + ".");
        }
        return new TrainingPictures(height, width, Arrays.copyOfRange(planes, from, to));
    }

    /**
     * Refuses pictures of other sides.
     *
     * @throws IllegalArgumentException unless the pictures have these sides
     */
    public void requireSize(int rows, int columns) {
        if (height != rows || width != columns) {
            throw new IllegalArgumentException("The pictures have " + height + " x " + width
                    + " pixels, but the network is made for " + rows + " x " + columns
                    + ": read them in that size.");
        }
    }

    /**
     * Puts one into an array, colours first, in [-1, 1].
     *
     * @param mirrored left and right exchanged
     * @param at where it begins
     */
    public void copy(int index, boolean mirrored, float[] to, int at) {
        Objects.requireNonNull(to, "to");
        byte[] from = planes[index];
        for (int i = 0; i < from.length; i++) {
            int source = mirrored ? i - i % width + width - 1 - i % width : i;
            to[at + i] = (from[source] & 0xFF) / 127.5f - 1;
        }
    }

    /** So many of them, drawn at random with repetitions, as one batch [count, 3, H, W]. */
    public float[] draw(int count, boolean mirrored, Random random) {
        Objects.requireNonNull(random, "random");
        float[] batch = new float[count * length()];
        for (int i = 0; i < count; i++) {
            copy(random.nextInt(planes.length), mirrored && random.nextBoolean(), batch, i * length());
        }
        return batch;
    }

    /** The first of them as an array [count, 3, H, W] of the caller's own. */
    public INDArray first(int count) {
        int taken = Math.min(count, planes.length);
        float[] all = new float[taken * length()];
        for (int i = 0; i < taken; i++) {
            copy(i, false, all, i * length());
        }
        return Nd4j.create(all, new long[] {taken, COLOURS, height, width}, 'c');
    }

    /** A text that other pictures do not share. */
    public String id() {
        return planes.length + " of " + height + " x " + width + ", "
                + Integer.toHexString(Arrays.deepHashCode(planes));
    }
}
