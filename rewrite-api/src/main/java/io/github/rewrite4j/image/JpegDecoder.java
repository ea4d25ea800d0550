package io.github.rewrite4j.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Decodes JPEG files: grey, colour, and the four printing inks of Adobe, which Java's reader leaves to its caller.
 *
 * <p>Adobe stores inks inverted (255 = none); red becomes {@code cyan * black / 255} and so on, without colour
 * management. Four channels without Adobe's marker may be inverted or not, so they are refused.
 */
final class JpegDecoder {
    private static final int INKS = 4;

    private JpegDecoder() {}

    static Pixels decode(byte[] file, String name) throws IOException {
        JpegStructure structure = JpegStructure.of(file, name);
        boolean inks = structure.components() == INKS;
        if (structure.components() != 1 && structure.components() != 3 && !inks) {
            throw new IOException(name + " is a JPEG file of " + structure.components()
                    + " colour channels: save it in RGB, or as PNG.");
        }
        if (inks && structure.adobeTransform().isEmpty()) {
            throw new IOException(name + " is a JPEG file of four channels that does not say how its inks are stored:"
                    + " convert it to RGB.");
        }
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
        if (!readers.hasNext()) {
            throw new IOException("This Java runtime has no JPEG reader: use one with the module java.desktop.");
        }
        ImageReader reader = readers.next();
        List<String> losses = new ArrayList<>();
        try {
            reader.addIIOReadWarningListener(collecting(losses));
            reader.setInput(new MemoryCacheImageInputStream(new ByteArrayInputStream(file)), true, true);
            Pixels pixels;
            if (inks) {
                pixels = mixed(
                        reader.readRaster(0, null), structure.adobeTransform().getAsInt() == 2);
            } else {
                BufferedImage image = reader.read(0);
                pixels = Pixels.of(image);
            }
            if (losses.isEmpty()) {
                return pixels;
            }
        } catch (IOException | RuntimeException failure) {
            throw new IOException(
                    name + " is a JPEG file that cannot be decoded, " + failure.getMessage() + ": save it as PNG.",
                    failure);
        } finally {
            reader.dispose();
        }
        throw JpegStructure.damaged(name, losses.get(0));
    }

    /** Java's reader only warns of lost pixels; bytes too many between markers are common and harmless. */
    private static IIOReadWarningListener collecting(List<String> losses) {
        return (source, warning) -> {
            String text = warning.toLowerCase(Locale.ROOT);
            boolean harmless = text.contains("extraneous");
            if (!harmless && (text.contains("corrupt") || text.contains("premature"))) {
                losses.add(warning);
            }
        };
    }

    private static Pixels mixed(Raster raster, boolean luminance) {
        byte[][] channels = new byte[4][raster.getWidth() * raster.getHeight()];
        int[] inks = new int[INKS];
        for (int y = 0, i = 0; y < raster.getHeight(); y++) {
            for (int x = 0; x < raster.getWidth(); x++, i++) {
                raster.getPixel(x, y, inks);
                if (luminance) {
                    fromLuminance(inks);
                }
                for (int c = 0; c < 3; c++) {
                    channels[c][i] = (byte) Math.round(inks[c] * inks[3] / 255f);
                }
                channels[Pixels.ALPHA][i] = (byte) 255;
            }
        }
        return new Pixels(raster.getHeight(), raster.getWidth(), false, channels);
    }

    /** The inverse of JFIF's YCbCr, which Adobe applies to the first three inks. */
    private static void fromLuminance(int[] inks) {
        double y = inks[0];
        double blue = inks[1] - 128;
        double red = inks[2] - 128;
        inks[0] = clip(y + 1.402 * red);
        inks[1] = clip(y - 0.344136 * blue - 0.714136 * red);
        inks[2] = clip(y + 1.772 * blue);
    }

    private static int clip(double value) {
        return (int) Math.round(Math.max(0, Math.min(255, value)));
    }
}
