package io.github.rewrite4j.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Checks that a PNG file is whole before it is decoded: signature, chunk lengths and checksums, and the end marker
 * (PNG specification, W3C, section 5). Java's reader fills what is missing from a cut file with zeros and says nothing.
 */
final class PngStructure {
    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    private static final int FRAME = 12;

    /** Deflate packs at most 1032 to 1 and a pixel takes at least one bit: a larger claim is a lie. */
    private static final long MOST_PIXELS_PER_BYTE = 8L * 1032;

    private static final long MOST_PIXELS = 1L << 27;

    private PngStructure() {}

    /** What a whole PNG file says of its size, in pixels. */
    record Size(int width, int height) {}

    static boolean begins(byte[] file) {
        return file.length >= Long.BYTES && ByteBuffer.wrap(file).getLong() == SIGNATURE;
    }

    static Size verify(byte[] file, String name) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        if (!begins(file)) {
            throw new IOException(name + " is not a PNG file (its " + file.length
                    + " bytes do not begin with the PNG signature): convert the picture to PNG.");
        }
        bytes.position(Long.BYTES);
        Size size = new Size(0, 0);
        boolean first = true;
        while (true) {
            int at = bytes.position();
            if (bytes.remaining() < FRAME) {
                throw damaged(name, "it ends at byte " + file.length + " without an end marker");
            }
            int length = bytes.getInt();
            String type = new String(file, at + 4, 4, StandardCharsets.ISO_8859_1);
            if (length < 0 || length > file.length - at - FRAME) {
                throw damaged(name, "its part " + type + " at byte " + at + " reaches beyond the end of the file");
            }
            CRC32 checksum = new CRC32();
            checksum.update(file, at + 4, length + 4);
            if ((int) checksum.getValue() != bytes.getInt(at + 8 + length)) {
                throw damaged(name, "the checksum of its part " + type + " at byte " + at + " does not match");
            }
            if (first != type.equals("IHDR") || (first && length != 13)) {
                throw damaged(name, "its part " + type + " at byte " + at + " is out of place");
            }
            if (first) {
                size = new Size(bytes.getInt(at + 8), bytes.getInt(at + 12));
                verifySize(size.width(), size.height(), file.length, name);
            }
            if (type.equals("IEND")) {
                return size;
            }
            first = false;
            bytes.position(at + FRAME + length);
        }
    }

    private static void verifySize(int width, int height, int fileLength, String name) throws IOException {
        if (width < 1 || height < 1 || (long) width * height > MOST_PIXELS_PER_BYTE * fileLength) {
            throw damaged(name, "it claims " + width + "x" + height + " pixels in " + fileLength + " bytes");
        }
        if ((long) width * height > MOST_PIXELS) {
            throw new IOException(name + " has " + width + "x" + height + " pixels: at most 2^27 are read, reduce it.");
        }
    }

    private static IOException damaged(String name, String why) {
        return new IOException(name + " is a damaged PNG file, " + why + ": save it again.");
    }
}
