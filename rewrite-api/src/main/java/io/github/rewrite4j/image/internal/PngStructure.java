package io.github.rewrite4j.image.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * What the chunks of a PNG file say (PNG specification, W3C, sections 5 and 11), read and checked before anything is
 * decoded: signature, chunk lengths and checksums, header, and the end marker.
 *
 * @param width in pixels
 * @param height in pixels
 * @param depth bits of a sample: 1, 2, 4, 8 or 16
 * @param kind what samples mean
 * @param interlaced whether rows come in Adam7's seven passes
 * @param palette red, green and blue of each entry, empty without a palette
 * @param transparency body of the chunk tRNS, empty where there is none or where the specification forbids it (libpng
 *     ignores it there too)
 * @param orientation how the chunk eXIf says the picture lies
 * @param pixelsFrom where the first chunk of pixels begins in the file
 * @param pixelsTo where the last of the neighbouring chunks of pixels ends
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never handed on
public record PngStructure(
        int width,
        int height,
        int depth,
        Kind kind,
        boolean interlaced,
        byte[] palette,
        byte[] transparency,
        Orientation orientation,
        int pixelsFrom,
        int pixelsTo) {
    private static final long SIGNATURE = 0x89504E470D0A1A0AL;
    public static final int FRAME = 12;

    /** Deflate packs at most 1032 to 1: a larger claim is a lie. */
    private static final long MOST_PER_BYTE = 1032;

    /** The colour types, their samples in a pixel and the depths they may have. */
    enum Kind {
        GREY(0, 1, false, 1 | 2 | 4 | 8 | 16),
        COLOUR(2, 3, false, 8 | 16),
        PALETTE(3, 1, false, 1 | 2 | 4 | 8),
        GREY_ALPHA(4, 2, true, 8 | 16),
        COLOUR_ALPHA(6, 4, true, 8 | 16);

        private final int code;
        final int samples;
        final boolean alpha;
        private final int depths;

        Kind(int code, int samples, boolean alpha, int depths) {
            this.code = code;
            this.samples = samples;
            this.alpha = alpha;
            this.depths = depths;
        }

        boolean isGrey() {
            return samples < 3 && this != PALETTE;
        }
    }

    public static boolean begins(byte[] file) {
        return file.length >= Long.BYTES && ByteBuffer.wrap(file).getLong() == SIGNATURE;
    }

    /** Bits of a pixel. */
    int bits() {
        return kind.samples * depth;
    }

    /** Whether the decoded picture has transparency. */
    boolean hasAlpha() {
        return kind.alpha || transparency.length > 0;
    }

    static PngStructure of(byte[] file, String name) throws IOException {
        if (!begins(file)) {
            throw new IOException(name + " is not a PNG file (its " + file.length
                    + " bytes do not begin with the PNG signature): convert the picture to PNG.");
        }
        return new Walk(file, name).structure();
    }

    static IOException damaged(String name, String why) {
        return new IOException(name + " is a damaged PNG file, " + why + ": save it again.");
    }

    /** Goes from chunk to chunk. */
    private static final class Walk {
        private final byte[] file;
        private final ByteBuffer bytes;
        private final String name;

        private byte[] palette = {};
        private byte[] transparency = {};
        private Orientation orientation = Orientation.UPRIGHT;
        private int pixelsFrom;
        private int pixelsTo;

        Walk(byte[] file, String name) {
            this.file = file;
            this.bytes = ByteBuffer.wrap(file);
            this.name = name;
        }

        PngStructure structure() throws IOException {
            int at = Long.BYTES;
            int next = verified(at);
            if (type(at).equals("CgBI")) {
                throw new IOException(name + " is a picture in Apple's own variant of PNG (CgBI), which Xcode makes for"
                        + " iPhones and which other programs do not read: export it as PNG, or revert it with"
                        + " pngcrush -revert-iphone-optimizations.");
            }
            if (!type(at).equals("IHDR") || bytes.getInt(at) != 13) {
                throw damaged(name, "its part " + type(at) + " at byte " + at + " is out of place");
            }
            int header = at + 8;
            at = next;
            while (!type(at).equals("IEND")) {
                next = verified(at);
                note(at, next);
                at = next;
            }
            verified(at);
            return checked(header);
        }

        private PngStructure checked(int header) throws IOException {
            int width = bytes.getInt(header);
            int height = bytes.getInt(header + 4);
            int depth = bytes.get(header + 8);
            int code = bytes.get(header + 9);
            int interlace = bytes.get(header + 12);
            Kind kind = null;
            for (Kind each : Kind.values()) {
                if (each.code == code && Integer.bitCount(depth) == 1 && (each.depths & depth) != 0) {
                    kind = each;
                }
            }
            if (kind == null || bytes.get(header + 10) != 0 || bytes.get(header + 11) != 0 || interlace >> 1 != 0) {
                throw damaged(name, "its header names a colour type, depth or method that does not exist");
            }
            if (kind == Kind.PALETTE && palette.length == 0) {
                throw damaged(name, "its palette is missing");
            }
            long rowBytes = ((long) width * kind.samples * depth + 7) / 8;
            long most = MOST_PER_BYTE * file.length;
            boolean possible = width > 0 && height > 0 && (long) width * height <= 8 * most;
            if (possible) {
                StoredPicture.requireReadable(width, height, name);
            }
            if (!possible || rowBytes * height > most) {
                throw damaged(name, "it claims " + width + "x" + height + " pixels in " + file.length + " bytes");
            }
            if (pixelsTo == 0) {
                throw damaged(name, "it has no pixels");
            }
            byte[] marks = kind.alpha || (kind != Kind.PALETTE && transparency.length < 2 * kind.samples)
                    ? new byte[0]
                    : transparency;
            return new PngStructure(
                    width, height, depth, kind, interlace == 1, palette, marks, orientation, pixelsFrom, pixelsTo);
        }

        /** Checks the chunk that begins at a byte and tells where the next begins. */
        private int verified(int at) throws IOException {
            if (file.length - at < FRAME) {
                throw damaged(name, "it ends at byte " + file.length + " without an end marker");
            }
            int length = bytes.getInt(at);
            if (length < 0 || length > file.length - at - FRAME) {
                throw damaged(name, "its part " + type(at) + " at byte " + at + " reaches beyond the end of the file");
            }
            CRC32 checksum = new CRC32();
            checksum.update(file, at + 4, length + 4);
            if ((int) checksum.getValue() != bytes.getInt(at + 8 + length)) {
                throw damaged(name, "the checksum of its part " + type(at) + " at byte " + at + " does not match");
            }
            return at + FRAME + length;
        }

        /** Four letters; others show as a question mark. */
        private String type(int at) {
            if (file.length - at < FRAME) {
                return "?";
            }
            return new String(file, at + 4, 4, StandardCharsets.ISO_8859_1).replaceAll("[^A-Za-z]", "?");
        }

        private void note(int at, int next) throws IOException {
            int body = at + 8;
            int end = next - 4;
            switch (type(at)) {
                case "PLTE" -> {
                    palette = Arrays.copyOfRange(file, body, end);
                    if (palette.length == 0 || palette.length % 3 != 0 || palette.length > 3 * 256) {
                        throw damaged(name, "its palette has " + palette.length + " bytes");
                    }
                }
                case "tRNS" -> transparency = Arrays.copyOfRange(file, body, Math.min(end, body + 256));
                case "eXIf" -> orientation = Orientation.ofExif(file, body, end);
                case "IHDR" -> throw damaged(name, "its part IHDR at byte " + at + " is out of place");
                case "IDAT" -> {
                    // Chunks of pixels that do not follow one another are no part of the picture (libpng ignores them).
                    if (pixelsTo == 0) {
                        pixelsFrom = at;
                        pixelsTo = next;
                    } else if (pixelsTo == at) {
                        pixelsTo = next;
                    }
                }
                default -> {
                    // Everything else says nothing about the stored values.
                }
            }
        }
    }
}
