package io.github.rewrite4j.image;

import java.io.IOException;
import java.util.OptionalInt;

/**
 * What the markers of a JPEG file say (ITU-T T.81, annex B), read before anything is decoded: its size, its colour
 * channels, and that it goes on to its end marker. Java's reader paints what is missing from a cut file grey.
 *
 * @param width in pixels
 * @param height in pixels
 * @param components colour channels: 1 grey, 3 colour, 4 printing inks
 * @param adobeTransform how Adobe's marker says channels were transformed (0 not at all, 1 YCbCr, 2 YCCK), if it is
 *     there
 */
record JpegStructure(int width, int height, int components, OptionalInt adobeTransform) {
    /** A block of 64 pixels takes at least one bit. */
    private static final long MOST_PIXELS_PER_BYTE = 8L * 64;

    private static final int START = 0xD8;
    private static final int END = 0xD9;
    private static final int SCAN = 0xDA;
    private static final int ADOBE = 0xEE;

    static boolean begins(byte[] file) {
        return file.length > 2 && file[0] == (byte) 0xFF && file[1] == (byte) START && file[2] == (byte) 0xFF;
    }

    static JpegStructure of(byte[] file, String name) throws IOException {
        int width = 0;
        int height = 0;
        int components = 0;
        OptionalInt adobe = OptionalInt.empty();
        int at = 2;
        while (true) {
            at = nextMarker(file, at);
            if (at < 0) {
                throw damaged(name, "it ends at byte " + file.length + " without an end marker");
            }
            int marker = file[at] & 0xFF;
            if (marker == END) {
                break;
            }
            int length = at + 2 < file.length ? unsigned(file, at + 1, 2) : 0;
            if (length < 2 || length > file.length - at - 1) {
                throw damaged(name, "its part at byte " + at + " reaches beyond the end of the file");
            }
            int body = at + 3;
            if (isFrame(marker) && length >= 8) {
                height = unsigned(file, body + 1, 2);
                width = unsigned(file, body + 3, 2);
                components = unsigned(file, body + 5, 1);
                requireSize(width, height, file.length, name);
            } else if (marker == ADOBE && length >= 14 && file[body] == 'A' && file[body + 4] == 'e') {
                adobe = OptionalInt.of(unsigned(file, body + 11, 1));
            }
            at += 1 + length;
            if (marker == SCAN) {
                at = endOfScan(file, at);
            }
        }
        if (width == 0) {
            throw damaged(name, "it has no picture before its end marker");
        }
        return new JpegStructure(width, height, components, adobe);
    }

    private static int nextMarker(byte[] file, int from) {
        for (int i = from; i + 1 < file.length; i++) {
            int marker = file[i + 1] & 0xFF;
            // 01 and D0 to D8 stand alone, FF fills.
            boolean alone = marker == 1 || (marker >= 0xD0 && marker <= START);
            if (file[i] == (byte) 0xFF && marker != 0 && marker != 0xFF && !alone) {
                return i + 1;
            }
        }
        return -1;
    }

    /** In coded pixels FF is followed by 0 or by a restart marker; any other marker ends them. */
    private static int endOfScan(byte[] file, int from) {
        int i = from;
        while (i + 1 < file.length) {
            int next = file[i + 1] & 0xFF;
            if (file[i] == (byte) 0xFF && next != 0 && next != 0xFF && !(next >= 0xD0 && next <= 0xD7)) {
                return i;
            }
            i++;
        }
        return file.length;
    }

    private static boolean isFrame(int marker) {
        return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    }

    private static int unsigned(byte[] file, int at, int bytes) {
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value = value << 8 | (file[at + i] & 0xFF);
        }
        return value;
    }

    private static void requireSize(int width, int height, int fileLength, String name) throws IOException {
        if (width < 1 || height < 1 || (long) width * height > MOST_PIXELS_PER_BYTE * fileLength) {
            throw damaged(name, "it claims " + width + "x" + height + " pixels in " + fileLength + " bytes");
        }
        Pixels.requireReadable(width, height, name);
    }

    static IOException damaged(String name, String why) {
        return new IOException(name + " is a damaged JPEG file, " + why + ": save it again.");
    }
}
