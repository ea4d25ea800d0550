package io.github.rewrite4j.image.internal;

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
 * Decodes JPEG files to the values that libjpeg gives, without colour management. Java's reader only decodes the stored
 * channels; what they mean is decided by {@link JpegStructure} and computed by {@link JpegColour}.
 */
public final class JpegDecoder {
    private JpegDecoder() {}

    public static StoredPicture decode(byte[] file, String name) throws IOException {
        JpegStructure jpeg = JpegStructure.of(file, name);
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpeg");
        if (!readers.hasNext()) {
            throw new IOException("This Java runtime has no JPEG reader: use one with the module java.desktop.");
        }
        ImageReader reader = readers.next();
        List<String> losses = new ArrayList<>();
        byte[][] channels = room(jpeg, name);
        Raster raster;
        try {
            reader.addIIOReadWarningListener(collecting(losses));
            reader.setInput(new MemoryCacheImageInputStream(new ByteArrayInputStream(jpeg.bare())), true, true);
            raster = reader.readRaster(0, null);
        } catch (IOException | RuntimeException failure) {
            throw new IOException(
                    name + " is a JPEG file that cannot be decoded, " + failure.getMessage() + ": save it as PNG.",
                    failure);
        } catch (OutOfMemoryError full) {
            throw StoredPicture.tooLarge(name, jpeg.width(), jpeg.height(), full);
        } finally {
            reader.dispose();
        }
        if (!losses.isEmpty()) {
            throw JpegStructure.damaged(name, losses.get(0));
        }
        if (raster.getWidth() != jpeg.width()
                || raster.getHeight() != jpeg.height()
                || raster.getNumBands() != jpeg.channels().count) {
            throw JpegStructure.damaged(name, "its pixels are not what its header says");
        }
        return jpeg.orientation().applyTo(pixels(raster, jpeg, channels), name);
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

    private static byte[][] room(JpegStructure jpeg, String name) throws IOException {
        return StoredPicture.channels(jpeg.width(), jpeg.height(), Math.min(3, jpeg.channels().count), false, name);
    }

    private static StoredPicture pixels(Raster raster, JpegStructure jpeg, byte[][] channels) {
        int width = jpeg.width();
        int bands = jpeg.channels().count;
        byte[] stored = new byte[width * bands];
        int[] row = new int[width * bands];
        int[] rgb = new int[3];
        for (int y = 0, i = 0; y < jpeg.height(); y++) {
            raster.getDataElements(0, y, width, 1, stored);
            if (bands == 1) {
                System.arraycopy(stored, 0, channels[0], y * width, width);
                continue;
            }
            for (int j = 0; j < stored.length; j++) {
                row[j] = stored[j] & 0xFF;
            }
            for (int x = 0; x < width; x++, i++) {
                JpegColour.toRgb(jpeg.channels(), row, x * bands, rgb);
                for (int c = 0; c < 3; c++) {
                    channels[c][i] = (byte) rgb[c];
                }
            }
        }
        return new StoredPicture(jpeg.height(), width, false, channels, List.of());
    }
}
