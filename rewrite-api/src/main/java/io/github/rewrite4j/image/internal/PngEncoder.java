package io.github.rewrite4j.image.internal;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes 8-bit channels as a PNG file (PNG specification, W3C, sections 5, 9 and 10), without a graphics toolkit: beside
 * the picture it holds a few rows and a block of compressed pixels. Each row has the filter whose differences are
 * smallest in sum, which the specification recommends (section 12.8).
 */
public final class PngEncoder {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int BLOCK = 1 << 16;
    private static final int FILTERS = 5;

    private final int height;
    private final int width;
    private final byte[][] channels;

    private PngEncoder(int height, int width, byte[][] channels) {
        this.height = height;
        this.width = width;
        this.channels = channels;
    }

    /**
     * Writes a picture.
     *
     * @param channels one for grey, two with alpha, three for colour, four with alpha; row by row
     * @param out stays open
     */
    public static void write(int height, int width, byte[][] channels, OutputStream out) throws IOException {
        new PngEncoder(height, width, channels).write(out);
    }

    private void write(OutputStream out) throws IOException {
        out.write(SIGNATURE);
        ByteBuffer header = ByteBuffer.allocate(13);
        int[] kinds = {0, 4, 2, 6};
        header.putInt(width).putInt(height).put((byte) 8).put((byte) kinds[channels.length - 1]);
        chunk(out, "IHDR", header.array(), header.capacity());
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION);
        try {
            OutputStream blocks = new BufferedOutputStream(new Blocks(out), BLOCK);
            DeflaterOutputStream pixels = new DeflaterOutputStream(blocks, deflater, BLOCK);
            rows(pixels);
            pixels.finish();
            blocks.flush();
        } finally {
            deflater.end();
        }
        chunk(out, "IEND", new byte[0], 0);
    }

    private void rows(OutputStream pixels) throws IOException {
        int step = channels.length;
        byte[] above = new byte[step * width];
        byte[] row = new byte[step * width];
        byte[][] filtered = new byte[FILTERS][1 + step * width];
        for (int y = 0; y < height; y++) {
            for (int c = 0; c < step; c++) {
                for (int x = 0, from = y * width; x < width; x++, from++) {
                    row[x * step + c] = channels[c][from];
                }
            }
            pixels.write(best(row, above, step, filtered));
            byte[] swap = above;
            above = row;
            row = swap;
        }
    }

    private static byte[] best(byte[] row, byte[] above, int step, byte[][] filtered) {
        byte[] best = filtered[0];
        long least = Long.MAX_VALUE;
        for (int filter = 0; filter < FILTERS; filter++) {
            byte[] to = filtered[filter];
            to[0] = (byte) filter;
            long sum = 0;
            for (int i = 0; i < row.length; i++) {
                byte difference = (byte) (row[i] - predicted(filter, row, above, step, i));
                to[i + 1] = difference;
                sum += Math.abs((int) difference);
            }
            if (sum < least) {
                least = sum;
                best = to;
            }
        }
        return best;
    }

    private static int predicted(int filter, byte[] row, byte[] above, int step, int i) {
        int left = i < step ? 0 : row[i - step] & 0xFF;
        int up = above[i] & 0xFF;
        return switch (filter) {
            case 0 -> 0;
            case 1 -> left;
            case 2 -> up;
            case 3 -> (left + up) >> 1;
            default -> PngDecoder.paeth(left, up, i < step ? 0 : above[i - step] & 0xFF);
        };
    }

    private static void chunk(OutputStream out, String type, byte[] body, int length) throws IOException {
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        CRC32 checksum = new CRC32();
        checksum.update(name);
        checksum.update(body, 0, length);
        out.write(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
        out.write(name);
        out.write(body, 0, length);
        out.write(ByteBuffer.allocate(Integer.BYTES)
                .putInt((int) checksum.getValue())
                .array());
    }

    /** Makes a chunk of pixels of all that is written at once. */
    private static final class Blocks extends OutputStream {
        private final OutputStream out;

        Blocks(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            byte[] body = from == 0 ? bytes : Arrays.copyOfRange(bytes, from, from + length);
            chunk(out, "IDAT", body, length);
        }
    }
}
