package io.github.rewrite4j.examples.studio;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Images as a browser's canvas takes them: rows of red, green, blue and alpha, one image after the other.
 *
 * @param width of each image
 * @param height of each image
 * @param count number of images
 * @param rgba their bytes
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Frame(int width, int height, int count, byte[] rgba) {
    private static final int CHANNELS = 4;

    /**
     * From images of a generator, reduced by a whole factor until no edge is longer than asked for.
     *
     * @param images [N, 1 or 3, H, W] in [-1, 1]
     */
    static Frame of(INDArray images, int longestEdge) {
        int count = (int) images.size(0);
        int channels = (int) images.size(1);
        int height = (int) images.size(2);
        int width = (int) images.size(3);
        int factor = Math.max(1, (Math.max(height, width) + longestEdge - 1) / longestEdge);
        int h = Math.max(1, height / factor);
        int w = Math.max(1, width / factor);
        float[] values = images.ordering() == 'c' && !images.isView()
                ? images.data().asFloat()
                : images.dup('c').data().asFloat();
        byte[] rgba = new byte[Math.multiplyExact(count * CHANNELS, h * w)];
        int plane = height * width;
        for (int n = 0; n < count; n++) {
            for (int c = 0; c < CHANNELS; c++) {
                int from = (n * channels + Math.min(c, channels - 1)) * plane;
                int to = n * h * w * CHANNELS + c;
                for (int p = 0; p < h * w; p++) {
                    rgba[to + p * CHANNELS] = c == CHANNELS - 1
                            ? (byte) 255
                            : grey(values, from + p / w * factor * width + p % w * factor, factor, width);
                }
            }
        }
        return new Frame(w, h, count, rgba);
    }

    private static byte grey(float[] values, int from, int factor, int width) {
        float sum = 0;
        for (int y = 0; y < factor; y++) {
            for (int x = 0; x < factor; x++) {
                sum += values[from + y * width + x];
            }
        }
        float value = sum / (factor * factor);
        return (byte) Math.max(0, Math.min(255, Math.round((value + 1) * 127.5f)));
    }

    /**
     * Maps as a layer of red over yellow that lies on images: see-through where a cell is cold.
     *
     * @param maps [N, h, w]
     * @param threshold from which on a cell counts as hot
     */
    static Frame heat(INDArray maps, double threshold, double hottest) {
        int count = (int) maps.size(0);
        int h = (int) maps.size(1);
        int w = (int) maps.size(2);
        float[] values = maps.dup('c').data().asFloat();
        byte[] rgba = new byte[count * h * w * CHANNELS];
        double range = Math.max(hottest - threshold, Double.MIN_NORMAL);
        for (int p = 0; p < values.length; p++) {
            double above = Math.max(0, Math.min(1, (values[p] - threshold) / range));
            boolean hot = values[p] >= threshold && values[p] > 0;
            rgba[p * CHANNELS] = (byte) 255;
            rgba[p * CHANNELS + 1] = (byte) Math.round(210 * (1 - above));
            rgba[p * CHANNELS + 2] = 20;
            rgba[p * CHANNELS + 3] = (byte) (hot ? Math.round(110 + 110 * above) : 0);
        }
        return new Frame(w, h, count, rgba);
    }
}
