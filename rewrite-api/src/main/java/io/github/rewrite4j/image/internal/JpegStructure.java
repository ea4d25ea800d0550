package io.github.rewrite4j.image.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * What the markers of a JPEG file say (ITU-T T.81, annex B), read before anything is decoded: its size, its channels and
 * what they mean, that it goes on to its end marker, and how much work its scans are. Java's reader paints what is missing
 * from a cut file grey, bends colours by an embedded profile, and guesses the meaning of channels otherwise than libjpeg.
 *
 * @param width in pixels
 * @param height in pixels
 * @param channels what the stored channels mean
 * @param orientation how the camera says the picture lies
 * @param bare the file reduced to what decoding needs: no profile, no thumbnail, no comment, and a marker that says that
 *     channels are to be left as they are
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, never handed on
public record JpegStructure(int width, int height, Channels channels, Orientation orientation, byte[] bare) {
    /** A block of 64 pixels takes at least one bit. */
    private static final long MOST_PIXELS_PER_BYTE = 8L * 64;

    /** How often scans may go over all blocks of a picture; encoders stop at 10, or at 6 for one channel. */
    private static final long MOST_PASSES = 16;

    /** Blocks that scans of any picture may go over, whatever its size: less than a second. */
    private static final long FREE_BLOCKS = 1L << 22;

    /** And more for a larger file; photographs stay below 2, at any quality. */
    private static final long MOST_BLOCKS_PER_BYTE = 8;

    /** Decoding holds the channels as they are stored beside those of the picture. */
    private static final long FREE_MEMORY = 1L << 28;

    private static final long MOST_MEMORY_PER_BYTE = 384;

    private static final int START = 0xD8;
    private static final int END = 0xD9;
    private static final int SCAN = 0xDA;
    private static final int APP0 = 0xE0;
    private static final int EXIF = 0xE1;
    private static final int ADOBE = 0xEE;
    private static final int COMMENT = 0xFE;

    /** What stored channels mean, decided as libjpeg decides it. */
    public enum Channels {
        GREY(1),
        RGB(3),
        YCC(3),
        INKS(4),
        YCCK(4);

        final int count;

        Channels(int count) {
            this.count = count;
        }
    }

    public static boolean begins(byte[] file) {
        return file.length > 2 && file[0] == (byte) 0xFF && file[1] == (byte) START && file[2] == (byte) 0xFF;
    }

    static JpegStructure of(byte[] file, String name) throws IOException {
        return new Walk(file, name).structure();
    }

    static IOException damaged(String name, String why) {
        return new IOException(name + " is a damaged JPEG file, " + why + ": save it again.");
    }

    /** Goes from marker to marker. */
    private static final class Walk {
        private final byte[] file;
        private final String name;
        private final ByteArrayOutputStream bare = new ByteArrayOutputStream();

        private int width;
        private int height;
        private int[] ids = {};
        private long[] blocks = {};
        private long decodedBlocks;
        private boolean jfif;
        private OptionalInt adobe = OptionalInt.empty();
        private Orientation orientation = Orientation.UPRIGHT;

        Walk(byte[] file, String name) {
            this.file = file;
            this.name = name;
        }

        JpegStructure structure() throws IOException {
            bare.write(0xFF);
            bare.write(START);
            int at = 2;
            int scans = 0;
            while (true) {
                at = nextMarker(at);
                if (at < 0) {
                    throw damaged(name, "it ends at byte " + file.length + " without an end marker");
                }
                int marker = file[at] & 0xFF;
                if (marker == END) {
                    break;
                }
                int length = at + 2 < file.length ? unsigned(at + 1, 2) : 0;
                if (length < 2 || length > file.length - at - 1) {
                    throw damaged(name, "its part at byte " + at + " reaches beyond the end of the file");
                }
                note(marker, at + 3, at + 1 + length);
                int end = at + 1 + length;
                if (marker == SCAN) {
                    scans++;
                    end = endOfScan(end);
                }
                if (marker < APP0 || (marker > 0xEF && marker != COMMENT)) {
                    bare.write(0xFF);
                    bare.write(file, at, end - at);
                }
                at = end;
            }
            if (width == 0 || scans == 0) {
                throw damaged(name, "it has no picture before its end marker");
            }
            bare.write(0xFF);
            bare.write(END);
            return new JpegStructure(width, height, channels(), orientation, bare.toByteArray());
        }

        private void note(int marker, int body, int end) throws IOException {
            if (isFrame(marker)) {
                frame(marker, body, end);
            } else if (marker == SCAN) {
                scan(body, end);
            } else if (marker == APP0 && starts(body, end, "JFIF\0")) {
                jfif = true;
            } else if (marker == EXIF && starts(body, end, "Exif\0\0") && orientation == Orientation.UPRIGHT) {
                orientation = Orientation.ofExif(file, body + 6, end);
            } else if (marker == ADOBE && starts(body, end, "Adobe") && end - body >= 12) {
                adobe = OptionalInt.of(unsigned(body + 11, 1));
            }
        }

