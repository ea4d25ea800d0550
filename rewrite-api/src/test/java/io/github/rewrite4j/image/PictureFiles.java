package io.github.rewrite4j.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Picture files of many kinds, made for tests. */
final class PictureFiles {
    private PictureFiles() {}

    static BufferedImage filled(int type, int width, int height, int argb) {
        BufferedImage image = new BufferedImage(width, height, type);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, argb);
        }
        return image;
    }

    static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }

    /** One pixel of each palette entry. */
    static byte[] palettePng(int... argb) throws IOException {
        IndexColorModel palette = new IndexColorModel(8, argb.length, argb, 0, true, -1, 0);
        BufferedImage image = new BufferedImage(argb.length, 1, BufferedImage.TYPE_BYTE_INDEXED, palette);
        for (int i = 0; i < argb.length; i++) {
            image.getRaster().setSample(i, 0, 0, i);
        }
        return png(image);
    }

    static byte[] sixteenBitPng(int... grey) throws IOException {
        BufferedImage image = new BufferedImage(grey.length, 1, BufferedImage.TYPE_USHORT_GRAY);
        for (int i = 0; i < grey.length; i++) {
            image.getRaster().setSample(i, 0, 0, grey[i]);
        }
        return png(image);
    }

    /** A PNG with another chunk put in before its pixels. */
    static byte[] withChunk(byte[] png, String type, byte... body) {
        int header = 8 + 25;
        byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 checksum = new CRC32();
        checksum.update(name);
        checksum.update(body);
        return ByteBuffer.allocate(png.length + 12 + body.length)
                .put(png, 0, header)
                .putInt(body.length)
                .put(name)
                .put(body)
                .putInt((int) checksum.getValue())
                .put(png, header, png.length - header)
                .array();
    }

    static byte[] jpeg(BufferedImage image) throws IOException {
        return jpeg(new IIOImage(image, null, null));
    }

    /** Four channels of one value each, with Adobe's marker. */
    static byte[] inkJpeg(int width, int height, int adobeTransform, int... channels) throws IOException {
        byte[] plain = inkJpegWithoutMarker(width, height, channels);
        byte[] marker = {
            (byte) 0xFF, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) adobeTransform
        };
        return ByteBuffer.allocate(plain.length + marker.length)
                .put(plain, 0, 2)
                .put(marker)
                .put(plain, 2, plain.length - 2)
                .array();
    }

    static byte[] inkJpegWithoutMarker(int width, int height, int... channels) throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(0, width, height, channels.length, null);
        for (int i = 0; i < width * height; i++) {
            raster.setPixel(i % width, i / width, channels);
        }
        return jpeg(new IIOImage(raster, null, null));
    }

    static byte[] jpeg(IIOImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(stream);
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(1f);
            writer.write(null, image, settings);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
