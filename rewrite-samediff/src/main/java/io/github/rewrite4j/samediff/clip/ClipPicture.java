package io.github.rewrite4j.samediff.clip;

import io.github.rewrite4j.image.Pixels;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The published way of a picture into CLIP, exact to the last bit of Pillow: eight-bit numbers, weights of 22 bits, rounded
 * after each axis, first across and then down.
 */
final class ClipPicture {
    private static final int BITS = 22;

    private ClipPicture() {}

    /** [1, 3, side, side], normalised. */
    static INDArray of(Pixels picture, int side) {
        int[][] planes = new int[3][];
        int h = picture.height();
        int w = picture.width();
        for (int c = 0; c < 3; c++) {
            planes[c] = new int[h * w];
            for (int i = 0; i < h * w; i++) {
                planes[c][i] = picture.value(c, i / w, i % w);
            }
        }
        return of(planes, h, w, side);
    }

    static INDArray of(int[][] planes, int h, int w, int side) {
        int shorter = Math.min(h, w);
        int height = (int) ((long) side * h / shorter);
        int width = (int) ((long) side * w / shorter);
        int top = (int) Math.rint((height - side) / 2.0);
        int left = (int) Math.rint((width - side) / 2.0);
        float[] all = new float[3 * side * side];
        for (int c = 0; c < 3; c++) {
            int[] across = width == w ? planes[c] : scaled(planes[c], h, w, width, true);
            int[] scaled = height == h ? across : scaled(across, h, width, height, false);
            for (int i = 0; i < side * side; i++) {
                int value = scaled[(top + i / side) * width + left + i % side];
                all[c * side * side + i] =
                        (value / 255f - (float) ClipImages.mean(c)) / (float) ClipImages.deviation(c);
            }
        }
        return Nd4j.create(all, new long[] {1, 3, side, side}, 'c');
    }

    private static int[] scaled(int[] plane, int h, int w, int to, boolean across) {
        int lines = across ? h : w;
        int from = across ? w : h;
        int step = across ? 1 : w;
        int[] result = new int[lines * to];
        CubicFilter filter = new CubicFilter(from, to);
        for (int cell = 0; cell < to; cell++) {
            int first = filter.first(cell);
            double[] weights = filter.weights(cell);
            for (int line = 0; line < lines; line++) {
                int start = across ? line * w : line;
                long sum = 1L << (BITS - 1);
                for (int i = 0; i < weights.length; i++) {
                    double scaled = weights[i] * (1 << BITS);
                    sum += plane[start + (first + i) * step] * (long) (int) (scaled + Math.signum(scaled) * 0.5);
                }
                int value = (int) Math.max(0, Math.min(255, sum >> BITS));
                result[across ? line * to + cell : cell * w + line] = value;
            }
        }
        return result;
    }
}
