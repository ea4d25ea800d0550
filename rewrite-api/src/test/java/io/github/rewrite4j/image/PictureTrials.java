package io.github.rewrite4j.image;

import io.github.rewrite4j.fuzz.ReaderTrial;
import io.github.rewrite4j.image.internal.PngStructure;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Pictures of all kinds as seeds of fuzzing, and the trials of their readers. */
public final class PictureTrials {
    private static final int SIGNATURE = 8;
    private static final int HEADER = 13;

    /** Whatever is in the file is asked for. */
    public static final ReaderTrial PICTURE = ReaderTrial.of("picture", file -> readAll(Pixels.read(file, "a.png")))
            .refusingBy(List.of(IOException.class));

    /** A PNG whose checksums were put right, so that what lies behind them is reached. */
    public static final ReaderTrial REPAIRED_PNG = ReaderTrial.of(
                    "PNG behind its checksums", file -> readAll(Pixels.read(repaired(file), "a.png")))
            .refusingBy(List.of(IOException.class));

    /** The header of a PNG and its rows before they are compressed. */
    public static final ReaderTrial ROWS = ReaderTrial.of(
                    "rows of a PNG", file -> readAll(Pixels.read(compressed(file), "a.png")))
            .refusingBy(List.of(IOException.class));

    private PictureTrials() {}

    private static void readAll(Pixels pixels) {
        for (int channel = Pixels.RED; channel <= Pixels.ALPHA; channel++) {
            pixels.channel(channel);
        }
        pixels.value(Pixels.ALPHA, pixels.height() - 1, pixels.width() - 1);
        pixels.notes().forEach(note -> {
            if (note.length() > 400) {
                throw new AssertionError("a note of " + note.length() + " characters");
            }
        });
    }

    /** JPEG files of all kinds that are read. */
    public static Stream<byte[]> jpegs() {
        return Stream.of("ycck", "inks", "profile", "bare", "bare_small", "progressive", "jfif_adobe0", "exif6")
                .map(name -> resource("/pictures/" + name + ".jpg"));
    }

    /** PNG files of all colour types, with and without what may come with them. */
    public static Stream<byte[]> pngs() {
        try {
            BufferedImage colour = noise(BufferedImage.TYPE_INT_RGB);
            byte[] alpha = PictureFiles.png(noise(BufferedImage.TYPE_INT_ARGB));
            byte[] exif = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0};
            return Stream.of(
                    PictureFiles.png(colour),
                    alpha,
                    ForeignPngTest.interlaced(noise(BufferedImage.TYPE_INT_ARGB)),
                    PictureFiles.png(noise(BufferedImage.TYPE_BYTE_GRAY)),
                    PictureFiles.png(noise(BufferedImage.TYPE_BYTE_BINARY)),
                    PictureFiles.palettePng(0xFF102030, 0x80FF0000, 0x00000000),
                    PictureFiles.sixteenBitPng(0, 7, 255, 4096),
                    PictureFiles.withChunk(alpha, "eXIf", exif),
                    PictureFiles.withChunk(PictureFiles.png(colour), "tRNS", new byte[] {0, 0x10, 0, 0x20, 0, 0x30}));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Headers and rows for {@link #ROWS}: each colour type and depth. */
    public static Stream<byte[]> rows() {
        int[][] kinds = {{1, 0}, {2, 3}, {4, 0}, {8, 0}, {8, 2}, {8, 3}, {16, 4}, {8, 6}, {16, 6}, {16, 2}};
        return Stream.of(kinds).map(kind -> {
            byte[] file = new byte[HEADER + 600];
            new Random(kind[0]).nextBytes(file);
            ByteBuffer.wrap(file)
                    .putInt(5)
                    .putInt(4)
                    .put((byte) kind[0])
                    .put((byte) kind[1])
                    .put(new byte[] {0, 0, (byte) (kind[0] / 8 % 2)});
            for (int i = HEADER; i < file.length; i++) {
                file[i] = (byte) (file[i] & 3);
            }
            return file;
        });
    }

    private static BufferedImage noise(int type) {
        BufferedImage image = new BufferedImage(13, 9, type);
        Random random = new Random(4);
        for (int i = 0; i < 13 * 9; i++) {
            image.setRGB(i % 13, i / 13, random.nextInt());
        }
        return image;
    }

    private static byte[] resource(String name) {
        try (InputStream file = PictureTrials.class.getResourceAsStream(name)) {
            return file.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static byte[] repaired(byte[] file) {
        byte[] repaired = file.clone();
        byte[] signature = {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10};
        System.arraycopy(signature, 0, repaired, 0, Math.min(repaired.length, SIGNATURE));
        ByteBuffer bytes = ByteBuffer.wrap(repaired);
        int at = SIGNATURE;
        while (repaired.length - at >= PngStructure.FRAME) {
            int length = bytes.getInt(at);
            if (length < 0 || length > repaired.length - at - PngStructure.FRAME) {
                break;
            }
            CRC32 checksum = new CRC32();
            checksum.update(repaired, at + 4, length + 4);
            bytes.putInt(at + 8 + length, (int) checksum.getValue());
            at += PngStructure.FRAME + length;
        }
        return repaired;
    }

    private static byte[] compressed(byte[] file) throws IOException {
        byte[] header = Arrays.copyOf(file, HEADER);
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflated = new DeflaterOutputStream(rows)) {
            deflated.write(file, Math.min(HEADER, file.length), Math.max(0, file.length - HEADER));
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(new byte[SIGNATURE]);
        chunk(png, "IHDR", header);
        chunk(png, "PLTE", new byte[] {1, 2, 3, 4, 5, 6});
        chunk(png, "tRNS", new byte[] {0, 1, 0, 2, 0, 3});
        chunk(png, "IDAT", rows.toByteArray());
        chunk(png, "IEND", new byte[0]);
        return repaired(png.toByteArray());
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] body) {
        png.writeBytes(ByteBuffer.allocate(PngStructure.FRAME + body.length)
                .putInt(body.length)
                .put(type.getBytes(StandardCharsets.ISO_8859_1))
                .put(body)
                .array());
    }
}
