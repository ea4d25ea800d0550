package io.github.rewrite4j.samediff.tape;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolutions of maps with few channels, such as images, as one product of the weight with all windows: the native
 * kernels are made for many channels and take up to four times as long.
 */
final class ColourConvolutions {
    private static final long[] PRODUCT = {0, 0};
    private static final long[] PRODUCT_TRANSPOSED = {0, 1};

    /** Up to so many numbers in a window. */
    private static final int LARGEST_WINDOW = 64;

    private ColourConvolutions() {}

    /** Whether windows are small enough. */
    static boolean suit(ConvolutionShape s) {
        return s.in() * s.kernel() * s.kernel() <= LARGEST_WINDOW && s.kernel() > 1;
    }

    /** y = w * x. */
    static void forward(Tape tape, ConvolutionShape s, float[] x, float[] w, float[] y) {
        int window = s.in() * s.kernel() * s.kernel();
        int points = s.n() * s.height() * s.width();
        DeviceScratch device = tape.device();
        INDArray product = device.array("colour y", s.out(), points);
        device.call(
                "matmul",
                PRODUCT,
                product,
                device.upload("colour w", w, s.out(), window),
                device.upload("windows", windows(tape, s, x), window, points));
        float[] channelsFirst = tape.array(s.out() * points);
        HostArrays.read(product, channelsFirst);
        exchange(channelsFirst, s.out(), y, s.n(), s.height() * s.width());
    }

    /** Adds the gradient by the weight. */
    static void addByWeight(ConvolutionShape s, Node x, Node w, float[] gradient) {
        Tape tape = x.tape();
        int window = s.in() * s.kernel() * s.kernel();
        int points = s.n() * s.height() * s.width();
        float[] channelsFirst = tape.array(s.out() * points);
        exchange(gradient, s.n(), channelsFirst, s.out(), s.height() * s.width());
        DeviceScratch device = tape.device();
        INDArray product = device.array("colour gw", s.out(), window);
        device.call(
                "matmul",
                PRODUCT_TRANSPOSED,
                product,
                device.upload("colour gy", channelsFirst, s.out(), points),
                device.upload("windows", windows(tape, s, x.value()), window, points));
        float[] result = tape.array(w.length());
        HostArrays.read(product, result);
        w.accumulate(result);
    }

    /** [a, b, plane] to [b, a, plane]. */
    private static void exchange(float[] from, int a, float[] to, int b, int plane) {
        for (int i = 0; i < a; i++) {
            for (int j = 0; j < b; j++) {
                System.arraycopy(from, (i * b + j) * plane, to, (j * a + i) * plane, plane);
            }
        }
    }

    /** [in k k, N H W]: what each tap of the kernel sees at each point. */
    private static float[] windows(Tape tape, ConvolutionShape s, float[] x) {
        int taps = s.kernel() * s.kernel();
        int points = s.n() * s.height() * s.width();
        float[] all = tape.array(s.in() * taps * points);
        for (int row = 0; row < s.in() * taps; row++) {
            int channel = row / taps;
            int down = row % taps / s.kernel() - s.padding();
            int right = row % s.kernel() - s.padding();
            for (int n = 0; n < s.n(); n++) {
                int map = (n * s.in() + channel) * s.h() * s.w();
                for (int line = 0; line < s.height(); line++) {
                    int to = row * points + (n * s.height() + line) * s.width();
                    int from = line * s.stride() + down;
                    if (from < 0 || from >= s.h()) {
                        Arrays.fill(all, to, to + s.width(), 0);
                    } else {
                        line(x, map + from * s.w(), s.w(), right, s.stride(), all, to, s.width());
                    }
                }
            }
        }
        return all;
    }

    /** Every stride-th number of a line of the map, from a place on, zero outside. */
    private static void line(float[] x, int start, int width, int first, int stride, float[] to, int at, int count) {
        int before = Math.min(count, first < 0 ? (stride - 1 - first) / stride : 0);
        int inside = Math.max(before, Math.min(count, (width - first + stride - 1) / stride));
        Arrays.fill(to, at, at + before, 0);
        if (stride == 1) {
            System.arraycopy(x, start + first + before, to, at + before, inside - before);
        } else {
            for (int i = before; i < inside; i++) {
                to[at + i] = x[start + first + i * stride];
            }
        }
        Arrays.fill(to, at + inside, at + count, 0);
    }
}