        private void frame(int marker, int body, int end) throws IOException {
            if (width > 0) {
                throw damaged(name, "it has two headers of a picture");
            }
            if (marker != 0xC0 && marker != 0xC1 && marker != 0xC2) {
                throw new IOException(name + " is a JPEG file of a rare kind (arithmetic, lossless or hierarchical"
                        + " coding), which is not read: save it as an ordinary JPEG or as PNG.");
            }
            int count = end - body >= 6 ? unsigned(body + 5, 1) : 0;
            if (count < 1 || end - body < 6 + 3 * count) {
                throw damaged(name, "the header of its picture is too short");
            }
            if (unsigned(body, 1) != 8) {
                throw new IOException(name + " is a JPEG file of " + unsigned(body, 1)
                        + " bits a sample, which is not read: save it with 8 bits, or as PNG.");
            }
            if (count == 2 || count > 4) {
                throw new IOException(
                        name + " is a JPEG file of " + count + " colour channels: save it in RGB, or as PNG.");
            }
            height = unsigned(body + 1, 2);
            width = unsigned(body + 3, 2);
            if (width < 1 || height < 1 || (long) width * height > MOST_PIXELS_PER_BYTE * file.length) {
                throw damaged(name, "it claims " + width + "x" + height + " pixels in " + file.length + " bytes");
            }
            StoredPicture.requireReadable(width, height, name);
            long memory = (long) width * height * (count + Math.min(3, count));
            if (memory > Math.max(FREE_MEMORY, MOST_MEMORY_PER_BYTE * file.length)) {
                throw new IOException(name + " is a JPEG file of " + file.length + " bytes that claims " + width + "x"
                        + height + " pixels, more than pictures in files so small have: reduce it, or save it as PNG.");
            }
            ids = new int[count];
            blocks = new long[count];
            int across = 1;
            int down = 1;
            for (int i = 0; i < count; i++) {
                int sampling = unsigned(body + 7 + 3 * i, 1);
                across = Math.max(across, sampling >> 4);
                down = Math.max(down, sampling & 15);
            }
            for (int i = 0; i < count; i++) {
                int sampling = unsigned(body + 7 + 3 * i, 1);
                ids[i] = unsigned(body + 6 + 3 * i, 1);
                long columns = (long) width * (sampling >> 4) / (8L * across) + 1;
                long rows = (long) height * (sampling & 15) / (8L * down) + 1;
                blocks[i] = columns * rows;
            }
            // A block takes at least a bit, outside progressive files two.
            long most = (marker == 0xC2 ? 8L : 4L) * file.length;
            if (Arrays.stream(blocks).sum() > most) {
                throw damaged(name, "it claims " + width + "x" + height + " pixels in " + file.length + " bytes");
            }
            if (count != 1) {
                byte[] leaveChannelsAsTheyAre = {
                    (byte) 0xFF, (byte) ADOBE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
                };
                bare.writeBytes(leaveChannelsAsTheyAre);
            }
        }

        /** Adds the blocks that a scan goes over. */
        private void scan(int body, int end) throws IOException {
            int count = end > body ? unsigned(body, 1) : 0;
            if (count < 1 || count > 4 || end - body < 1 + 2 * count) {
                throw damaged(name, "the header of a scan is too short");
            }
            for (int i = 0; i < count; i++) {
                int id = unsigned(body + 1 + 2 * i, 1);
                for (int c = 0; c < ids.length; c++) {
                    decodedBlocks += ids[c] == id ? blocks[c] : 0;
                }
            }
            long passes = MOST_PASSES * Arrays.stream(blocks).sum();
            long work = Math.max(FREE_BLOCKS, Math.min(passes, MOST_BLOCKS_PER_BYTE * file.length));
            if (decodedBlocks > work) {
                throw new IOException(name + " is a JPEG file of " + file.length + " bytes whose scans go over its "
                        + width + "x" + height + " pixels more often than files of its size do: reduce the picture, or"
                        + " save it as PNG or without progressive scans.");
            }
        }

        /** JFIF always means luminance and colour differences; then Adobe's marker decides, then the names. */
        private Channels channels() throws IOException {
            if (ids.length == 1) {
                return Channels.GREY;
            }
            if (ids.length == 4) {
                if (adobe.isEmpty()) {
                    throw new IOException(name + " is a JPEG file of four channels that does not say how its inks are"
                            + " stored: convert it to RGB.");
                }
                return adobe.getAsInt() == 0 ? Channels.INKS : Channels.YCCK;
            }
            boolean named = Arrays.equals(ids, new int[] {'R', 'G', 'B'});
            boolean plain = adobe.isPresent() ? adobe.getAsInt() == 0 : named;
            return plain && !jfif ? Channels.RGB : Channels.YCC;
        }

        private boolean starts(int body, int end, String text) {
            if (end - body < text.length()) {
                return false;
            }
            for (int i = 0; i < text.length(); i++) {
                if (file[body + i] != text.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        private int nextMarker(int from) {
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
        private int endOfScan(int from) {
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

        private int unsigned(int at, int bytes) {
            int value = 0;
            for (int i = 0; i < bytes; i++) {
                value = (value << 8) | (file[at + i] & 0xFF);
            }
            return value;
        }
    }
}
