package io.github.rewrite4j.image.internal;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.Raster;
import java.util.List;

/** StoredPicture from and to {@link BufferedImage}; apart from {@link StoredPicture}, so that files are read without them. */
public final class JavaPictures {
    private JavaPictures() {}

    /** The pixels of a Java picture; grey levels as they are stored. */
    public static StoredPicture read(BufferedImage picture) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        if ((long) width * height > StoredPicture.MOST_PIXELS) {
            throw new IllegalArgumentException(
                    "The picture has " + width + "x" + height + " pixels: at most 2^26 are taken, reduce it.");
        }
        boolean alpha = picture.getColorModel().hasAlpha();
        return isStoredGrey(picture.getColorModel())
                ? grey(picture.getRaster(), picture.getColorModel().getComponentSize(0), alpha)
                : coloured(picture, alpha);
    }

    /** Java takes grey levels as linear light; the levels of files, which {@link ColorModel#getRGB} would change, are not. */
    private static boolean isStoredGrey(ColorModel model) {
        return model instanceof ComponentColorModel
                && model.getColorSpace().getType() == ColorSpace.TYPE_GRAY
                && (model.getComponentSize(0) == 8 || model.getComponentSize(0) == 16)
                && !model.isAlphaPremultiplied();
    }

    private static StoredPicture grey(Raster raster, int bits, boolean alpha) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        byte[] grey = new byte[width * height];
        byte[] cover = new byte[alpha ? width * height : 0];
        int[] row = new int[width];
        for (int y = 0; y < height; y++) {
            copy(raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row), bits, grey, y * width);
            if (alpha) {
                raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 1, row);
                copy(row, bits, cover, y * width);
            }
        }
        return new StoredPicture(height, width, alpha, new byte[][] {grey, grey, grey, cover}, List.of());
    }

    private static void copy(int[] samples, int bits, byte[] to, int at) {
        for (int x = 0; x < samples.length; x++) {
            to[at + x] = (byte) (bits == 16 ? Math.round(samples[x] / 257f) : samples[x]);
        }
    }

    private static StoredPicture coloured(BufferedImage picture, boolean alpha) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        byte[][] channels = new byte[4][width * height];
        int[] row = new int[width];
        for (int y = 0, i = 0; y < height; y++) {
            picture.getRGB(0, y, width, 1, row, 0, width);
            for (int x = 0; x < width; x++, i++) {
                channels[StoredPicture.RED][i] = (byte) (row[x] >> 16);
                channels[StoredPicture.GREEN][i] = (byte) (row[x] >> 8);
                channels[StoredPicture.BLUE][i] = (byte) row[x];
                channels[StoredPicture.ALPHA][i] = (byte) (row[x] >> 24);
            }
        }
        if (!alpha) {
            channels[StoredPicture.ALPHA] = new byte[0];
        }
        return new StoredPicture(height, width, alpha, channels, List.of());
    }

    /** A new Java picture of type {@code TYPE_INT_ARGB} where there is alpha, {@code TYPE_INT_RGB} elsewhere. */
    public static BufferedImage written(StoredPicture stored) {
        int width = stored.width();
        int height = stored.height();
        byte[][] channels = stored.channels();
        boolean opaque = channels[StoredPicture.ALPHA].length == 0;
        BufferedImage picture = new BufferedImage(
                width, height, stored.hasAlpha() ? BufferedImage.TYPE_INT_ARGB : BufferedImage.TYPE_INT_RGB);
        int[] row = new int[width];
        for (int y = 0, i = 0; y < height; y++) {
            for (int x = 0; x < width; x++, i++) {
                int alpha = opaque ? 255 : channels[StoredPicture.ALPHA][i] & 0xFF;
                row[x] = alpha << 24
                        | (channels[StoredPicture.RED][i] & 0xFF) << 16
                        | (channels[StoredPicture.GREEN][i] & 0xFF) << 8
                        | (channels[StoredPicture.BLUE][i] & 0xFF);
            }
            picture.getRaster().setDataElements(0, y, width, 1, row);
        }
        return picture;
    }
}
